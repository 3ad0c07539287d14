package dev.octet.comparisons;

import dev.octet.datasets.DatasetRecord;
import dev.octet.datasets.Datasets;
import dev.octet.engine.DatasetSummary;
import dev.octet.engine.Inspection;
import dev.octet.engine.Preflight;
import dev.octet.jobs.Jobs;
import dev.octet.models.ModelRecord;
import dev.octet.models.Models;
import dev.octet.platform.Cursor;
import dev.octet.platform.Ids;
import dev.octet.platform.Page;
import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.ProblemKind;
import dev.octet.platform.api.model.Artifact;
import dev.octet.platform.api.model.ComparisonRequest;
import dev.octet.results.Results;
import dev.octet.storage.Blobs;
import dev.octet.storage.Uploads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The comparisons that were asked for. */
@Component
class Comparisons {
    /** Characters of one text; the same as in a request. */
    private static final int LONGEST_TEXT = 100_000;

    private static final int MOST_BY_DEFAULT = 16;

    private final StoredComparisons stored;
    private final ComparisonQueue queue;
    private final Jobs jobs;
    private final Results results;
    private final Models models;
    private final Datasets datasets;
    private final Uploads uploads;
    private final Blobs blobs;
    private final ComparisonsProperties properties;
    private final TransactionTemplate transaction;
    private final JsonMapper json;
    private final Ids ids;
    private final Clock clock;

    Comparisons(
            StoredComparisons stored,
            ComparisonQueue queue,
            Jobs jobs,
            Results results,
            Models models,
            Datasets datasets,
            Uploads uploads,
            Blobs blobs,
            ComparisonsProperties properties,
            PlatformTransactionManager transactions,
            JsonMapper json,
            Ids ids,
            Clock clock) {
        this.stored = stored;
        this.queue = queue;
        this.jobs = jobs;
        this.results = results;
        this.models = models;
        this.datasets = datasets;
        this.uploads = uploads;
        this.blobs = blobs;
        this.properties = properties;
        this.transaction = new TransactionTemplate(transactions);
        this.json = json;
        this.ids = ids;
        this.clock = clock;
    }

    /** What is compared, and how samples are fed to it. */
    private record Subject(
            UUID job,
            ModelRecord model,
            Artifact quantized,
            @Nullable String target,
            @Nullable String preprocessing) {
        String steps() {
            return preprocessing == null ? "{}" : preprocessing;
        }
    }

    /**
     * Stores samples and queues their comparison.
     *
     * @param body a dataset's file, an image, or a text where {@code text} says so; read once
     * @throws ProblemException JOB_NOT_FOUND, JOB_HAS_NO_RESULT, MODEL_DELETED, COMPARISONS_WAITING, TOO_LARGE, or UNPROCESSABLE where
     *     the samples do not fit the model
     */
    StoredComparison submit(UUID job, Resource body, boolean text, int samples) throws IOException {
        Subject subject = subject(job, null);
        long limit = properties.maxUploadSize().toBytes();
        if (body.contentLength() > limit) {
            throw ProblemException.tooLarge(limit);
        }
        try (InputStream bytes = body.getInputStream()) {
            if (text) {
                return take(subject, OneSample.text(text(bytes)), samples);
            }
            byte[] head = bytes.readNBytes(OneSample.HEAD);
            if (!OneSample.isImage(head)) {
                return take(subject, new StreamedRest(head, bytes, body.contentLength()), samples);
            }
            blobs.requireRoom(Math.max(0, body.contentLength()));
            return uploads.withScratch(folder -> {
                Path zip = OneSample.image(head, bytes, folder, limit);
                return take(subject, new FileSystemResource(zip), samples);
            });
        }
    }

    /** The same with samples that are there already, or a text in the request. */
    StoredComparison submit(UUID job, ComparisonRequest request) throws IOException {
        UUID dataset = request.getDatasetId();
        String text = request.getText();
        int samples = Objects.requireNonNullElse(request.getSamples(), MOST_BY_DEFAULT);
        String steps = request.getPreprocessing() == null ? null : json.writeValueAsString(request.getPreprocessing());
        if (text != null && dataset == null) {
            return take(subject(job, steps), OneSample.text(text), samples);
        }
        if (text != null || dataset == null) {
            throw ProblemException.unprocessable(
                    "SAMPLES_UNCLEAR",
                    "give datasetId or text, and not both",
                    List.of(new Entry("datasetId", "is needed where there is no text")));
        }
        return stored(subject(job, steps), dataset, samples);
    }

