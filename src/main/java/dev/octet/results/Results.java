package dev.octet.results;

import dev.octet.jobs.Attempt;
import dev.octet.jobs.Attempts;
import dev.octet.jobs.Jobs;
import dev.octet.platform.Ids;
import dev.octet.platform.api.model.Artifact;
import dev.octet.platform.api.model.Artifact.KindEnum;
import dev.octet.platform.api.model.JobOutcome;
import dev.octet.platform.api.model.JobResult;
import dev.octet.platform.api.model.Layer;
import dev.octet.platform.api.model.Precision;
import dev.octet.platform.api.model.Trial;
import dev.octet.storage.Blobs;
import dev.octet.storage.StoredBlob;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What jobs produced: stored in the one transaction that ends the job, or not at all.
 *
 * <p>Methods that store throw {@link InvalidOutputException} if the engine's files are not as agreed,
 * {@link Attempt.LostException} if the attempt no longer holds the job.
 */
@Component
public class Results {
    private static final String BEST_SO_FAR = "BEST_SO_FAR";
    private static final int MOST_TRIALS = 10_000;
    private static final int LONGEST_MESSAGE = 500;

    private final Attempts attempts;
    private final Jobs jobs;
    private final Blobs blobs;
    private final StoredArtifacts artifacts;
    private final Checkpoints checkpoints;
    private final Rows rows;
    private final TransactionTemplate transaction;
    private final JsonMapper json;
    private final Agreement agreement;
    private final Ids ids;
    private final Clock clock;

    Results(
            Attempts attempts,
            Jobs jobs,
            Blobs blobs,
            StoredArtifacts artifacts,
            Checkpoints checkpoints,
            Rows rows,
            PlatformTransactionManager transactions,
            JsonMapper json,
            Agreement agreement,
            Ids ids,
            Clock clock) {
        this.attempts = attempts;
        this.jobs = jobs;
        this.blobs = blobs;
        this.artifacts = artifacts;
        this.checkpoints = checkpoints;
        this.rows = rows;
        this.transaction = new TransactionTemplate(transactions);
        this.json = json;
        this.agreement = agreement;
        this.ids = ids;
        this.clock = clock;
    }

    /** Stores what the engine left and ends the job as SUCCEEDED. */
    public void succeed(Attempt attempt, JobOutcome outcome, Output output) throws IOException {
        JsonNode report = new OutFolder(output.folder()).json(json, "report.json", false);
        keep(attempt, output, report, (result, trials) -> {
            attempts.succeed(attempt, outcome, result);
            rows.replaceTrials(attempt, trials);
        });
    }

    /**
     * Stores what the engine left when it was stopped, as the best candidate so far, and ends the job.
     *
     * @param why the job was stopped, for the report
     * @param end ends the job with the result, in the transaction that stores it
     */
    public void keepBest(Attempt attempt, Output output, String why, Consumer<JsonNode> end) throws IOException {
        keep(attempt, output, noted(new OutFolder(output.folder()), why), (result, trials) -> {
            end.accept(result);
            // The engine told of others after it had left these files.
            rows.mergeTrials(attempt, trials);
        });
    }

    /** The report with a note that it is about the best so far; written only once, however often this is tried. */
    private ObjectNode noted(OutFolder out, String why) throws IOException {
        ObjectNode report = (ObjectNode) out.json(json, "report.json", false);
        ArrayNode notes = report.withArray("notes");
        if (notes.valueStream().noneMatch(note -> note.path("code").asString("").equals(BEST_SO_FAR))) {
            notes.addObject()
                    .put("severity", "WARNING")
                    .put("code", BEST_SO_FAR)
                    .put(
                            "message",
                            "The job was stopped before its search had ended, since " + why
                                    + ". This is the best candidate that was complete and proven by then; a longer"
                                    + " search may find a better one.");
            out.replace("report.json", json.writeValueAsBytes(report));
        }
        return report;
    }

    /**
     * Stores a trial of a running engine, in the place of an earlier one with its number, and tells it as an event.
     *
     * <p>What earlier attempts tried goes with the first trial of a later one.
     */
    public void addTrial(Attempt attempt, JsonNode trial) {
        int number = agreement.check("trial", trial, Trial.class).getNumber();
        if (number > MOST_TRIALS) {
            throw new InvalidOutputException("trial " + number + " is beyond the " + MOST_TRIALS + " there can be");
        }
        transaction.executeWithoutResult(_ -> {
            attempts.trial(
                    attempt,
                    number,
                    "trial " + number + ": " + start(trial.path("description").asString()));
            rows.putTrial(attempt, trial);
        });
    }

