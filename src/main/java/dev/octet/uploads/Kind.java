package dev.octet.uploads;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** What an upload becomes when it is whole. */
enum Kind {
    MODEL("/v1/models/"),
    DATASET("/v1/datasets/");

    private final String path;

    Kind(String path) {
        this.path = path;
    }

    /** The kind of that name, in any case. */
    static Optional<Kind> named(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.name().equals(word.toUpperCase(Locale.ROOT)))
                .findFirst();
    }

    /** Where a resource of this kind is found. */
    String location(UUID id) {
        return path + id;
    }
}
