/** What follows from a printed document: everybody hears of it in the same order. */
@NullMarked
package dev.fairway.sample.ledger;

import org.jspecify.annotations.NullMarked;
