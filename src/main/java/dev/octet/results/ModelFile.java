package dev.octet.results;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The quantized model as one file to download.
 *
 * @param file name of the file in the engine's folder
 * @param extension what its name for users ends in
 * @param mediaType what kind of file it is
 */
record ModelFile(String file, String extension, String mediaType) {
    private static final String MODEL = "model.onnx";
    private static final String DATA = "model.onnx.data";

    /** Entries carry no time of their own: the same model is the same zip. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    /** The model itself, or a stored zip of it where its weights are in a file of their own. */
    static ModelFile of(OutFolder out) throws IOException {
        if (!out.has(DATA)) {
            return new ModelFile(MODEL, ".onnx", "application/octet-stream");
        }
        Path zip = out.path().resolve("model.zip");
        try (OutputStream stream = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(stream)) {
            for (String name : List.of(MODEL, DATA)) {
                entries.putNextEntry(stored(out, name));
                try (InputStream bytes = out.open(name)) {
                    bytes.transferTo(entries);
                }
            }
        }
        return new ModelFile("model.zip", ".zip", "application/zip");
    }

    /** A stored entry tells its size and checksum before its bytes. */
    private static ZipEntry stored(OutFolder out, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setTimeLocal(TIME);
        CRC32 checksum = new CRC32();
        try (InputStream bytes = new CheckedInputStream(out.open(name), checksum)) {
            entry.setSize(bytes.transferTo(OutputStream.nullOutputStream()));
        }
        entry.setCrc(checksum.getValue());
        return entry;
    }
}
