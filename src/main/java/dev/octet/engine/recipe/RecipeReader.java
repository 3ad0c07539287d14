package dev.octet.engine.recipe;

import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.data.Preprocessing.Channels;
import dev.octet.engine.data.Preprocessing.Layout;
import dev.octet.engine.recipe.Recipe.Budget;
import dev.octet.engine.recipe.Recipe.Calibration;
import dev.octet.engine.recipe.Recipe.Evaluation;
import dev.octet.engine.recipe.Recipe.Measure;
import dev.octet.engine.recipe.Recipe.Objective;
import dev.octet.engine.recipe.Recipe.Settings;
import dev.octet.engine.recipe.Recipe.Training;
import dev.octet.engine.scheme.AlgorithmKind;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.MetricKind;
import dev.octet.engine.scheme.ObserverKind;
import dev.octet.engine.scheme.Preference;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.Technique;
import dev.octet.engine.scheme.WeightMethod;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads recipes from JSON, collecting every fault before it gives up. */
final class RecipeReader {

    private static final int LARGEST_BATCH = 1024;
    private static final int MOST_BATCH_SIZES = 4;
    private static final int MOST_TRIALS = 50;
    private static final Set<QuantType> ACTIVATION_TYPES =
            Set.of(QuantType.INT8, QuantType.UINT8, QuantType.INT4, QuantType.UINT4);
    private static final Set<QuantType> WEIGHT_TYPES = Set.of(QuantType.INT8, QuantType.INT4);
    private static final Set<Integer> BLOCK_SIZES = Set.of(16, 32, 64, 128, 256);

    private final List<Detail> faults = new ArrayList<>();

    static Recipe read(String json) {
        return read(json, "recipe", RecipeReader::recipe);
    }

    static Preprocessing readPreprocessing(String json) {
        return read(json, "preprocessing", RecipeReader::preprocessing);
    }

    private static <T> T read(String json, String what, BiFunction<RecipeReader, JsonFields, T> as) {
        JsonNode tree;
        try {
            tree = JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            throw new EngineException(
                    Fault.RECIPE_INVALID, "The " + what + " is no JSON: " + e.getOriginalMessage(), e);
        }
        RecipeReader reader = new RecipeReader();
        T read = as.apply(reader, new JsonFields(tree, "", reader.faults));
        if (!reader.faults.isEmpty()) {
            Detail first = reader.faults.getFirst();
            throw new EngineException(
                    Fault.RECIPE_INVALID,
                    "The " + what + " is not valid: " + first.path() + " " + first.message()
                            + (reader.faults.size() > 1 ? " (and " + (reader.faults.size() - 1) + " more)" : ""),
                    reader.faults);
        }
        return read;
    }

    private Recipe recipe(JsonFields fields) {
        fields.ignore("tags", "webhook");
        Path model = path(fields, "model");
        Technique technique = fields.choice("technique", Technique.class);
        if (technique == null) {
            fields.fault("technique", "is required: AUTO, STATIC, DYNAMIC, WEIGHT_ONLY or QAT");
        }
        Calibration calibration = calibration(fields.object("calibration"));
        Long seed = fields.integer("seed", 0, (1L << 53) - 1);
        Recipe recipe = new Recipe(
                model,
                technique == null ? Technique.STATIC : technique,
                fields.text("target"),
                calibration,
                evaluation(fields.object("evaluation")),
                training(fields, technique, calibration),
                settings(fields.object("settings"), technique),
                objective(fields.object("objective")),
                measure(fields.object("measure")),
                budget(fields.object("budget")),
                fields.text("statistics") == null ? null : path(fields, "statistics"),
                fields.text("checkpoint") == null ? null : path(fields, "checkpoint"),
                formats(fields),
                seed == null ? 0 : seed);
        fields.refuseUnknown();
        return recipe;
    }

    /** The ONNX file is what is proven; it is written whatever else is asked for. */
    private static Set<ModelFormat> formats(JsonFields fields) {
        Set<ModelFormat> formats = EnumSet.of(ModelFormat.ONNX);
        formats.addAll(fields.choices("formats", ModelFormat.class, Set.of()));
        return formats;
    }

    private @Nullable Calibration calibration(@Nullable JsonFields fields) {
        if (fields == null) {
            return null;
        }
        Integer samples = fields.smallInteger("samples", 1, 100_000);
        Calibration calibration = new Calibration(
                path(fields, "dataset"),
                samples == null ? 256 : samples,
                preprocessing(fields.object("preprocessing")));
        fields.refuseUnknown();
        return calibration;
    }

