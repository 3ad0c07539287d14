package dev.octet.engine.data.text;

/** What a tokenizer makes of one row. */
public final class Tokens {

    private final long[] ids;
    private final long[] segments;

    /**
     * Tokens.
     *
     * @param ids their numbers in the vocabulary, special ones included
     * @param segments for each 0, or 1 where it belongs to the second text
     */
    Tokens(long[] ids, long[] segments) {
        this.ids = ids;
        this.segments = segments;
    }

    /** Number of tokens. */
    public int length() {
        return ids.length;
    }

    /** The number of token {@code at} in the vocabulary. */
    public long id(int at) {
        return ids[at];
    }

    /** 0, or 1 where token {@code at} belongs to the second text. */
    public long segment(int at) {
        return segments[at];
    }
}
