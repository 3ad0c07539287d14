package dev.octet.engine.torch.archive;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Sha256;
import dev.octet.engine.torch.program.ProgramWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes archives of {@code torch.export}, with the entries that torch 2.14 and 2.15 write, in their order.
 *
 * <p>Weights go from where they are mapped to the file piece by piece.
 */
public final class ArchiveWriter {

    private static final String FOLDER = "model/";
    private static final int ID_DIGITS = 40;
    private static final int BUFFER = 1 << 16;

    private ArchiveWriter() {}

    /**
     * Writes {@code content} to {@code file}, replacing it.
     *
     * @throws EngineException IO or DISK_FULL; nothing half-written is left behind
     */
    public static void write(ArchiveContent content, Path file) {
        Path temporary = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
                    StoredZip zip = new StoredZip(
                            new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER), FOLDER)) {
                entries(zip, content);
            }
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw EngineException.ofIo("the archive can't be written", e);
        } finally {
            discard(temporary);
        }
    }

    private static void entries(StoredZip zip, ArchiveContent content) throws IOException {
        // Tensors are equal by identity alone.
        Map<Tensor, String> entries = new HashMap<>();
        Map<String, String> places = new LinkedHashMap<>();
        for (Map.Entry<String, Tensor> each : content.stored().entrySet()) {
            String entry = entries.get(each.getValue());
            if (entry == null) {
                entry = "weight_" + entries.size();
                entries.put(each.getValue(), entry);
                zip.add("data/weights/" + entry, each.getValue().data());
            }
            places.put(each.getKey(), entry);
        }
        byte[] json = ProgramWriter.write(content.program(), content.symbols());
        zip.add("data/weights/model_weights_config.json", ProgramWriter.config(content.stored(), places));
        zip.add("data/constants/model_constants_config.json", ProgramWriter.config(Map.of(), Map.of()));
        zip.add("models/model.json", json);
        zip.add("data/sample_inputs/model.pt", SampleInputs.of(content.samples()));
        zip.add("archive_format", "pt2");
        zip.add("archive_version", "0");
        zip.add(".data/version", "6\n");
        zip.add("byteorder", "little");
        zip.add(".data/serialization_id", id(json));
    }

    /** Digits that tell programs apart, the same for the same program. */
    private static String id(byte[] program) {
        String digits = new BigInteger(1, Sha256.digest().digest(program)).toString();
        return ("0".repeat(ID_DIGITS) + digits).substring(digits.length());
    }

    /** A file that can't be deleted must not hide why it was to be. */
    private static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // nothing more can be done here
        }
    }
}
