package dev.octet.engine.torch.archive;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.torch.program.ExportedProgram;
import dev.octet.engine.torch.program.Symbols;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that goes into an archive of {@code torch.export}.
 *
 * @param program the calls
 * @param symbols its numbers that depend on the inputs
 * @param stored the model's own tensors by path
 * @param samples an argument each that it can be tried with
 */
public record ArchiveContent(
        ExportedProgram program, Symbols symbols, Map<String, Tensor> stored, List<SampleInputs.Sample> samples) {

    public ArchiveContent {
        stored = Collections.unmodifiableMap(new LinkedHashMap<>(stored));
        samples = List.copyOf(samples);
    }
}
