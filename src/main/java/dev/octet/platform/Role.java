package dev.octet.platform;

import java.util.Arrays;
import java.util.Optional;

/** What one process of the service takes upon itself. */
public enum Role {
    /** Answers HTTP and runs jobs. */
    SERVE,
    /** Answers HTTP only. */
    WEB,
    /** Runs jobs only; of HTTP it answers health and metrics. */
    WORKER;

    /** The role that is written so, in lower case, on the command line. */
    public static Optional<Role> named(String word) {
        return Arrays.stream(values())
                .filter(role -> role.name().equals(word.toUpperCase(java.util.Locale.ROOT))
                        && word.equals(word.toLowerCase(java.util.Locale.ROOT)))
                .findFirst();
    }

    /** Whether a process in this role also does what {@code part} does; SERVE does both. */
    public boolean includes(Role part) {
        return this == SERVE || this == part;
    }
}
