package dev.octet.engine.torch;

import dev.octet.engine.graph.Model;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.torch.archive.ArchiveWriter;
import dev.octet.engine.torch.export.ModelExporter;
import dev.octet.engine.torch.export.operator.OnnxOperators;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes models of ONNX operators as archives of {@code torch.export}.
 *
 * <p>What quantizes becomes calls of PyTorch's {@code quantized_decomposed} operators; integer weights stay integers. Weights are not
 * held in memory.
 */
public final class TorchWriter {

    private TorchWriter() {}

    /**
     * Writes {@code model} to {@code file}, replacing it.
     *
     * @param samples shape of one sample's input by name; may be empty
     * @throws EngineException MODEL_UNSUPPORTED with every layer that can't be said in ATen in the details; IO, DISK_FULL
     */
    public static void write(Model model, Map<String, List<Long>> samples, Path file) {
        ArchiveWriter.write(ModelExporter.export(model, samples, OnnxOperators.all()), file);
    }
}
