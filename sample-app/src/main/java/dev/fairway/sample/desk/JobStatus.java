package dev.fairway.sample.desk;

import java.util.Locale;
import java.util.UUID;

/**
 * Where a document stands that is not printed.
 *
 * @param id its id
 * @param tenant its tenant
 * @param state where it stands
 */
public record JobStatus(UUID id, String tenant, State state) {
    JobStatus as(State other) {
        return new JobStatus(id, tenant, other);
    }

    /** Where a document stands that is not printed. */
    public enum State {
        /** Its tenant's turn has not come. */
        WAITING,
        /** A worker has it. */
        RENDERING,
        /** Its tenant's queue was cancelled in time. */
        CANCELLED,
        /** It could not be rendered. */
        NOT_RENDERED,
        /** It could not be stored. */
        NOT_STORED;

        /** {@return whether it may still be printed} */
        public boolean isOpen() {
            return this == WAITING || this == RENDERING;
        }

        /** {@return the state in words} */
        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }
}
