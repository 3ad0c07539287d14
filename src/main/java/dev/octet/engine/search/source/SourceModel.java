package dev.octet.engine.search.source;

import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.onnx.ModelArchive;
import dev.octet.engine.onnx.ModelFacts;
import dev.octet.engine.onnx.OnnxInspector;
import dev.octet.engine.onnx.OnnxReader;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.rewrite.half.WidenHalfPrecision;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.torch.TorchReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An upload read as a model, whatever its format.
 *
 * @param format what it was uploaded as
 * @param file an ONNX file of the same network, for the runtime
 * @param model the network
 * @param facts what it contains
 */
public record SourceModel(SourceFormat format, Path file, Model model, ModelFacts facts) {

    /**
     * An upload to be looked at: constants that had to be copied or decoded hold nothing that makes sense.
     *
     * @param file the ONNX file in it; the upload itself where that is none
     */
    public record Structure(SourceFormat format, Path file, Model model) {}

    /**
     * The model in {@code upload} to be looked at. No native code sees it, and memory is bounded whatever it holds.
     *
     * @param scratch an empty folder that a zip is unpacked into
     * @throws EngineException MODEL_MALFORMED or MODEL_UNSUPPORTED, saying what and where
     */
    public static Structure structure(Path upload, Path scratch, Arena arena) {
        if (TorchReader.recognises(upload)) {
            return new Structure(SourceFormat.PT2, upload, TorchReader.read(upload, arena, new SharedRoom()));
        }
        Path file = ModelArchive.unpack(upload, scratch);
        Model model = OnnxInspector.structure(file, folder(upload, file, scratch), arena);
        return new Structure(format(upload, file), file, model);
    }

    /**
     * Reads {@code upload}.
     *
     * @param scratch an empty or missing folder for what a zip holds or what an archive becomes
     * @param arena keeps the weights mapped
     * @throws EngineException MODEL_MALFORMED or MODEL_UNSUPPORTED, saying what and where; IO or DISK_FULL
     */
    public static SourceModel read(Path upload, Path scratch, Arena arena) {
        if (TorchReader.recognises(upload)) {
            Model model = TorchReader.read(upload, arena);
            return new SourceModel(SourceFormat.PT2, written(model, scratch), model, OnnxInspector.inspect(model));
        }
        Path file = ModelArchive.unpack(upload, scratch);
        Path folder = folder(upload, file, scratch);
        ModelFacts facts = OnnxInspector.inspect(file, folder);
        return new SourceModel(format(upload, file), file, OnnxReader.read(file, folder, arena), facts);
    }

    private static SourceFormat format(Path upload, Path file) {
        return file.equals(upload) ? SourceFormat.ONNX : SourceFormat.ONNX_ZIP;
    }

    /** What external data can't lead out of. */
    private static Path folder(Path upload, Path file, Path scratch) {
        Path parent = file.toAbsolutePath().getParent();
        return file.equals(upload) || parent == null ? scratch : parent;
    }

    /** The model as an ONNX file. The runtime has no kernels for bfloat16, so that is written in 32 bits. */
    private static Path written(Model model, Path scratch) {
        try {
            Path file = Files.createDirectories(scratch).resolve("imported.onnx");
            OnnxWriter.write(
                    isBrief(model.graph())
                            ? new WidenHalfPrecision().apply(model).model()
                            : model,
                    file);
            return file;
        } catch (IOException e) {
            throw EngineException.ofIo("the imported model can't be written", e);
        }
    }

    private static boolean isBrief(Graph graph) {
        Attribute brief = Attribute.of((long) ElementType.BFLOAT16.onnxCode());
        return graph.initializers().values().stream().anyMatch(tensor -> tensor.type() == ElementType.BFLOAT16)
                || graph.nodes().stream()
                        .anyMatch(node -> brief.equals(node.attributes().get("to")));
    }

    /** Room for copied tensors that nobody is going to look at: the same for all. */
    private static final class SharedRoom implements SegmentAllocator {
        private MemorySegment room = MemorySegment.NULL;

        @Override
        public MemorySegment allocate(long bytes, long alignment) {
            if (room.byteSize() < bytes) {
                room = Arena.ofAuto().allocate(bytes, alignment);
            }
            return room.asSlice(0, bytes);
        }
    }
}
