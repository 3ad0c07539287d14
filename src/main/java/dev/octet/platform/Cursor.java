package dev.octet.platform;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A place in a list that is newest first.
 *
 * @param createdAt when the item before the place was made
 * @param id its id, which decides among items of the same instant
 */
public record Cursor(Instant createdAt, UUID id) {
    /** Before everything: the place of a first page. */
    public static final Cursor START =
            new Cursor(Instant.parse("9999-12-31T23:59:59Z"), new UUID(Long.MAX_VALUE, Long.MAX_VALUE));

    private static final byte VERSION = 1;

    /** This place as clients carry it: URL-safe and opaque. */
    public String text() {
        byte[] bytes = ByteBuffer.allocate(29)
                .put(VERSION)
                .putLong(createdAt.getEpochSecond())
                .putInt(createdAt.getNano())
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Reads what {@link #text()} wrote; absent stands for the start.
     *
     * @throws ProblemException if the text is none of ours
     */
    public static Cursor parse(@Nullable String text) {
        if (text == null) {
            return START;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            boolean known = bytes.get() == VERSION;
            Instant createdAt = Instant.ofEpochSecond(bytes.getLong(), bytes.getInt());
            UUID id = new UUID(bytes.getLong(), bytes.getLong());
            if (known
                    && !bytes.hasRemaining()
                    && createdAt.compareTo(START.createdAt) <= 0
                    && createdAt.compareTo(Instant.EPOCH) >= 0) {
                return new Cursor(createdAt, id);
            }
        } catch (IllegalArgumentException | BufferUnderflowException | DateTimeException | ArithmeticException e) {
            throw invalid(e);
        }
        throw invalid(null);
    }

    private static ProblemException invalid(@Nullable Throwable cause) {
        return ProblemException.malformed("INVALID_PARAMETER", "cursor", "is not a nextCursor of this service")
                .causedBy(cause);
    }
}
