/** Tenants, their documents, and the scheduler between a document's arrival and its place in the database. */
@NullMarked
package dev.fairway.sample.desk;

import org.jspecify.annotations.NullMarked;
