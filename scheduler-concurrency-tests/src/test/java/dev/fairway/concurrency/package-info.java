/** What the races have in common: how they are run, and how they wait. */
package dev.fairway.concurrency;
