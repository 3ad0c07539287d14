package dev.octet.engine.onnx;

import dev.octet.engine.graph.Model;
import dev.octet.engine.onnx.proto.ModelProto;
import dev.octet.engine.onnx.wire.ReadBudget;
import dev.octet.engine.onnx.wire.Wire;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Reads ONNX files of any origin into models.
 *
 * <p>Weights stay where they are, in the mapped file; what comes to the heap is bounded whatever the file holds
 * ({@link ReadBudget}). Nothing in the file is trusted, no file outside the model's folder is touched.
 */
public final class OnnxReader {

    private OnnxReader() {}

    /**
     * The model in {@code file}, whose tensors live as long as {@code arena}.
     *
     * <p>External data is relative to the model's own folder where that is inside {@code folder}, else to {@code folder}.
     *
     * @param folder what external data can't lead out of
     * @throws EngineException MODEL_MALFORMED or MODEL_UNSUPPORTED naming the byte, field, tensor or node; IO
     */
    public static Model read(Path file, Path folder, Arena arena) {
        return read(file, folder, arena, arena, ReadBudget.standard(), false);
    }

    /** As {@link #read(Path, Path, Arena)} for a file that the runtime wrote; of two constants with one name the last counts. */
    public static Model readOfRuntime(Path file, Path folder, Arena arena) {
        return read(file, folder, arena, arena, ReadBudget.standard(), true);
    }

    /** As {@link #read(Path, Path, Arena)}, with tensors that must be decoded in {@code memory}. */
    static Model read(Path file, Path folder, Arena arena, SegmentAllocator memory, ReadBudget budget) {
        return read(file, folder, arena, memory, budget, false);
    }

    private static Model read(
            Path file, Path folder, Arena arena, SegmentAllocator memory, ReadBudget budget, boolean ofRuntime) {
        MemorySegment content = map(file, arena);
        try {
            ExternalData external = new ExternalData(base(file, folder), arena);
            Wire wire = Wire.root(content, ModelProto.getDescriptor(), budget);
            return new ModelReader(new TensorReader(external, memory, budget), ofRuntime).read(wire);
        } catch (EngineException e) {
            Optional<String> kind = e.fault() == Fault.MODEL_MALFORMED ? FileKind.guess(content) : Optional.empty();
            if (kind.isPresent()) {
                throw new EngineException(
                        Fault.MODEL_MALFORMED, "not an ONNX model but " + kind.get() + " (" + e.getMessage() + ")", e);
            }
            throw e;
        }
    }

    private static MemorySegment map(Path file, Arena arena) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new EngineException(
                        Fault.MODEL_UNSUPPORTED,
                        "an ONNX file of " + channel.size()
                                + " bytes; the format ends at 2 GiB, save the weights as external data");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw new EngineException(Fault.IO, "the model file can't be read: " + e, e);
        }
    }

    private static Path base(Path file, Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                return folder;
            }
            Path root = folder.toRealPath();
            Path own = file.toRealPath().getParent();
            return own != null && own.startsWith(root) ? own : root;
        } catch (IOException e) {
            throw new EngineException(Fault.IO, "the model's folder can't be read: " + e, e);
        }
    }
}
