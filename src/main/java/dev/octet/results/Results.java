package dev.octet.results;

import dev.octet.jobs.Attempt;
import dev.octet.jobs.Attempts;
import dev.octet.jobs.Jobs;
import dev.octet.platform.Ids;
import dev.octet.platform.ProblemException;
import dev.octet.platform.api.model.Artifact;
import dev.octet.platform.api.model.Artifact.KindEnum;
import dev.octet.platform.api.model.JobOutcome;
import dev.octet.platform.api.model.JobResult;
import dev.octet.platform.api.model.Layer;
import dev.octet.platform.api.model.Trial;
import dev.octet.storage.Blobs;
import dev.octet.storage.StoredBlob;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What jobs produced: stored in the one transaction that ends the job, or not at all.
 *
 * <p>Methods that store throw {@link InvalidOutputException} if the engine's files are not as agreed,
 * {@link Attempt.LostException} if the attempt no longer holds the job.
 */
@Component
public class Results {
    private final Attempts attempts;
    private final Jobs jobs;
    private final Blobs blobs;
    private final StoredArtifacts artifacts;
    private final Rows rows;
    private final TransactionTemplate transaction;
    private final JsonMapper json;
    private final Validator validator;
    private final Ids ids;
    private final Clock clock;

    Results(
            Attempts attempts,
            Jobs jobs,
            Blobs blobs,
            StoredArtifacts artifacts,
            Rows rows,
            PlatformTransactionManager transactions,
            JsonMapper json,
            Validator validator,
            Ids ids,
            Clock clock) {
        this.attempts = attempts;
        this.jobs = jobs;
        this.blobs = blobs;
        this.artifacts = artifacts;
        this.rows = rows;
        this.transaction = new TransactionTemplate(transactions);
        this.json = json;
        this.validator = validator;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Stores what the engine left in {@code out} and ends the job as SUCCEEDED.
     *
     * @param name what the artifacts' file names begin with, without an extension
     */
    public void succeed(Attempt attempt, JobOutcome outcome, String name, Path out) throws IOException {
        keep(attempt, name, out, result -> attempts.succeed(attempt, outcome, result));
    }

    /**
     * Ends the job as EXPIRED, and keeps what the engine left in {@code out} if that is whole.
     *
     * @param reason the error that the job carries
     */
    public void expire(Attempt attempt, ProblemException reason, String name, Path out) throws IOException {
        try {
            keep(attempt, name, out, result -> attempts.expire(attempt, reason, result));
        } catch (InvalidOutputException e) {
            attempts.expire(attempt, reason, null);
        }
    }

    /** A file of the engine's as it becomes an artifact. */
    private record Part(KindEnum kind, String file, String name, String mediaType) {}

    private void keep(Attempt attempt, String name, Path path, Consumer<JsonNode> end) throws IOException {
        OutFolder out = new OutFolder(path);
        UUID model = ids.next();
        JsonNode result = checked((ObjectNode) out.json(json, "result.json", false), model);
        JsonNode report = out.json(json, "report.json", false);
        JsonNode layers = out.json(json, "layers.json", true);
        JsonNode trials = out.json(json, "trials.json", true);
        rows.check("layers.json", layers, Layer.class);
        rows.check("trials.json", trials, Trial.class);
        List<StoredBlob> stored = new ArrayList<>();
        try {
            List<Artifact> made = new ArrayList<>();
            for (Part part : parts(out, name)) {
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
                end.accept(result);
                made.forEach(this::add);
                rows.addReport(attempt.job(), report);
                rows.addLayers(attempt.job(), layers);
                rows.addTrials(attempt.job(), trials);
            });
        } finally {
            stored.forEach(StoredBlob::close);
        }
    }

    private static List<Part> parts(OutFolder out, String name) throws IOException {
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(KindEnum.REPORT, "report.json", name + "-report.json", "application/json"));
        out.plan().ifPresent(plan -> parts.add(new Part(KindEnum.PLAN, plan, name + "-plan.txt", "text/plain")));
        if (out.has("statistics.bin")) {
            parts.add(new Part(
                    KindEnum.STATISTICS, "statistics.bin", name + "-statistics.bin", "application/octet-stream"));
        }
        ModelFile model = ModelFile.of(out);
        parts.add(new Part(KindEnum.MODEL, model.file(), name + "-int8" + model.extension(), model.mediaType()));
        return parts;
    }

    private void add(Artifact artifact) {
        StoredArtifact row = new StoredArtifact(artifact);
        artifacts.save(row);
        blobs.retain(row.sha256(), row.owner());
    }

    /** The result with its artifact's id, exactly as the contract has it. */
    private JsonNode checked(ObjectNode result, UUID model) {
        result.put("artifactId", model.toString());
        try {
            for (ConstraintViolation<JobResult> fault : validator.validate(json.treeToValue(result, JobResult.class))) {
                throw new InvalidOutputException("result.json: " + fault.getPropertyPath() + " " + fault.getMessage());
            }
        } catch (JacksonException e) {
            throw new InvalidOutputException("result.json is not as agreed: " + e.getOriginalMessage(), e);
        }
        return result;
    }

    /** Forgets a job that has ended, with all that it produced. */
    void delete(UUID job) {
        transaction.executeWithoutResult(_ -> {
            artifacts.findByJobId(job).forEach(artifact -> blobs.release(artifact.sha256(), artifact.owner()));
            jobs.delete(job);
        });
    }
}
