package dev.octet.platform;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/**
 * Makes identifiers that sort by their time.
 *
 * <p>UUIDs of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, 12 bits that count within one millisecond from a
 * random start, 62 random bits. Identifiers of one generator ascend strictly, even where the clock goes back.
 */
public final class Ids {
    private static final int COUNTER_BITS = 12;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private long millis;
    private int counter;

    public Ids(Clock clock) {
        this.clock = clock;
    }

    /** The next identifier. */
    public synchronized UUID next() {
        long now = clock.millis();
        if (now > millis) {
            millis = now;
            counter = start();
        } else if (++counter >> COUNTER_BITS != 0) {
            millis++;
            counter = start();
        }
        long most = millis << 16 | 0x7000 | counter;
        long least = random.nextLong() >>> 2 | 0x8000_0000_0000_0000L;
        return new UUID(most, least);
    }

    /** Half the counter's range at most, so that it does not overflow at once. */
    private int start() {
        return random.nextInt(1 << (COUNTER_BITS - 1));
    }
}
