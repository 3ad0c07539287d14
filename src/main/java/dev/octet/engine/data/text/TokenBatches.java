package dev.octet.engine.data.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tokenizes rows and hands them out in batches of one length.
 *
 * <p>A row's own length is rounded up to the next multiple of an eighth to a quarter of itself, so that few lengths occur and little
 * is filler; which batch a row is in does not change its length.
 */
public final class TokenBatches implements AutoCloseable {

    private static final int SHORTEST = 8;

    private final Tokenizer tokenizer;
    private final Rows rows;
    private final Lengths lengths;
    private long left;
    private @Nullable Tokens pending;

    /** How long rows become. */
    @FunctionalInterface
    public interface Lengths {

        /** The length that a row of {@code tokens} tokens is filled up to. */
        int of(int tokens);
    }

    /**
     * Of rows {@code first} to {@code first + count}.
     *
     * @param rows a reader at the first row of the file, closed with this
     */
    public TokenBatches(Tokenizer tokenizer, Rows rows, Lengths lengths, long first, long count) {
        this.tokenizer = tokenizer;
        this.rows = rows;
        this.lengths = lengths;
        this.left = count;
        for (long i = 0; i < first; i++) {
            rows.next();
        }
    }

    /** At most {@code most} rows of one length; empty after the last. */
    public List<Tokens> next(int most) {
        List<Tokens> batch = new ArrayList<>();
        for (Tokens tokens = peek(); tokens != null && batch.size() < most; tokens = peek()) {
            if (!batch.isEmpty() && length(tokens) != length(batch.getFirst())) {
                break;
            }
            batch.add(tokens);
            pending = null;
        }
        return batch;
    }

    /** The length that {@code tokens} are filled up to. */
    public int length(Tokens tokens) {
        return lengths.of(tokens.length());
    }

    /** The token that fills rows up. */
    public long filler() {
        return tokenizer.filler();
    }

    private @Nullable Tokens peek() {
        if (pending == null && left > 0) {
            left--;
            pending = tokenizer.encode(Objects.requireNonNull(rows.next(), "a row has gone"));
        }
        return pending;
    }

    /** {@code tokens} rounded up so that few lengths occur, at most {@code longest}. */
    public static int rounded(int tokens, int longest) {
        int step = Math.max(SHORTEST, Integer.highestOneBit(Math.max(1, tokens - 1)) / 4);
        return Math.min(longest, Math.ceilDiv(Math.max(1, tokens), step) * step);
    }

    @Override
    public void close() {
        rows.close();
    }
}
