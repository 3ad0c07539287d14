package dev.octet.engine.onnx;

import dev.octet.engine.onnx.wire.Wire;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files beside a model that hold its tensors, mapped.
 *
 * <p>A location is a relative path of plain names that leads, through real folders, to a real file inside the model's folder:
 * no link, no device, no way up. Files stay mapped as long as the arena lives.
 */
final class ExternalData {

    /** A location that ONNX Runtime reads as an address in its own memory. */
    private static final String MEMORY_ADDRESS = "_ORT_MEM_ADDR_";

    private record Region(long offset, long length) {}

    /** A mapped file and how much of it tensors have laid claim to. */
    private static final class Mapped {
        final MemorySegment content;
        final Set<Region> regions = new HashSet<>();
        long claimed;

        Mapped(MemorySegment content) {
            this.content = content;
        }
    }

    private final Path base;
    private final Arena arena;
    private final Map<Path, Mapped> files = new HashMap<>();

    /** Files relative to {@code base}, which is trusted, to be mapped into {@code arena}. */
    ExternalData(Path base, Arena arena) {
        this.base = base;
        this.arena = arena;
    }

    /**
     * The {@code bytes} bytes of one tensor.
     *
     * @param entries the tensor's external_data: location, offset, length
     */
    MemorySegment map(Map<String, String> entries, long bytes, Wire where) {
        String location = entries.get("location");
        if (location == null || location.isEmpty()) {
            throw where.malformed("external data without a location");
        }
        long offset = number("offset", entries, 0, where);
        long length = number("length", entries, bytes, where);
        if (length != bytes) {
            throw where.malformed("external data of " + length + " bytes, type and dimensions ask for " + bytes);
        }
        Path file = resolve(location, where);
        Mapped mapped = files.get(file);
        if (mapped == null) {
            mapped = new Mapped(open(file, location, where));
            files.put(file, mapped);
        }
        long size = mapped.content.byteSize();
        if (offset > size || length > size - offset) {
            throw where.malformed("external data '" + location + "' has " + size + " bytes, bytes " + offset + " to "
                    + (offset + length) + " are asked for");
        }
        if (mapped.regions.add(new Region(offset, length))) {
            mapped.claimed += length;
            if (mapped.claimed > 2 * size) {
                throw where.malformed("tensors overlap in external data '" + location + "'");
            }
        }
        return mapped.content.asSlice(offset, length);
    }

    private static long number(String key, Map<String, String> entries, long otherwise, Wire where) {
        String text = entries.get(key);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException _) {
            // told below, as a negative one is
        }
        throw where.malformed("external data with " + key + " '" + text + "', which is not a number of bytes");
    }

    private Path resolve(String location, Wire where) {
        Path relative = relative(location);
        if (relative == null || location.contains(MEMORY_ADDRESS)) {
            throw where.malformed("external data location '" + location + "' leads outside the model's folder");
        }
        Path at = base;
        for (Path name : relative) {
            at = at.resolve(name);
            if (Files.isSymbolicLink(at)) {
                throw where.malformed("external data location '" + location + "' goes through a link");
            }
        }
        if (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
            throw where.malformed(
                    "external data '" + location + "' is missing; upload the model and its data files as one zip");
        }
        if (!Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)) {
            throw where.malformed("external data location '" + location + "' is not a file");
        }
        return at;
    }

    /** The location as a path of one or more plain names; null where it is anything else. */
    private @Nullable Path relative(String location) {
        try {
            Path path = base.getFileSystem().getPath(location);
            if (path.isAbsolute() || path.getRoot() != null) {
                return null;
            }
            for (Path name : path) {
                if (name.toString().equals("..")) {
                    return null;
                }
            }
            Path plain = path.normalize();
            return plain.toString().isEmpty() ? null : plain;
        } catch (InvalidPathException _) {
            return null;
        }
    }

    private MemorySegment open(Path file, String location, Wire where) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw new EngineException(
                    Fault.IO, where.path() + ": external data '" + location + "' can't be read: " + e.getMessage(), e);
        }
    }
}
