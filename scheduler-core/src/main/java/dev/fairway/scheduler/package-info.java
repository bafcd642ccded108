/** Fair scheduling: bounded channels, one for each tenant, served in turns by a limited number of workers. */
package dev.fairway.scheduler;
