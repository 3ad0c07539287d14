package dev.octet.engine.torch.archive;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.data.zip.ArchiveEntry;
import dev.octet.engine.data.zip.EntryStream;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.torch.program.ExportedProgram;
import dev.octet.engine.torch.program.Json;
import dev.octet.engine.torch.program.ProgramReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * An open {@code torch.export} archive.
 *
 * <p>Below one folder: {@code archive_format} (pt2), {@code byteorder}, {@code models/NAME.json} with the program, {@code
 * data/weights} and {@code data/constants} with raw storages and a list of the tensors in them. Other entries (sample inputs, which are
 * a pickle) stay closed.
 */
public final class ExportArchive implements AutoCloseable {

    private static final int SMALL = 1 << 10;
    private static final int PIECE = 1 << 20;

    private final Archive zip;
    private final Map<String, ArchiveEntry> entries = new LinkedHashMap<>();
    private final MemorySegment file;
    private final String name;

    private ExportArchive(Archive zip, Path path, Arena arena) {
        this.zip = zip;
        String top = "";
        for (ArchiveEntry entry : zip.entries()) {
            String own = entry.name().substring(0, entry.name().indexOf('/') + 1);
            if (own.isEmpty() || (!top.isEmpty() && !own.equals(top))) {
                throw malformed(entry.name(), "is outside the archive's one folder '" + top + "'");
            }
            top = own;
            entries.put(entry.name().substring(own.length()), entry);
        }
        String order = text("byteorder");
        if (!order.equals("little")) {
            throw malformed("byteorder", "is '" + order + "'; only little-endian archives are read");
        }
        this.name = model();
        this.file = map(path, arena);
    }

    /**
     * Opens the archive in {@code path}; what is mapped lives as long as {@code arena}.
     *
     * @throws EngineException MODEL_MALFORMED or MODEL_UNSUPPORTED naming the entry; IO
     */
    public static ExportArchive open(Path path, Arena arena) {
        return asModel(() -> {
            Archive zip = Archive.open(path);
            try {
                return new ExportArchive(zip, path, arena);
            } catch (Throwable e) {
                zip.close();
                throw e;
            }
        });
    }

    /** The program. */
    public ExportedProgram program() {
        String path = "models/" + name + ".json";
        return ProgramReader.read(Json.parse(content(path, Json.MOST_BYTES), path));
    }

    /**
     * The parameters, buffers and constants by their paths in the model.
     *
     * @param memory for those that do not stand row by row in the file
     */
    public StoredTensors tensors(SegmentAllocator memory) {
        StoredTensors tensors = new StoredTensors(this::storage, memory, file.byteSize());
        tensors.add(config("data/weights/", "_weights_config.json"), "data/weights/");
        tensors.add(config("data/constants/", "_constants_config.json"), "data/constants/");
        return tensors;
    }

    private Json config(String folder, String suffix) {
        String path = folder + name + suffix;
        return Json.parse(content(path, Json.MOST_BYTES), path).at("config");
    }

    /** The bytes of {@code entry}, mapped, after their checksum was found to hold. */
    private MemorySegment storage(String path) {
        return asModel(() -> {
            ArchiveEntry entry = entry(path);
            if (entry.deflated()) {
                throw malformed(path, "is compressed; give the archive as torch.export.save wrote it");
            }
            try (EntryStream in = zip.read(entry)) {
                byte[] piece = new byte[(int) Math.min(PIECE, entry.size())];
                while (in.remaining() > 0) {
                    in.read(piece, 0, (int) Math.min(piece.length, in.remaining()));
                }
            }
            return file.asSlice(zip.start(entry), entry.size());
        });
    }

    private String model() {
        List<String> models = entries.keySet().stream()
                .filter(entry -> entry.startsWith("models/") && entry.endsWith(".json"))
                .map(entry -> entry.substring("models/".length(), entry.length() - ".json".length()))
                .toList();
        if (models.size() != 1) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "the archive holds " + models.size() + " exported programs " + models
                            + "; save one with torch.export.save(program, \"model.pt2\")");
        }
        return models.getFirst();
    }

    private String text(String path) {
        return new String(content(path, SMALL), StandardCharsets.UTF_8).strip();
    }

    private byte[] content(String path, int limit) {
        return asModel(() -> zip.readAll(entry(path), limit));
    }

    private ArchiveEntry entry(String path) {
        ArchiveEntry entry = entries.get(path);
        if (entry == null) {
            throw malformed(path, "is not in the archive");
        }
        return entry;
    }

    private static MemorySegment map(Path path, Arena arena) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw EngineException.ofIo("the model file can't be read", e);
        }
    }

    /** What zip files are blamed for is a dataset's fault elsewhere, here it is the model's. */
    private static <T> T asModel(Supplier<T> read) {
        try {
            return read.get();
        } catch (EngineException e) {
            if (e.fault() != Fault.DATASET_MALFORMED) {
                throw e;
            }
            throw new EngineException(Fault.MODEL_MALFORMED, String.valueOf(e.getMessage()), e.details(), e);
        }
    }

    static EngineException malformed(String where, String what) {
        return new EngineException(Fault.MODEL_MALFORMED, where + " " + what, List.of(new Detail(where, what)));
    }

    @Override
    public void close() {
        zip.close();
    }
}