    private @Nullable Evaluation evaluation(@Nullable JsonFields fields) {
        if (fields == null) {
            return null;
        }
        String pooling = fields.text("pooling");
        if (pooling != null && !Set.of("NONE", "MEAN", "CLS").contains(pooling)) {
            fields.fault("pooling", "has to be MEAN or CLS");
        }
        Evaluation evaluation = new Evaluation(
                path(fields, "dataset"),
                fields.choice("metric", MetricKind.class),
                fields.smallInteger("samples", 1, 10_000_000),
                preprocessing(fields.object("preprocessing")),
                fields.flag("pairs", false),
                pooling == null ? "NONE" : pooling);
        fields.refuseUnknown();
        return evaluation;
    }

    /** Null where nothing is to be trained: a search trains only where it is given samples to train on. */
    private @Nullable Training training(
            JsonFields recipe, @Nullable Technique technique, @Nullable Calibration calibration) {
        JsonFields fields = recipe.object("training");
        if (technique != Technique.QAT && technique != Technique.AUTO) {
            if (fields != null) {
                recipe.fault("training", "is for QAT and AUTO; " + technique + " does not train");
            }
            return null;
        }
        Training training = new TrainingReader(fields, this::preprocessing).training();
        if (technique == Technique.QAT && calibration == null) {
            recipe.fault("calibration", "is required: training starts from encodings that were calibrated");
        }
        return technique == Technique.QAT || training.dataset() != null ? training : null;
    }

    private Preprocessing preprocessing(@Nullable JsonFields fields) {
        if (fields == null) {
            return Preprocessing.NONE;
        }
        Channels channels = fields.choice("channels", Channels.class);
        Layout layout = fields.choice("layout", Layout.class);
        Integer resize = fields.smallInteger("resize", 1, 8192);
        Integer crop = fields.smallInteger("crop", 1, 8192);
        double scale = fields.number("scale", 1, -1e30, 1e30);
        List<Double> mean = fields.numbers("mean");
        List<Double> std = fields.numbers("std");
        Integer maxLength = fields.smallInteger("maxLength", 1, 8192);
        fields.refuseUnknown();
        try {
            return new Preprocessing(
                    resize,
                    crop,
                    channels == null ? Channels.RGB : channels,
                    layout == null ? Layout.NCHW : layout,
                    scale,
                    mean,
                    std,
                    maxLength);
        } catch (EngineException e) {
            e.details().forEach(detail -> fields.fault(detail.path(), detail.message()));
            return Preprocessing.NONE;
        }
    }

    private static Settings settings(@Nullable JsonFields fields, @Nullable Technique technique) {
        Settings otherwise = Settings.DEFAULTS.with(algorithms(technique)).with(observer(technique));
        if (fields == null) {
            return otherwise;
        }
        ObserverKind.Named observer = fields.observer("observer");
        WeightMethod method = fields.choice("weightMethod", WeightMethod.class);
        Integer blockSize = fields.smallInteger("blockSize", 1, 256);
        if (blockSize != null && !BLOCK_SIZES.contains(blockSize)) {
            fields.fault("blockSize", "has to be 16, 32, 64, 128 or 256");
        }
        Settings settings = new Settings(
                observer == null ? otherwise.observer() : observer.kind(),
                fields.number("percentile", otherwise.percentile(), Math.nextUp(50.0), 100),
                fields.flag("perChannel", otherwise.perChannel()),
                fields.choice("activationType", QuantType.class),
                fields.choice("weightType", QuantType.class),
                fields.flag("reduceRange"),
                fields.texts("opTypes"),
                fields.texts("exclude"),
                fields.choices("algorithms", AlgorithmKind.class, algorithms(technique)),
                blockSize == null ? otherwise.blockSize() : blockSize,
                method == null ? otherwise.weightMethod() : method);
        if (observer != null && observer.perChannel() && !settings.perChannel()) {
            fields.fault("observer", "is one of weights with a scale a channel, and perChannel is false");
        }
        checkTypes(fields, settings, technique);
        checkAlgorithms(fields, settings, technique);
        fields.refuseUnknown();
        return settings;
    }