    private static String start(String text) {
        return text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE) + "…";
    }

    /** A file of the engine's as it becomes an artifact. */
    private record Part(KindEnum kind, String file, String name, String mediaType) {}

    private void keep(Attempt attempt, Output output, JsonNode report, BiConsumer<JsonNode, JsonNode> end)
            throws IOException {
        OutFolder out = new OutFolder(output.folder());
        UUID model = ids.next();
        JsonNode result = ((ObjectNode) out.json(json, "result.json", false)).put("artifactId", model.toString());
        JsonNode layers = out.json(json, "layers.json", true);
        JsonNode trials = out.json(json, "trials.json", true);
        agreement.check("result.json", result, JobResult.class);
        agreement.checkEach("layers.json", layers, Layer.class);
        agreement.checkEach("trials.json", trials, Trial.class);
        List<StoredBlob> stored = new ArrayList<>();
        try {
            List<Artifact> made = new ArrayList<>();
            for (Part part : parts(out, output.name(), precision(layers))) {
                try (InputStream bytes = out.open(part.file())) {
                    StoredBlob blob = blobs.put(bytes, Long.MAX_VALUE);
                    stored.add(blob);
                    made.add(new Artifact(
                            part.kind() == KindEnum.MODEL ? model : ids.next(),
                            attempt.job(),
                            part.kind(),
                            part.name(),
                            blob.sha256(),
                            blob.sizeBytes(),
                            part.mediaType(),
                            clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC)));
                }
            }
            transaction.executeWithoutResult(_ -> {
                end.accept(result, trials);
                made.forEach(artifact -> add(artifact, output));
                rows.addReport(attempt.job(), report);
                rows.addLayers(attempt.job(), layers);
            });
        } finally {
            stored.forEach(StoredBlob::close);
        }
    }

    /** What the file's name says of its weights. */
    private static String precision(JsonNode layers) {
        return layers.valueStream()
                        .anyMatch(layer -> layer.path("precision").asString("").equals(Precision.INT4.getValue()))
                ? "-int4"
                : "-int8";
    }

    private static List<Part> parts(OutFolder out, String name, String precision) throws IOException {
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(KindEnum.REPORT, "report.json", name + "-report.json", "application/json"));
        out.plan().ifPresent(plan -> parts.add(new Part(KindEnum.PLAN, plan, name + "-plan.txt", "text/plain")));
        if (out.has("statistics.bin")) {
            parts.add(new Part(
                    KindEnum.STATISTICS, "statistics.bin", name + "-statistics.bin", "application/octet-stream"));
        }
        if (out.has("model.pt2")) {
            parts.add(new Part(KindEnum.MODEL_PT2, "model.pt2", name + precision + ".pt2", "application/octet-stream"));
        }
        ModelFile model = ModelFile.of(out);
        parts.add(new Part(KindEnum.MODEL, model.file(), name + precision + model.extension(), model.mediaType()));
        return parts;
    }

    private void add(Artifact artifact, Output output) {
        boolean statistics = artifact.getKind() == KindEnum.STATISTICS;
        StoredArtifact row = new StoredArtifact(artifact, statistics ? output.calibrationKey() : null);
        artifacts.save(row);
        blobs.retain(row.sha256(), row.owner());
    }

    /** The hash of the newest statistics that a job which SUCCEEDED filed under the key. */
    public Optional<String> statistics(String calibrationKey) {
        return artifacts.statistics(calibrationKey);
    }

    /** Forgets a job that has ended, with all that it produced. */
    void delete(UUID job) {
        transaction.executeWithoutResult(_ -> {
            artifacts.findByJobId(job).forEach(artifact -> blobs.release(artifact.sha256(), artifact.owner()));
            checkpoints.forget(job);
            jobs.delete(job);
        });
    }

    /** The quantized model that the job produced. */
    public Optional<Artifact> model(UUID job) {
        return artifacts.findByJobId(job).stream()
                .map(StoredArtifact::artifact)
                .filter(artifact -> artifact.getKind() == KindEnum.MODEL)
                .findFirst();
    }
}
