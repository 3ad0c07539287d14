package dev.octet.platform;

import java.util.Arrays;
import java.util.Locale;
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
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
    }

    /** The role as it is written on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a process in this role also does what {@code part} does; SERVE does both. */
    public boolean includes(Role part) {
        return this == SERVE || this == part;
    }
}
