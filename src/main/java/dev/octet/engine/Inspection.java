package dev.octet.engine;

import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.Field;
import dev.octet.engine.data.text.TokenizerFile;
import dev.octet.engine.graph.Value;
import dev.octet.engine.onnx.ModelFacts;
import dev.octet.engine.onnx.OnnxInspector;
import dev.octet.engine.outline.Outline;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.ModelOutline;
import dev.octet.engine.scheme.TensorInfo;
import dev.octet.engine.search.source.SourceFormat;
import dev.octet.engine.search.source.SourceModel;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Looks into uploads without running anything in them and without native code. */
public final class Inspection {

    private Inspection() {}

    /**
     * What the model in {@code upload} is: one ONNX file, a zip of one with its external data, or a
     * {@code torch.export} archive.
     *
     * @param scratch an empty folder that a zip is unpacked into; the caller removes it
     * @throws dev.octet.engine.scheme.EngineException MODEL_MALFORMED or MODEL_UNSUPPORTED, saying what and where
     */
    public static ModelSummary model(Path upload, Path scratch) {
        try (Arena arena = Arena.ofConfined()) {
            SourceModel.Structure source = SourceModel.structure(upload, scratch, arena);
            return summary(source, OnnxInspector.inspect(source.model()));
        }
    }

    private static ModelSummary summary(SourceModel.Structure source, ModelFacts facts) {
        return new ModelSummary(
                source.format().name(),
                facts.opset(),
                facts.inputs().stream().map(Value::info).toList(),
                facts.outputs().stream().map(Value::info).toList(),
                new java.util.TreeMap<>(facts.operators()),
                facts.parameters(),
                facts.quantized(),
                facts.customDomains(),
                source.format() == SourceFormat.ONNX_ZIP && hasTokenizer(source.file()),
                facts.names());
    }

    private static boolean hasTokenizer(Path model) {
        try {
            return TokenizerFile.beside(model).isPresent();
        } catch (EngineException e) {
            throw new EngineException(Fault.MODEL_MALFORMED, String.valueOf(e.getMessage()), e.details(), e);
        }
    }

    /**
     * The nodes of the model in {@code upload}, which is what {@link #model} takes.
     *
     * @param scratch an empty folder that a zip is unpacked into; the caller removes it
     * @throws dev.octet.engine.scheme.EngineException MODEL_MALFORMED or MODEL_UNSUPPORTED, saying what and where
     */
    public static ModelOutline outline(Path upload, Path scratch) {
        try (Arena arena = Arena.ofConfined()) {
            return Outline.of(SourceModel.structure(upload, scratch, arena).model());
        }
    }

    /**
     * What the dataset in {@code upload} is.
     *
     * @throws dev.octet.engine.scheme.EngineException DATASET_MALFORMED, saying what and where
     */
    public static DatasetSummary dataset(Path upload) {
        try (Dataset dataset = Dataset.open(upload)) {
            List<TensorInfo> fields =
                    dataset.fields().stream().map(Inspection::info).toList();
            return new DatasetSummary(
                    dataset.format().toUpperCase(Locale.ROOT), dataset.samples(), fields, dataset.hasLabels());
        }
    }

    private static TensorInfo info(Field field) {
        return new TensorInfo(field.name(), field.type().name(), List.copyOf(field.shape()));
    }
}
