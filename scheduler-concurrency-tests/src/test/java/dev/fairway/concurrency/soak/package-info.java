/** All three primitives under everything at once, for as long as one likes; see {@link dev.fairway.concurrency.soak.SoakTest}. */
package dev.fairway.concurrency.soak;
