package dev.octet.engine.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** A true archive with some of its entries changed, and a zip that holds together all the same. */
final class TamperedArchive {

    private static final int LARGE = 1 << 20;

    private final Map<String, byte[]> entries;
    private final String top;

    private TamperedArchive(Map<String, byte[]> entries, String top) {
        this.entries = entries;
        this.top = top;
    }

    static TamperedArchive of(byte[] archive) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        String top = "";
        Path file = Files.createTempFile("archive", ".pt2");
        try (ZipFile zip = new ZipFile(Files.write(file, archive).toFile())) {
            for (ZipEntry entry : zip.stream().map(e -> (ZipEntry) e).toList()) {
                top = entry.getName().substring(0, entry.getName().indexOf('/') + 1);
                try (InputStream in = zip.getInputStream(entry)) {
                    entries.put(entry.getName(), in.readAllBytes());
                }
            }
        } finally {
            Files.delete(file);
        }
        return new TamperedArchive(entries, top);
    }

    /** The bytes of the entry that the program's are in. */
    byte[] get(String path) {
        byte[] content = entries.get(top + path);
        if (content == null) {
            throw new IllegalArgumentException("no entry " + path);
        }
        return content;
    }

    TamperedArchive put(String path, byte[] content) {
        get(path);
        entries.put(top + path, content);
        return this;
    }

    TamperedArchive replaceAll(String path, String from, String to) {
        String text = new String(get(path), StandardCharsets.UTF_8);
        if (!text.contains(from)) {
            throw new IllegalArgumentException("no '" + from + "' in " + path);
        }
        return put(path, text.replace(from, to).getBytes(StandardCharsets.UTF_8));
    }

    TamperedArchive replaceFirst(String path, String from, String to) {
        String text = new String(get(path), StandardCharsets.UTF_8);
        int at = text.indexOf(from);
        if (at < 0) {
            throw new IllegalArgumentException("no '" + from + "' in " + path);
        }
        String changed = text.substring(0, at) + to + text.substring(at + from.length());
        return put(path, changed.getBytes(StandardCharsets.UTF_8));
    }

    /** The archive, small entries stored as PyTorch stores all. */
    byte[] bytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(each.getKey());
                if (each.getValue().length < LARGE) {
                    CRC32 crc = new CRC32();
                    crc.update(each.getValue());
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(each.getValue().length);
                    entry.setCrc(crc.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(each.getValue());
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }

    /** Where the name of the entry {@code path} first stands in {@code archive}. */
    static int positionOf(byte[] archive, String path) {
        int at = new String(archive, StandardCharsets.ISO_8859_1).indexOf(path);
        if (at < 0) {
            throw new IllegalArgumentException("no entry " + path);
        }
        return at;
    }
}
