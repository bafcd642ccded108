package dev.fairway.dispatcher;

/** An inbox that a test plays: nothing comes but what the test lets come. */
class PlayedInbox extends Inbox<String> {
    PlayedInbox(String receiver) {
        super(receiver, 1, 1);
    }

    @Override
    long promised() {
        return 0;
    }

    @Override
    long end() {
        return OPEN;
    }

    @Override
    boolean isWokenByClock() {
        return true;
    }

    @Override
    void settled() {}

    @Override
    void left() {}

    @Override
    int blockedSenders() {
        return 0;
    }

    @Override
    long accepted() {
        return 0;
    }
}
