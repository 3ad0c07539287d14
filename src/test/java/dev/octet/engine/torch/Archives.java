package dev.octet.engine.torch;

import dev.octet.engine.data.Column;
import dev.octet.engine.scheme.ElementType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** The archives that {@code src/test/python/export_archives.py} made, with what PyTorch computed for them. */
final class Archives {

    private static final Path FOLDER = Path.of(System.getProperty("octet.torch.archives", "src/test/resources/torch"));
    private static final Pattern HEADER =
            Pattern.compile("'descr': '([^']+)', 'fortran_order': (\\w+), 'shape': \\(([^)]*)\\)");

    /**
     * One run of a network by PyTorch.
     *
     * @param inputs by name
     * @param outputs in the order of the network's outputs
     */
    record Run(List<Column> inputs, List<Column> outputs) {}

    private Archives() {}

    /** {@code VERSION/NETWORK} of each archive. */
    static List<String> names() {
        List<String> names = new ArrayList<>();
        for (String version : versions()) {
            try (ZipFile zip = new ZipFile(file(version))) {
                zip.stream()
                        .map(ZipEntry::getName)
                        .filter(name -> name.endsWith(".pt2"))
                        .forEach(name -> names.add(version + "/" + name.substring(0, name.length() - 4)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return names;
    }

    private static List<String> versions() {
        try (var files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("archives-.*\\.zip"))
                    .map(name -> name.substring("archives-".length(), name.length() - ".zip".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static java.io.File file(String version) {
        return FOLDER.resolve("archives-" + version + ".zip").toFile();
    }

    /** The bytes of the archive called {@code name} as PyTorch wrote them. */
    static byte[] bytes(String name) {
        return entry(name, ".pt2");
    }

    /** The newest archive of {@code network}. */
    static byte[] newest(String network) {
        return bytes(versions().getLast() + "/" + network);
    }

    private static byte[] entry(String name, String suffix) {
        String[] parts = name.split("/", -1);
        try (ZipFile zip = new ZipFile(file(parts[0]))) {
            ZipEntry entry = zip.getEntry(parts[1] + suffix);
            if (entry == null) {
                throw new IllegalArgumentException("no " + name + suffix);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return in.readAllBytes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What PyTorch computed for the archive called {@code name}, decomposed or not. */
    static List<Run> runs(String name) {
        Map<Integer, Run> runs = new TreeMap<>();
        new TreeMap<>(arrays(entry(name.replace("-decomposed", ""), ".npz"))).forEach((key, array) -> {
            String[] parts = key.split("\\.", 3);
            Run run = runs.computeIfAbsent(
                    Integer.parseInt(parts[0]), _ -> new Run(new ArrayList<>(), new ArrayList<>()));
            (parts[1].equals("in") ? run.inputs() : run.outputs())
                    .add(new Column(parts[2], array.type(), array.shape(), array.data()));
        });
        return List.copyOf(runs.values());
    }

    private static Map<String, Column> arrays(byte[] npz) {
        Map<String, Column> arrays = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(npz))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String key = entry.getName().replace(".npy", "");
                arrays.put(key, array(key, ByteBuffer.wrap(zip.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return arrays;
    }

    /** Version 1 of NumPy's format: magic, version, length of the header, header, elements. */
    private static Column array(String key, ByteBuffer npy) {
        int headerBytes = npy.getShort(8);
        byte[] header = new byte[headerBytes];
        npy.get(10, header);
        Matcher matcher = HEADER.matcher(new String(header, StandardCharsets.ISO_8859_1));
        if (!matcher.find() || matcher.group(2).equals("True")) {
            throw new IllegalStateException(key + ": " + new String(header, StandardCharsets.ISO_8859_1));
        }
        List<Long> shape = Pattern.compile(",")
                .splitAsStream(matcher.group(3))
                .map(String::strip)
                .filter(size -> !size.isEmpty())
                .map(Long::valueOf)
                .toList();
        ElementType type = switch (matcher.group(1)) {
            case "<f4" -> ElementType.FLOAT;
            case "<f2" -> ElementType.FLOAT16;
            case "<f8" -> ElementType.DOUBLE;
            case "<i8" -> ElementType.INT64;
            case "<i4" -> ElementType.INT32;
            case "|b1" -> ElementType.BOOL;
            case "|u1" -> ElementType.UINT8;
            default -> throw new IllegalStateException(key + " of " + matcher.group(1));
        };
        ByteBuffer values = ByteBuffer.allocateDirect(npy.capacity() - 10 - headerBytes)
                .order(ByteOrder.nativeOrder())
                .put(npy.slice(10 + headerBytes, npy.capacity() - 10 - headerBytes));
        return new Column(key, type, shape, values.flip());
    }
}