    /** Biases and roundings are corrected for fixed encodings; activations can be smoothed for those of each input too. */
    private static void checkAlgorithms(JsonFields fields, Settings settings, @Nullable Technique technique) {
        if (technique == Technique.DYNAMIC) {
            if (!Set.of(AlgorithmKind.SMOOTH_QUANT).containsAll(settings.algorithms())) {
                fields.fault("algorithms", "are for STATIC, QAT and AUTO; DYNAMIC has SMOOTH_QUANT alone");
            }
        } else if (!settings.algorithms().isEmpty() && algorithms(technique).isEmpty()) {
            fields.fault("algorithms", "are for STATIC, QAT and AUTO; " + technique + " has none");
        }
    }

    /** What is corrected where the request says nothing; a search tries everything. */
    private static Set<AlgorithmKind> algorithms(@Nullable Technique technique) {
        return switch (technique) {
            case STATIC, QAT -> Recipe.STATIC_CORRECTIONS;
            case AUTO -> EnumSet.allOf(AlgorithmKind.class);
            case DYNAMIC, WEIGHT_ONLY -> Set.of();
            case null -> Set.of();
        };
    }

    /** Training starts from ranges that clip what is rare: steps grow more easily than they shrink. Else the model decides. */
    private static @Nullable ObserverKind observer(@Nullable Technique technique) {
        return technique == Technique.QAT ? ObserverKind.MSE : null;
    }

    private static void checkTypes(JsonFields fields, Settings settings, @Nullable Technique technique) {
        QuantType activations = settings.activationType();
        if (activations != null && !ACTIVATION_TYPES.contains(activations)) {
            fields.fault("activationType", activations + " is not available; UINT8, INT8, UINT4 and INT4 are");
        }
        QuantType weights = settings.weightType();
        if (weights != null && !WEIGHT_TYPES.contains(weights)) {
            fields.fault("weightType", weights + " is not available; INT8 and INT4 are, symmetric");
        }
        if (technique == Technique.DYNAMIC) {
            if (activations != null && activations.bits() < 8) {
                fields.fault("activationType", "has 8 bits where encodings are computed at run time");
            }
            if (weights == QuantType.INT4) {
                fields.fault("weightType", "has 8 bits where activations are quantized at run time");
            }
        }
        if (Boolean.TRUE.equals(settings.reduceRange()) && weights == QuantType.INT4) {
            fields.fault("reduceRange", "is of 8-bit weights; 4 bits never saturate");
        }
    }

    private static Objective objective(@Nullable JsonFields fields) {
        if (fields == null) {
            return new Objective(0.01, false, Preference.FASTEST);
        }
        String dropType = fields.text("dropType");
        if (dropType != null && !Set.of("ABSOLUTE", "RELATIVE").contains(dropType)) {
            fields.fault("dropType", "has to be ABSOLUTE or RELATIVE");
        }
        Preference prefer = fields.choice("prefer", Preference.class);
        Objective objective = new Objective(
                fields.number("maxDrop", 0.01, 0, 1e6),
                "RELATIVE".equals(dropType),
                prefer == null ? Preference.FASTEST : prefer);
        fields.refuseUnknown();
        return objective;
    }

    private static Measure measure(@Nullable JsonFields fields) {
        if (fields == null) {
            return new Measure(List.of(1), 1);
        }
        List<Integer> batchSizes = fields.integers("batchSizes", List.of(1), 1, LARGEST_BATCH);
        if (batchSizes.size() > MOST_BATCH_SIZES) {
            fields.fault("batchSizes", "has more than " + MOST_BATCH_SIZES + " entries");
        }
        Integer threads = fields.smallInteger("threads", 1, 256);
        fields.refuseUnknown();
        return new Measure(batchSizes, threads == null ? 1 : threads);
    }

    private static Budget budget(@Nullable JsonFields fields) {
        if (fields == null) {
            return new Budget(null, MOST_TRIALS);
        }
        // How long a job may wait concerns the queue, not the run.
        fields.ignore("maxQueueSeconds");
        Integer seconds = fields.smallInteger("maxRunSeconds", 1, Integer.MAX_VALUE);
        Integer trials = fields.smallInteger("maxTrials", 1, 1000);
        fields.refuseUnknown();
        return new Budget(seconds, trials == null ? MOST_TRIALS : trials);
    }

    private static Path path(JsonFields fields, String field) {
        String text = fields.requiredText(field);
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            fields.fault(field, "is no path: " + e.getReason());
            return Path.of("");
        }
    }
}
