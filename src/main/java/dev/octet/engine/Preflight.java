package dev.octet.engine;

import dev.octet.engine.data.Dataset;
import dev.octet.engine.data.InputSpec;
import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.plan.Exclusions;
import dev.octet.engine.plan.Target;
import dev.octet.engine.recipe.NamePattern;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.MetricKind;
import dev.octet.engine.scheme.QuantType;
import dev.octet.engine.scheme.TensorInfo;
import dev.octet.engine.scheme.TrainingOptions;
import dev.octet.engine.scheme.WeightMethod;
import dev.octet.engine.train.Libtorch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks a recipe against its model and data before anything is run, and without native code. */
public final class Preflight {

    private static final Set<String> WITH_WEIGHTS = Set.of("Conv", "Gemm", "MatMul");
    private static final Set<String> LINEAR = Set.of("Gemm", "MatMul");
    private static final Set<MetricKind> OF_PAIRS = Set.of(MetricKind.PEARSON, MetricKind.SPEARMAN);

    private final Recipe recipe;
    private final ModelSummary model;
    private final List<Finding> findings = new ArrayList<>();

    private Preflight(Recipe recipe, ModelSummary model) {
        this.recipe = recipe;
        this.model = model;
    }

    /**
     * Everything noticed, errors and warnings; a recipe without errors may be run.
     *
     * @param recipe as JSON, see {@link Recipe#parse}; its datasets lie where it says
     * @param model the summary of its model
     * @throws EngineException RECIPE_INVALID with everything that is wrong with the recipe by itself
     */
    public static List<Finding> check(String recipe, ModelSummary model) {
        Preflight preflight = new Preflight(Recipe.parse(recipe), model);
        preflight.checkModel();
        preflight.checkTechnique();
        preflight.checkTarget();
        preflight.checkExclude();
        preflight.checkCalibration();
        preflight.checkEvaluation();
        preflight.checkTraining();
        return List.copyOf(new java.util.LinkedHashSet<>(preflight.findings));
    }

    private void checkModel() {
        if (model.quantized()) {
            findings.add(Finding.error(
                    "modelId",
                    Fault.MODEL_ALREADY_QUANTIZED.name(),
                    "The model holds quantization operators already; upload the floating-point model it was"
                            + " made from."));
        }
        if (model.operators().keySet().stream().noneMatch(WITH_WEIGHTS::contains)) {
            findings.add(Finding.error(
                    "modelId",
                    Fault.MODEL_UNSUPPORTED.name(),
                    "The model has no Conv, Gemm or MatMul, so there is nothing to quantize; it has "
                            + model.operators().keySet()));
        }
        if (!model.customDomains().isEmpty()) {
            findings.add(Finding.warning(
                    "modelId",
                    "CUSTOM_DOMAIN",
                    "Operators of " + model.customDomains() + " need their own library to run; the worker has none."));
        }
    }

    private void checkTechnique() {
        boolean linear = model.operators().keySet().stream().anyMatch(LINEAR::contains);
        switch (recipe.technique()) {
            case DYNAMIC -> {
                if (!recipe.settings().algorithms().isEmpty() && recipe.calibration() == null) {
                    findings.add(Finding.error(
                            "calibration",
                            "CALIBRATION_MISSING",
                            "SMOOTH_QUANT learns from samples: name a calibration set."));
                }
                if (!linear) {
                    findings.add(Finding.error(
                            "technique",
                            Fault.MODEL_UNSUPPORTED.name(),
                            "DYNAMIC quantizes MatMul and Gemm and the model has neither; choose STATIC for"
                                    + " convolutions."));
                }
            }
            case WEIGHT_ONLY -> checkWeightOnly(linear);
            case STATIC ->
                warnWithoutCalibration(
                        "Without a calibration set activation ranges are taken from the model itself, by its"
                                + " normalization layers; that can't be done for every model, and samples do better.");
            case AUTO ->
                warnWithoutCalibration(
                        "Without a calibration set only the ways that need no data are tried; with one the result may"
                                + " be faster and more accurate.");
            case QAT -> {
                if (!Libtorch.isPresent()) {
                    findings.add(Finding.warning(
                            "technique",
                            Fault.TRAINING_UNAVAILABLE.name(),
                            "QAT needs libtorch, which is not installed here; on a worker without it the job fails."));
                }
            }
        }
    }

