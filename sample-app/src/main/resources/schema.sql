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
