/**
 * Messages in one total order: each goes to one receiver or to all, and every other receiver learns that the clock has moved.
 */
package dev.fairway.dispatcher;