    private void checkTraining() {
        Recipe.Training training = recipe.training();
        Path dataset = training == null ? null : training.dataset();
        if (training == null || dataset == null) {
            return;
        }
        checkDataset("training", dataset, training.preprocessing());
        TrainingOptions.Loss loss = training.options().loss();
        if (loss.distillation() == 0 && loss.features() == 0 && !hasLabels(dataset)) {
            findings.add(Finding.error(
                    "training.loss",
                    "LABELS_MISSING",
                    "Without labels in the training set there is nothing but the float model to learn from; give"
                            + " distillation a weight above 0."));
        }
    }

    private static boolean hasLabels(Path file) {
        try (Dataset dataset = Dataset.open(file)) {
            return dataset.hasLabels();
        } catch (EngineException e) {
            // Said already by the check of the dataset itself.
            return true;
        }
    }

    private void checkWeightOnly(boolean linear) {
        if (!linear) {
            findings.add(Finding.error(
                    "technique",
                    Fault.MODEL_UNSUPPORTED.name(),
                    "WEIGHT_ONLY quantizes the weights of MatMul and Gemm and the model has neither; choose STATIC for"
                            + " convolutions."));
        }
        if (recipe.settings().weightMethod() == WeightMethod.GPTQ && recipe.calibration() == null) {
            findings.add(Finding.error(
                    "calibration",
                    "CALIBRATION_MISSING",
                    "GPTQ needs samples to weigh errors by; name a calibration set, or choose HQQ."));
        }
        if (!recipe.settings().algorithms().isEmpty()) {
            findings.add(Finding.warning(
                    "settings.algorithms", "SETTING_UNUSED", "WEIGHT_ONLY applies none of the corrections."));
        }
    }

    private void warnWithoutCalibration(String message) {
        if (recipe.calibration() == null) {
            findings.add(Finding.warning("calibration", "CALIBRATION_MISSING", message));
        }
    }

    private void checkTarget() {
        String id = recipe.target();
        if (id == null) {
            return;
        }
        Optional<Target> target = Target.byId(id);
        if (target.isEmpty() || !target.get().supported()) {
            findings.add(Finding.error(
                    "target",
                    "TARGET_UNSUPPORTED",
                    "There is no target " + id + " to make artifacts for; GET /v1/targets lists those there are."));
            return;
        }
        QuantType asked = recipe.settings().activationType();
        if (asked != null && asked.signed() != target.get().activationType().signed()) {
            findings.add(Finding.warning(
                    "settings.activationType",
                    "SLOW_TYPE",
                    id + " is fast with " + target.get().activationType() + " activations; with " + asked
                            + " much will run in floating point."));
        }
    }

    private void checkExclude() {
        List<String> names = model.names();
        if (names == null || recipe.settings().exclude().isEmpty()) {
            // Where they are not known yet, the engine refuses what it can't find.
            return;
        }
        List<String> unknown = recipe.settings().exclude().stream()
                .filter(text -> !isOperator(text) && names.stream().noneMatch(name -> isMeant(text, name)))
                .sorted()
                .toList();
        if (!unknown.isEmpty()) {
            findings.add(Finding.error(
                    "settings.exclude",
                    "UNKNOWN_NODE",
                    "The model has no node, value or operator type called "
                            + String.join(", ", unknown.subList(0, Math.min(10, unknown.size())))
                            + (unknown.size() > 10 ? " and " + (unknown.size() - 10) + " more" : "") + "."));
        }
    }