    private StoredComparison stored(Subject subject, UUID id, int samples) throws IOException {
        DatasetRecord dataset = datasets.find(id)
                .orElseThrow(() -> ProblemException.unprocessable(
                        "DATASET_NOT_FOUND",
                        "there is no dataset " + id,
                        List.of(new Entry("datasetId", "there is no such dataset"))));
        DatasetSummary summary = uploads.look(dataset.sha256(), (file, _) -> check(subject, file));
        UUID made = transaction.execute(_ -> {
            if (datasets.hold(id).isEmpty()) {
                throw ProblemException.unprocessable(
                        "INPUT_DELETED",
                        "datasetId was deleted at this moment",
                        List.of(new Entry("datasetId", "was deleted")));
            }
            return keep(subject, dataset.sha256(), summary, samples);
        });
        return get(subject.job(), Objects.requireNonNull(made));
    }

    private String text(InputStream bytes) throws IOException {
        byte[] text = bytes.readNBytes(4 * LONGEST_TEXT + 1);
        String read = new String(text, StandardCharsets.UTF_8);
        if (read.isBlank() || read.length() > LONGEST_TEXT) {
            throw ProblemException.unprocessable(
                    "SAMPLES_UNCLEAR", "a text has from 1 to " + LONGEST_TEXT + " characters", List.of());
        }
        return read;
    }

    private Subject subject(UUID job, @Nullable String steps) {
        Jobs.Done done = jobs.done(job);
        Artifact quantized = results.model(job)
                .orElseThrow(() -> ProblemException.conflict("JOB_HAS_NO_RESULT", "the job has no quantized model"));
        ModelRecord model = models.find(done.model()).orElseThrow(Comparisons::modelDeleted);
        if (stored.waiting() >= properties.maxWaiting()) {
            throw new ProblemException(
                    ProblemKind.TOO_MANY_REQUESTS,
                    "COMPARISONS_WAITING",
                    properties.maxWaiting() + " comparisons wait already; try again when some have ended",
                    List.of());
        }
        return new Subject(job, model, quantized, done.target(), steps == null ? preprocessing(done.request()) : steps);
    }

    private static ProblemException modelDeleted() {
        return ProblemException.conflict(
                "MODEL_DELETED", "the job's float model was deleted, so there is nothing to compare with");
    }

    /** What the job did to samples that it was scored on, else to those that it learned from; null where it left them. */
    private static @Nullable String preprocessing(String request) {
        JsonNode tree = JsonMapper.shared().readTree(request);
        JsonNode from = tree.path(tree.path("evaluation").isObject() ? "evaluation" : "calibration");
        JsonNode steps = from.path("preprocessing");
        return steps.isObject() && !steps.isEmpty() ? steps.toString() : null;
    }

    private StoredComparison take(Subject subject, Resource body, int samples) throws IOException {
        UUID id = uploads.take(
                body,
                properties.maxUploadSize().toBytes(),
                (file, _) -> check(subject, file),
                (blob, summary) -> keep(subject, blob.sha256(), summary, samples));
        return get(subject.job(), id);
    }

    private static DatasetSummary check(Subject subject, Path file) {
        DatasetSummary summary = Inspection.dataset(file);
        Jobs.refuse(Preflight.samples(file, subject.steps(), subject.model().summary()));
        return summary;
    }

    private UUID keep(Subject subject, String sha256, DatasetSummary summary, int samples) {
        if (models.hold(subject.model().id()).isEmpty()) {
            throw modelDeleted();
        }
        // Fails where the job was deleted meanwhile, and with it the artifact.
        jobs.require(subject.job());
        StoredComparison comparison = new StoredComparison(
                ids.next(),
                subject.job(),
                StoredComparison.QUEUED,
                0,
                0,
                (int) Math.min(samples, summary.samples()),
                summary.format(),
                subject.preprocessing(),
                subject.target(),
                sha256,
                subject.model().sha256(),
                subject.quantized().getSha256(),
                null,
                null,
                1,
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                null,
                null);
        stored.insert(comparison);
        blobs.retain(comparison.samplesSha256(), comparison.owner());
        blobs.retain(comparison.modelSha256(), comparison.owner());
        blobs.retain(comparison.quantizedSha256(), comparison.owner());
        queue.add(comparison.id(), comparison.createdAt());
        return comparison.id();
    }

    /** The comparison of that job, or the problem COMPARISON_NOT_FOUND. */
    StoredComparison get(UUID job, UUID id) {
        return stored.find(id)
                .filter(comparison -> comparison.jobId().equals(job))
                .orElseThrow(() ->
                        ProblemException.notFound("COMPARISON_NOT_FOUND", "job " + job + " has no comparison " + id));
    }

    /** What follows the cursor, newest first. */
    Page<StoredComparison> list(UUID job, Cursor cursor, int limit) {
        jobs.require(job);
        return Page.of(stored.page(job, cursor, limit + 1), limit, StoredComparison::place);
    }

    /** The rows go with the job; what they still refer to is let go in the same transaction. */
    @EventListener
    void leaving(Jobs.Leaving job) {
        stored.unfinished(job.job()).forEach(comparison -> Comparing.release(blobs, comparison));
    }
}
