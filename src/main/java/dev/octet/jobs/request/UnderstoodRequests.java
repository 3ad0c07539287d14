package dev.octet.jobs.request;

import dev.octet.platform.Sha256;
import dev.octet.platform.api.model.Budget;
import dev.octet.platform.api.model.JobRequest;
import dev.octet.platform.api.model.JobState;
import dev.octet.platform.api.model.MeasureSpec;
import dev.octet.platform.api.model.Objective;
import dev.octet.platform.api.model.ObserverName;
import dev.octet.platform.api.model.Preprocessing;
import dev.octet.platform.api.model.QuantizationSettings;
import dev.octet.platform.api.model.QuantizationSettings.BlockSizeEnum;
import dev.octet.platform.api.model.Technique;
import dev.octet.platform.api.model.TrainingLoss;
import dev.octet.platform.api.model.TrainingSpec;
import dev.octet.platform.api.model.Webhook;
import dev.octet.platform.api.model.WeightMethod;
import dev.octet.platform.api.model.WeightType;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Job requests with their defaults filled in, as JSON and as a hash. */
@Component
public class UnderstoodRequests {
    private static final int A_DAY = 86_400;

    private static final List<JobState> ENDS =
            List.of(JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED, JobState.EXPIRED);

    private static final List<String> DEFAULT_ALGORITHMS = List.of("BIAS_CORRECTION");

    private final JsonMapper json;
    private final JsonMapper canonical;

    UnderstoodRequests(JsonMapper json) {
        this.json = json;
        this.canonical = json.rebuild()
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .build();
    }

    /** The same request with the defaults of absent parts; members that mean something by their absence stay absent. */
    public JobRequest understand(JobRequest request) {
        JobRequest filled = json.readValue(json.writeValueAsString(request), JobRequest.class);
        filled.setObjective(or(filled.getObjective(), new Objective()));
        filled.setMeasure(or(filled.getMeasure(), new MeasureSpec()));
        filled.setBudget(or(filled.getBudget(), new Budget()));
        QuantizationSettings settings = or(filled.getSettings(), new QuantizationSettings());
        fill(settings, filled.getTechnique());
        filled.setSettings(settings);
        Webhook webhook = filled.getWebhook();
        if (webhook != null
                && (webhook.getEvents() == null || webhook.getEvents().isEmpty())) {
            webhook.setEvents(ENDS);
        }
        if (filled.getCalibration() != null) {
            filled.getCalibration()
                    .setPreprocessing(or(filled.getCalibration().getPreprocessing(), new Preprocessing()));
        }
        if (filled.getEvaluation() != null) {
            filled.getEvaluation().setPreprocessing(or(filled.getEvaluation().getPreprocessing(), new Preprocessing()));
        }
        if (filled.getTechnique() == Technique.QAT) {
            filled.setTraining(or(filled.getTraining(), new TrainingSpec()));
        }
        TrainingSpec training = filled.getTraining();
        if (training != null) {
            training.setPreprocessing(or(training.getPreprocessing(), new Preprocessing()));
            training.setLoss(or(training.getLoss(), new TrainingLoss()));
        }
        return filled;
    }

    /** Only what the technique looks at: a default that nobody reads would mislead. */
    private static void fill(QuantizationSettings settings, Technique technique) {
        boolean corrects = technique == Technique.STATIC || technique == Technique.QAT;
        if (!corrects && DEFAULT_ALGORITHMS.equals(settings.getAlgorithms())) {
            // STATIC's and QAT's default; AUTO tries all where none are named.
            settings.setAlgorithms(null);
        }
        switch (technique) {
            case QAT -> settings.setObserver(or(settings.getObserver(), ObserverName.MSE));
            case WEIGHT_ONLY -> {
                settings.setWeightType(or(settings.getWeightType(), WeightType.INT4));
                settings.setBlockSize(or(settings.getBlockSize(), BlockSizeEnum.NUMBER_32));
                settings.setWeightMethod(or(settings.getWeightMethod(), WeightMethod.HQQ));
            }
            case AUTO, STATIC, DYNAMIC -> {
                // They choose by themselves, by what the model is, or have nothing to choose.
            }
        }
    }

    /** The request as JSON, without what only the sender of its webhook may know. */
    public String withoutSecret(JobRequest request) {
        ObjectNode tree = json.valueToTree(request);
        if (tree.get("webhook") instanceof ObjectNode webhook) {
            webhook.remove("secret");
        }
        return json.writeValueAsString(tree);
    }

    public String json(Object value) {
        return json.writeValueAsString(value);
    }

    /** SHA-256 of the request, whatever the order of its members was. */
    public String sha256(JobRequest request) {
        return Sha256.of(canonical.writeValueAsString(request));
    }

    /** How long the job may wait to be started. */
    public Duration maxQueue(JobRequest request) {
        Integer seconds =
                request.getBudget() == null ? null : request.getBudget().getMaxQueueSeconds();
        return Duration.ofSeconds(seconds == null ? A_DAY : seconds);
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
