package dev.octet.engine.torch;

import dev.octet.engine.graph.GraphVerifier;
import dev.octet.engine.graph.Model;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.torch.archive.ExportArchive;
import dev.octet.engine.torch.archive.StoredTensors;
import dev.octet.engine.torch.archive.UploadKind;
import dev.octet.engine.torch.aten.AtenOperators;
import dev.octet.engine.torch.lower.Importer;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads archives of {@code torch.export} into models of ONNX operators.
 *
 * <p>Nothing in an archive is executed or unpickled. Weights stay where they are, in the mapped file, but for those that do not stand row
 * by row.
 */
public final class TorchReader {

    private TorchReader() {}

    /**
     * Whether {@code upload} is such an archive, by its bytes.
     *
     * @throws EngineException MODEL_UNSUPPORTED where it is something else that has to be exported first, with the Python that does
     */
    public static boolean recognises(Path upload) {
        return UploadKind.of(upload).orRefuse() == UploadKind.EXPORT_ARCHIVE;
    }

    /**
     * The model in the archive {@code file}, whose tensors live as long as {@code arena}.
     *
     * @throws EngineException MODEL_MALFORMED naming the entry, field or tensor; MODEL_UNSUPPORTED with every call that can't be imported
     *     in the details; IO
     */
    public static Model read(Path file, Arena arena) {
        return read(file, arena, arena);
    }

    /** As {@link #read(Path, Arena)}, with tensors that must be copied in {@code memory}. */
    public static Model read(Path file, Arena arena, SegmentAllocator memory) {
        try (ExportArchive archive = ExportArchive.open(file, arena)) {
            StoredTensors tensors = archive.tensors(memory);
            Model model = new Importer(AtenOperators.all(), tensors::get).read(archive.program());
            List<String> faults = GraphVerifier.faults(model);
            if (!faults.isEmpty()) {
                throw new EngineException(
                        Fault.MODEL_MALFORMED,
                        "the program does not hold together: " + faults.getFirst(),
                        faults.stream().map(fault -> new Detail("model", fault)).toList());
            }
            return model;
        }
    }
}
