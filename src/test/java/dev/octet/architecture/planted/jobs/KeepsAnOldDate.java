package dev.octet.architecture.planted.jobs;

import java.util.Date;

/** Dates must be those of java.time. */
public record KeepsAnOldDate(Object old) {
    @SuppressWarnings("JavaUtilDate")
    public static KeepsAnOldDate atTheEpoch() {
        return new KeepsAnOldDate(new Date(0));
    }
}
