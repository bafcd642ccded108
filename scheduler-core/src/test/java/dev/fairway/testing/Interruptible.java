package dev.fairway.testing;

import java.nio.channels.spi.AbstractInterruptibleChannel;

/** Work, and code that is run by who interrupts it: both wait at a gate. */
public final class Interruptible extends AbstractInterruptibleChannel {
    public final Gate working = new Gate();
    public final Gate interrupting = new Gate();

    public void work() throws Exception {
        begin();
        try {
            working.passUninterruptibly();
        } finally {
            end(true);
        }
    }

    @Override
    protected void implCloseChannel() {
        interrupting.passUninterruptibly();
    }
}
