package dev.octet.engine.onnx;

import dev.octet.engine.scheme.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * An upload that is one ONNX file or a zip around it.
 *
 * <p>Archives are hostile: names that lead out of the folder, links, devices, encrypted or doubled entries, too many entries,
 * and sizes that would fill the disk are refused before or while unpacking; archives in the archive stay closed.
 */
public final class ModelArchive {

    /** Bytes that an archive may unpack to, unless told otherwise. */
    public static final long MOST_BYTES = 64L << 30;

    /** How many times larger than itself an archive may become, weights of many equal values allowed for. */
    private static final long MOST_RATIO = 100;

    private static final long ALWAYS_ALLOWED = 64L << 20;

    private static final int LONGEST_NAME = 255;
    private static final int DEEPEST = 32;
    private static final int BUFFER = 1 << 16;

    /** What macOS adds to archives. */
    private static final String RESOURCE_FORKS = "__MACOSX/";

    private final Path folder;
    private final long limit;
    private final List<Path> created = new ArrayList<>();
    private long unpacked;

    private ModelArchive(Path folder, long limit) {
        this.folder = folder;
        this.limit = limit;
    }

    /** As {@link #unpack(Path, Path, long)} with at most {@link #MOST_BYTES}. */
    public static Path unpack(Path upload, Path folder) {
        return unpack(upload, folder, MOST_BYTES);
    }

    /**
     * The ONNX file of {@code upload}: itself, or where it is a zip its one {@code .onnx} entry, unpacked with all other entries
     * into {@code folder}, which is made where it is missing. Files that are there already are not replaced.
     *
     * @param limit bytes that a zip may unpack to
     * @throws EngineException MODEL_MALFORMED naming the entry; IO or DISK_FULL. Nothing that was unpacked is left then
     */
    public static Path unpack(Path upload, Path folder, long limit) {
        try (FileChannel channel = FileChannel.open(upload, StandardOpenOption.READ)) {
            if (!isZip(upload)) {
                return upload;
            }
            ZipDirectory.check(channel);
            long byRatio = Math.max(ALWAYS_ALLOWED, Math.multiplyExact(channel.size(), MOST_RATIO));
            return new ModelArchive(folder, Math.min(limit, byRatio)).unpack(upload);
        } catch (ZipException e) {
            throw ZipDirectory.malformed("the archive is broken: " + e.getMessage());
        } catch (IOException e) {
            throw EngineException.ofIo("the upload can't be unpacked", e);
        }
    }

    private static boolean isZip(Path upload) throws IOException {
        try (InputStream in = Files.newInputStream(upload)) {
            byte[] head = in.readNBytes(4);
            return head.length == 4 && head[0] == 'P' && head[1] == 'K' && (head[2] == 3 || head[2] == 5);
        }
    }

    private Path unpack(Path upload) throws IOException {
        boolean done = false;
        try (ZipFile zip = new ZipFile(upload.toFile(), StandardCharsets.UTF_8)) {
            Map<Path, ZipEntry> files = files(zip);
            List<Path> models =
                    files.keySet().stream().filter(ModelArchive::isModel).toList();
            if (models.size() != 1) {
                throw ZipDirectory.malformed("the archive must hold exactly one .onnx file, it holds "
                        + (models.isEmpty()
                                ? "none"
                                : models.size() + ": " + models.getFirst() + ", " + models.get(1)));
            }
            makeFolder(folder.toAbsolutePath());
            for (Map.Entry<Path, ZipEntry> file : files.entrySet()) {
                unpack(zip, file.getValue(), folder.resolve(file.getKey()));
            }
            done = true;
            return folder.resolve(models.getFirst());
        } finally {
            if (!done) {
                created.reversed().forEach(Storage::discard);
            }
        }
    }

    private static boolean isModel(Path path) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
    }

    private Map<Path, ZipEntry> files(ZipFile zip) {
        Map<Path, ZipEntry> files = new LinkedHashMap<>();
        Set<Path> folders = new HashSet<>();
        long announced = 0;
        for (ZipEntry entry : zip.stream().map(e -> (ZipEntry) e).toList()) {
            Path path = relative(entry.getName());
            if (entry.isDirectory() || entry.getName().startsWith(RESOURCE_FORKS)) {
                continue;
            }
            if (files.put(path, entry) != null) {
                throw ZipDirectory.malformed("the archive has two entries named '" + path + "'");
            }
            for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
                folders.add(parent);
            }
            announced += Math.max(0, entry.getSize());
            if (announced < 0 || announced > limit) {
                throw tooLarge();
            }
        }
        for (Path path : files.keySet()) {
            if (folders.contains(path)) {
                throw ZipDirectory.malformed("archive entry '" + path + "' is both a file and a folder");
            }
        }
        return files;
    }

    /** The entry's path, which must be of plain names. */
    private Path relative(String name) {
        String trimmed = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        List<String> parts = List.of(trimmed.split("/", -1));
        boolean plain = parts.size() <= DEEPEST && parts.stream().allMatch(ModelArchive::isPlain);
        if (!plain) {
            throw ZipDirectory.malformed(
                    "archive entry '" + name + "' has a name that is not taken: it must be a relative path"
                            + " of at most " + DEEPEST + " plain names");
        }
        return folder.getFileSystem().getPath(trimmed);
    }

    private static boolean isPlain(String part) {
        return !part.isEmpty()
                && !part.equals(".")
                && !part.equals("..")
                && part.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME
                && part.chars().noneMatch(c -> c < ' ' || c == 127 || c == '\\' || c == ':');
    }

    private void unpack(ZipFile zip, ZipEntry entry, Path file) throws IOException {
        makeFolder(file.toAbsolutePath().getParent());
        CRC32 crc = new CRC32();
        try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), crc);
                OutputStream out =
                        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            created.add(file);
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                unpacked += n;
                if (unpacked > limit) {
                    throw tooLarge();
                }
                out.write(buffer, 0, n);
            }
        }
        if (entry.getCrc() >= 0 && crc.getValue() != entry.getCrc()) {
            throw ZipDirectory.malformed(
                    "archive entry '" + entry.getName() + "' is damaged: its checksum does not match");
        }
    }

    private void makeFolder(@Nullable Path wanted) throws IOException {
        List<Path> missing = new ArrayList<>();
        for (Path at = wanted; at != null && !Files.isDirectory(at); at = at.getParent()) {
            missing.add(at);
        }
        for (Path at : missing.reversed()) {
            Files.createDirectory(at);
            created.add(at);
        }
    }

    private EngineException tooLarge() {
        return ZipDirectory.malformed("the archive unpacks to more than " + limit + " bytes, or to more than "
                + MOST_RATIO + " times its own size");
    }
}
