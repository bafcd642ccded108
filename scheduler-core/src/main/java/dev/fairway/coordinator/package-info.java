/** Named workers, each with one task at a time, and tasks that go to the one that will most likely be done with them first. */
package dev.fairway.coordinator;