    private static boolean isMeant(String text, String name) {
        return NamePattern.of(text).matches(name) || Exclusions.standsFor(text, name);
    }

    private boolean isOperator(String text) {
        return model.operators().keySet().stream()
                .anyMatch(type -> type.substring(type.lastIndexOf(':') + 1).equals(text));
    }

    private void checkCalibration() {
        Recipe.Calibration calibration = recipe.calibration();
        if (calibration != null) {
            checkDataset("calibration", calibration.dataset(), calibration.preprocessing());
        }
    }

    private void checkEvaluation() {
        Recipe.Evaluation evaluation = recipe.evaluation();
        if (evaluation == null) {
            findings.add(Finding.warning(
                    "evaluation",
                    "NO_EVALUATION",
                    "Without an evaluation set the result is compared with the float model only, on samples"
                            + " held back."));
            return;
        }
        checkDataset("evaluation", evaluation.dataset(), evaluation.preprocessing());
        MetricKind metric = evaluation.metric();
        if (evaluation.pairs() && (metric == null || !OF_PAIRS.contains(metric))) {
            findings.add(Finding.error(
                    "evaluation.metric",
                    "METRIC_UNFIT",
                    "Pairs are scored by SPEARMAN or PEARSON, not by " + metric + "."));
        }
        if (metric != null && metric.needsLabels() && !hasLabels(evaluation.dataset())) {
            findings.add(Finding.error(
                    "evaluation.metric",
                    "LABELS_MISSING",
                    metric + " needs labels and the dataset has none; add an array named labels or ask for FIDELITY."));
        }
    }

    private void checkDataset(String field, Path file, Preprocessing preprocessing) {
        findings.addAll(samples(field + ".", file, preprocessing, model));
    }

    /**
     * Everything that keeps the samples in {@code dataset} from being fed to a model, with paths as in a request of its own.
     *
     * @param preprocessing of the samples, as the JSON of a job request has it
     * @param model the summary of the model
     * @throws EngineException RECIPE_INVALID with everything that is wrong with the preprocessing by itself
     */
    public static List<Finding> samples(Path dataset, String preprocessing, ModelSummary model) {
        return samples("", dataset, Recipe.preprocessing(preprocessing), model);
    }

    private static List<Finding> samples(String within, Path file, Preprocessing preprocessing, ModelSummary model) {
        List<Finding> findings = new ArrayList<>();
        try (Dataset dataset = Dataset.open(file)) {
            if (dataset.needsTokenizer() && Boolean.FALSE.equals(model.tokenizer())) {
                findings.add(Finding.error(
                        within + "datasetId",
                        "TOKENIZER_MISSING",
                        "The texts can't be made tokens: neither the model's zip nor the dataset's holds a"
                                + " tokenizer.json."));
            }
            dataset.mismatches(inputs(model, findings), preprocessing)
                    .forEach(detail -> findings.add(Finding.error(
                            detail.path().startsWith("preprocessing") ? within + detail.path() : within + "datasetId",
                            Fault.DATASET_MISMATCH.name(),
                            detail.message())));
        } catch (EngineException e) {
            findings.add(Finding.error(within + "datasetId", e.fault().name(), String.valueOf(e.getMessage())));
        }
        return findings;
    }

    private static List<InputSpec> inputs(ModelSummary model, List<Finding> findings) {
        List<InputSpec> inputs = new ArrayList<>();
        for (TensorInfo input : model.inputs()) {
            try {
                inputs.add(new InputSpec(input.name(), ElementType.valueOf(input.type()), input.sizes()));
            } catch (IllegalArgumentException e) {
                findings.add(Finding.error(
                        "modelId",
                        Fault.MODEL_UNSUPPORTED.name(),
                        "Input '" + input.name() + "' is " + input.type() + ", which no dataset can hold."));
            }
        }
        return inputs;
    }
}
