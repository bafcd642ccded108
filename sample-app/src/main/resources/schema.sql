create table if not exists document (
    number      bigint generated always as identity primary key,
    id          uuid not null unique,
    tenant      varchar(64) not null,
    title       varchar(200) not null,
    html        text not null,
    accepted_at timestamp with time zone not null,
    printed_at  timestamp with time zone not null
);

create index if not exists document_of_tenant on document (tenant, number);

alter table document add column if not exists rendered_by varchar(64);

-- The document's timestamp on the ledger; null until it was announced.
alter table document add column if not exists announced bigint;

create table if not exists letterhead (
    tenant   varchar(64) primary key,
    markdown text not null
);

create table if not exists bill (
    tenant     varchar(64) primary key,
    documents  bigint not null,
    characters bigint not null,
    counted_to bigint not null
);
