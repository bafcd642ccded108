package dev.fairway.dispatcher;

/**
 * What a source has done.
 *
 * @param sender the source's name
 * @param sent messages it sent, broadcast or forwarded, ever
 * @param promise the timestamp that everything it sends from now on exceeds; of a sequencing dispatcher's source, the clock
 */
public record SenderStats(String sender, long sent, long promise) {}
