/** What Fairway's primitives share: handles, outcomes, refusals, the end of a primitive, and the context of a task. */
package dev.fairway;
