package dev.octet.engine.onnx;

import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.wire.Pieces;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes models as ONNX files, the same model as the same bytes.
 *
 * <p>Tensors go from their memory to the file in pieces, never whole through the heap. A file appears under its name only when
 * it is complete and on the disk: it is written under a temporary name beside it, synced and renamed.
 */
public final class OnnxWriter {

    /** Bytes of tensors above which they go to a file of their own; protobuf ends at 2 GiB. */
    static final long EXTERNAL_ABOVE = 1_500_000_000;

    private OnnxWriter() {}

    /**
     * Writes {@code model} to {@code file}, replacing it, and where its tensors take more than 1.5 GB those to
     * {@code <file>.data} beside it.
     *
     * @throws EngineException IO or DISK_FULL; nothing half-written is left behind
     */
    public static void write(Model model, Path file) {
        write(model, file, EXTERNAL_ABOVE, true);
    }

    /**
     * The same for a file that is gone before this process is: it is not waited for until it is on the disk.
     *
     * @throws EngineException IO or DISK_FULL; nothing half-written is left behind
     */
    public static void writeScratch(Model model, Path file) {
        write(model, file, EXTERNAL_ABOVE, false);
    }

    /** As {@link #write(Model, Path)}, with external data above {@code threshold} bytes of tensors, at most 1.5 GB. */
    static void write(Model model, Path file, long threshold) {
        write(model, file, threshold, true);
    }

    private static void write(Model model, Path file, long threshold, boolean lasting) {
        if (threshold < 0 || threshold > EXTERNAL_ABOVE) {
            throw new IllegalArgumentException("external data above " + threshold + " bytes");
        }
        Path target = file.toAbsolutePath();
        Path data = dataOf(target);
        boolean external = tensorBytes(model.graph()) > threshold;
        TensorWriter tensors =
                external ? TensorWriter.external(String.valueOf(data.getFileName())) : TensorWriter.internal();
        Pieces content = new GraphWriter(tensors).model(model);
        if (content.size() > Integer.MAX_VALUE) {
            throw new EngineException(
                    Fault.MODEL_UNSUPPORTED,
                    "constants inside of nodes make a file of " + content.size() + " bytes; the format ends at 2 GiB");
        }
        Path newData = data.resolveSibling(data.getFileName() + ".part");
        Path newFile = target.resolveSibling(target.getFileName() + ".part");
        try {
            if (external) {
                write(newData, tensors::writeData, lasting);
            }
            write(newFile, content::writeTo, lasting);
            if (external) {
                move(newData, data);
            }
            move(newFile, target);
            if (lasting) {
                syncFolder(target);
            }
        } catch (IOException e) {
            throw EngineException.ofIo("the model can't be written", e);
        } finally {
            Storage.discard(newData);
            Storage.discard(newFile);
        }
    }

    /**
     * Bytes that {@link #write} took for {@code file}, external data included.
     *
     * @throws EngineException IO
     */
    public static long size(Path file) {
        try {
            Path data = dataOf(file);
            return Files.size(file) + (Files.exists(data) ? Files.size(data) : 0);
        } catch (IOException e) {
            throw EngineException.ofIo(file.getFileName() + " can't be read", e);
        }
    }

    /**
     * Deletes what {@link #write} made of {@code file}, external data included.
     *
     * @throws EngineException IO
     */
    public static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(dataOf(file));
        } catch (IOException e) {
            throw EngineException.ofIo(file.getFileName() + " can't be deleted", e);
        }
    }

    private static Path dataOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".data");
    }

    /** What fills a file. */
    private interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    private static void write(Path file, Content content, boolean lasting) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            content.writeTo(channel);
            if (lasting) {
                channel.force(true);
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void syncFolder(Path file) throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static long tensorBytes(Graph graph) {
        long bytes = 0;
        for (Tensor tensor : graph.initializers().values()) {
            bytes += tensor.data().byteSize();
        }
        for (Node node : graph.nodes()) {
            for (Graph body : node.subgraphs()) {
                bytes += tensorBytes(body);
            }
        }
        return bytes;
    }
}
