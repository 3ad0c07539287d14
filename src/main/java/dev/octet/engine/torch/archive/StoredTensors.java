package dev.octet.engine.torch.archive;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.torch.program.Json;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The parameters, buffers and constants of an archive by their paths in the model. */
public final class StoredTensors {

    /** How many times larger than the archive what views make of it may be. */
    private static final long MOST_RATIO = 4;

    private static final long ALWAYS_ALLOWED = 64L << 20;

    private final Function<String, MemorySegment> storages;
    private final SegmentAllocator memory;
    private final long mostBytes;
    private final Map<String, Json> described = new LinkedHashMap<>();
    private final Map<String, String> folders = new HashMap<>();
    private final Map<String, MemorySegment> opened = new HashMap<>();
    private final Map<StoredView, Tensor> read = new HashMap<>();
    private long bytes;

    /**
     * @param storages the bytes of a storage by its entry
     * @param memory for tensors that are not stored row by row
     * @param archiveBytes size of the archive, which bounds what can be in it
     */
    StoredTensors(Function<String, MemorySegment> storages, SegmentAllocator memory, long archiveBytes) {
        this.storages = storages;
        this.memory = memory;
        this.mostBytes = Math.max(ALWAYS_ALLOWED, MOST_RATIO * archiveBytes);
    }

    void add(Json config, String folder) {
        config.fields().forEach((path, description) -> {
            if (described.put(path, description) != null) {
                throw description.malformed("is listed a second time");
            }
            folders.put(path, folder);
        });
    }

    /**
     * The tensor called {@code path}; the same one for all that share view and storage.
     *
     * @throws EngineException MODEL_MALFORMED where it is missing or lies about its storage, MODEL_UNSUPPORTED where it is pickled
     */
    public Tensor get(String path) {
        Json description = described.get(path);
        if (description == null) {
            throw ExportArchive.malformed(path, "is used by the program and stored nowhere in the archive");
        }
        if (description.find("use_pickle").filter(Json::flag).isPresent()) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "'" + path + "' is stored as a Python pickle, which is never opened here; make it a plain tensor"
                            + " (model.to(\"cpu\"), no tensor subclasses), then"
                            + " torch.export.save(torch.export.export(model, args), \"model.pt2\")");
        }
        StoredView view = StoredView.read(description);
        String entry = folders.get(path) + view.storage();
        StoredView unique = new StoredView(entry, view.type(), view.sizes(), view.strides(), view.offset());
        Tensor known = read.get(unique);
        if (known != null) {
            return known;
        }
        MemorySegment storage = opened.computeIfAbsent(entry, storages);
        if (view.reach() > storage.byteSize()) {
            throw description.malformed("is " + view + ", which reaches to byte " + view.reach() + " of a storage of "
                    + storage.byteSize());
        }
        bytes += view.bytes();
        if (bytes > mostBytes) {
            throw description.malformed(
                    "and the tensors before it take more than " + mostBytes + " bytes, far more than the archive has");
        }
        Tensor tensor = view.tensor(storage, memory);
        read.put(unique, tensor);
        return tensor;
    }
}
