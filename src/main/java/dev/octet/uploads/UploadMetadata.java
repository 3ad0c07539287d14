package dev.octet.uploads;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.ProblemKind;
import dev.octet.storage.FileNames;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client says of an upload in {@code Upload-Metadata}: pairs of key and Base64 value.
 *
 * @param kind what it becomes
 * @param name the name asked for, as the parameter of the plain upload
 * @param filename the file's own name, which stands in where no name is asked for
 */
record UploadMetadata(
        Kind kind, @Nullable String name, @Nullable String filename) {
    private static final String HEADER = "Upload-Metadata";
    private static final int MAX_NAME = 200;

    /**
     * Reads the header; keys other than these three are the client's own affair.
     *
     * @throws ProblemException INVALID_METADATA with every fault
     */
    static UploadMetadata parse(@Nullable String header) {
        List<Entry> faults = new ArrayList<>();
        Map<String, String> values = values(header == null ? "" : header, faults);
        Kind kind = Kind.named(values.getOrDefault("kind", "")).orElse(null);
        if (kind == null) {
            fault(faults, "kind", "must be model or dataset, and is " + said(values.get("kind")));
        }
        String name = values.get("name");
        if (name != null && (name.length() > MAX_NAME || !FileNames.isName(name))) {
            fault(faults, "name", "must have 1 to 200 characters, no control characters among them");
        }
        if (kind == null || !faults.isEmpty()) {
            throw new ProblemException(ProblemKind.MALFORMED, "INVALID_METADATA", say(faults), faults);
        }
        return new UploadMetadata(kind, name, values.get("filename"));
    }

    private static Map<String, String> values(String header, List<Entry> faults) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : header.isBlank() ? new String[0] : header.split(",", -1)) {
            String[] parts = pair.strip().split(" ", 2);
            String value = parts.length == 1 ? "" : decode(parts[1].strip());
            if (parts[0].isEmpty() || value == null) {
                fault(faults, parts[0], "must be a key, a space and a value in Base64 of UTF-8");
            } else if (values.putIfAbsent(parts[0], value) != null) {
                fault(faults, parts[0], "stands there twice");
            }
        }
        return values;
    }

    private static @Nullable String decode(String value) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(value));
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return null;
        }
    }

    private static void fault(List<Entry> faults, String key, String message) {
        faults.add(new Entry(HEADER + (key.isEmpty() ? "" : "." + key), message));
    }

    private static String said(@Nullable String value) {
        return value == null ? "missing" : "'" + value + "'";
    }

    private static String say(List<Entry> faults) {
        return String.join(
                "; ",
                faults.stream()
                        .map(fault -> fault.path() + " " + fault.message())
                        .toList());
    }
}
