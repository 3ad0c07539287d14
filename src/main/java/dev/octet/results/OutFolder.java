package dev.octet.results;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an engine left in its folder, read without trust.
 *
 * <p>The engine has run native code over an upload. So links are not followed, only plain files count, and sizes are bounded.
 *
 * @param path the folder
 */
public record OutFolder(Path path) {
    private static final long MAX_JSON = 64L << 20;

    /** Whether a plain file of that name is there. */
    boolean has(String name) {
        return Files.isRegularFile(path.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /** The file's bytes; the caller closes them. */
    InputStream open(String name) throws IOException {
        if (!has(name)) {
            throw new InvalidOutputException(name + " is missing, or no plain file");
        }
        return Channels.newInputStream(
                Files.newByteChannel(path.resolve(name), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
    }

    /** Puts other bytes in the file's place; the engine has ended. */
    void replace(String name, byte[] bytes) throws IOException {
        // Deleted first: where the name is a link, what it leads to is not written to.
        Files.delete(path.resolve(name));
        Files.write(path.resolve(name), bytes, StandardOpenOption.CREATE_NEW);
    }

    /** The file's JSON: an object, or an array where {@code array} says so. */
    public JsonNode json(JsonMapper mapper, String name, boolean array) throws IOException {
        if (has(name) && Files.size(path.resolve(name)) > MAX_JSON) {
            throw new InvalidOutputException(name + " is larger than " + MAX_JSON + " bytes");
        }
        try (InputStream bytes = open(name)) {
            JsonNode tree = mapper.readTree(bytes);
            if (array ? tree.isArray() : tree.isObject()) {
                return tree;
            }
            throw new InvalidOutputException(name + " is no JSON " + (array ? "array" : "object"));
        } catch (JacksonException e) {
            throw new InvalidOutputException(name + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** The name of the plan's file, where there is one. */
    Optional<String> plan() {
        return Optional.of("plan.txt").filter(this::has);
    }
}
