package dev.octet.jobs.request;

import dev.octet.datasets.DatasetRecord;
import dev.octet.datasets.Datasets;
import dev.octet.engine.Finding;
import dev.octet.engine.Finding.Severity;
import dev.octet.engine.Preflight;
import dev.octet.engine.Targets;
import dev.octet.engine.scheme.AlgorithmKind;
import dev.octet.engine.scheme.EngineException;
import dev.octet.models.ModelRecord;
import dev.octet.models.Models;
import dev.octet.platform.api.model.CalibrationSpec;
import dev.octet.platform.api.model.EvaluationSpec;
import dev.octet.platform.api.model.JobRequest;
import dev.octet.platform.api.model.QuantizationSettings;
import dev.octet.platform.api.model.TrainingSpec;
import dev.octet.storage.Blobs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Finds everything that is wrong with a job request, before it costs anybody time. */
@Component
public class RequestCheck {
    private static final List<String> ALGORITHMS =
            Stream.of(AlgorithmKind.values()).map(Enum::name).toList();

    private final Models models;
    private final Datasets datasets;
    private final Blobs blobs;
    private final WebhookCheck webhooks;
    private final JsonMapper json;

    RequestCheck(Models models, Datasets datasets, Blobs blobs, WebhookCheck webhooks, JsonMapper json) {
        this.models = models;
        this.datasets = datasets;
        this.blobs = blobs;
        this.webhooks = webhooks;
        this.json = json;
    }

    /** All findings, the worst first. */
    public List<Finding> findings(JobRequest request) {
        Map<UUID, Path> files = new HashMap<>();
        List<Finding> findings = lookUp(request, files);
        ModelRecord model = request.getModelId() == null
                ? null
                : models.find(request.getModelId()).orElse(null);
        if (findings.isEmpty() && model != null) {
            ask(request, model, files, findings);
        }
        findings.sort(Comparator.comparing(Finding::severity));
        return findings;
    }

    /** What is wrong with the request whatever its numbers are: what it names and is not there. */
    List<Finding> lookUp(JobRequest request) {
        return lookUp(request, new HashMap<>());
    }

    private List<Finding> lookUp(JobRequest request, Map<UUID, Path> files) {
        List<Finding> findings = new ArrayList<>();
        checkWhatIsNotHere(request, findings);
        if (request.getModelId() != null && models.find(request.getModelId()).isEmpty()) {
            findings.add(error("modelId", "MODEL_NOT_FOUND", "there is no model " + request.getModelId()));
        }
        CalibrationSpec calibration = request.getCalibration();
        if (calibration != null) {
            findDataset("calibration.datasetId", calibration.getDatasetId(), files, findings);
        }
        EvaluationSpec evaluation = request.getEvaluation();
        if (evaluation != null) {
            findDataset("evaluation.datasetId", evaluation.getDatasetId(), files, findings);
        }
        TrainingSpec training = request.getTraining();
        if (training != null) {
            findDataset("training.datasetId", training.getDatasetId(), files, findings);
        }
        return findings;
    }

    private void checkWhatIsNotHere(JobRequest request, List<Finding> findings) {
        String target = request.getTarget();
        if (target != null) {
            List<String> known = Targets.all().stream()
                    .filter(Targets.TargetProfile::supported)
                    .map(Targets.TargetProfile::id)
                    .toList();
            if (!known.contains(target)) {
                findings.add(error(
                        "target",
                        "UNSUPPORTED_TARGET",
                        "'" + target + "' is no target that artifacts can be made for; these are: "
                                + String.join(", ", known)));
            }
        }
        QuantizationSettings settings = request.getSettings();
        List<String> algorithms = settings == null ? null : settings.getAlgorithms();
        List<String> unknown = algorithms == null
                ? List.of()
                : algorithms.stream().filter(name -> !ALGORITHMS.contains(name)).toList();
        if (!unknown.isEmpty()) {
            findings.add(error(
                    "settings.algorithms",
                    "UNSUPPORTED_ALGORITHM",
                    unknown + " are not known; these are: " + String.join(", ", ALGORITHMS)));
        }
        if (request.getWebhook() != null) {
            findings.addAll(webhooks.findings(request.getWebhook()));
        }
    }

    private void findDataset(String path, @Nullable UUID id, Map<UUID, Path> files, List<Finding> findings) {
        if (id == null) {
            return;
        }
        DatasetRecord dataset = datasets.find(id).orElse(null);
        if (dataset == null) {
            findings.add(error(path, "DATASET_NOT_FOUND", "there is no dataset " + id));
        } else {
            files.put(id, blobs.local(dataset.sha256()));
        }
    }

    /** Has the engine check what it knows best: fields against each other, data against the model. */
    private void ask(JobRequest request, ModelRecord model, Map<UUID, Path> files, List<Finding> findings) {
        Path file = blobs.local(model.sha256());
        String recipe = JobRecipe.of(json.writeValueAsString(request), _ -> file, id -> path(files, id), null, null);
        try {
            findings.addAll(Preflight.check(recipe, models.summaryWithNames(model)));
        } catch (EngineException e) {
            Set<String> paths = new HashSet<>();
            e.details().stream()
                    .filter(detail -> paths.add(detail.path() + detail.message()))
                    .forEach(detail ->
                            findings.add(error(detail.path(), e.fault().name(), detail.message())));
            if (e.details().isEmpty()) {
                findings.add(error("", e.fault().name(), String.valueOf(e.getMessage())));
            }
        }
    }

    private static Path path(Map<UUID, Path> files, UUID id) {
        Path file = files.get(id);
        if (file == null) {
            throw new IllegalStateException("dataset " + id + " was not looked up");
        }
        return file;
    }

    private static Finding error(String path, String code, String message) {
        return new Finding(Severity.ERROR, path, code, message);
    }
}
