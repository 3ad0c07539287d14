package dev.octet.architecture.planted.jobs;

import java.time.Instant;

/** Time must come from an injected clock. */
public record ReadsTheClock(Instant read) {
    public static ReadsTheClock now() {
        return new ReadsTheClock(Instant.now());
    }
}
