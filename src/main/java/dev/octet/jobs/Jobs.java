package dev.octet.jobs;

import dev.octet.datasets.Datasets;
import dev.octet.engine.Finding;
import dev.octet.engine.Finding.Severity;
import dev.octet.jobs.request.RequestCheck;
import dev.octet.jobs.request.UnderstoodRequests;
import dev.octet.models.Models;
import dev.octet.platform.Cursor;
import dev.octet.platform.Ids;
import dev.octet.platform.Page;
import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.ProblemKind;
import dev.octet.platform.api.model.JobRequest;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The requests to quantize. */
@Component
public class Jobs {
    /**
     * Announces within its transaction that a job has entered a state.
     *
     * @param job its id
     * @param state the state it is in now
     * @param outcome what it reached, of SUCCEEDED only
     */
    public record Entered(UUID job, State state, @Nullable String outcome) {}

    /** Announces within its transaction that a job, which has ended, is about to be deleted. */
    public record Leaving(UUID job) {}

    /**
     * What is left of a job that has a result.
     *
     * @param model id of its model, which may have been deleted since
     * @param request what was asked for, as JSON
     * @param target what the artifact is for; null where the result does not tell
     */
    public record Done(UUID model, String request, @Nullable String target) {}

    private final StoredJobs stored;
    private final JobWrites writes;
    private final JobQueue queue;
    private final RequestCheck check;
    private final UnderstoodRequests requests;
    private final Models models;
    private final Datasets datasets;
    private final TransactionTemplate transaction;
    private final Ids ids;
    private final Clock clock;

    Jobs(
            StoredJobs stored,
            JobWrites writes,
            JobQueue queue,
            RequestCheck check,
            UnderstoodRequests requests,
            Models models,
            Datasets datasets,
            PlatformTransactionManager transactions,
            Ids ids,
            Clock clock) {
        this.stored = stored;
        this.writes = writes;
        this.queue = queue;
        this.check = check;
        this.requests = requests;
        this.models = models;
        this.datasets = datasets;
        this.transaction = new TransactionTemplate(transactions);
        this.ids = ids;
        this.clock = clock;
    }

    /** Everything found by checking the request, the worst first; nothing is stored. */
    List<Finding> check(JobRequest request) {
        return check.findings(requests.understand(request));
    }

    /**
     * Stores and queues a job in one transaction.
     *
     * @param key the client's own name of this submission; a second one with the same request answers the first one's job
     * @throws ProblemException UNPROCESSABLE with every fault found, or if the key came with another request before
     */
    StoredJob submit(JobRequest request, @Nullable String key) {
        JobRequest understood = requests.understand(request);
        String sha256 = requests.sha256(understood);
        Optional<StoredJob> before = earlier(key, sha256);
        if (before.isPresent()) {
            return before.get();
        }
        refuse(check.findings(understood));
        UUID id = ids.next();
        boolean stored = Boolean.TRUE.equals(transaction.execute(_ -> store(id, understood, sha256, key)));
        return stored
                ? get(id)
                : earlier(key, sha256)
                        .orElseThrow(() -> new ProblemException(
                                ProblemKind.IN_PROGRESS,
                                "IDEMPOTENCY_KEY_IN_USE",
                                "another request with this Idempotency-Key is being served",
                                List.of(new Entry("Idempotency-Key", "is in use at this moment"))));
    }

    private Optional<StoredJob> earlier(@Nullable String key, String sha256) {
        Optional<StoredJob> before = key == null ? Optional.empty() : stored.findByIdempotencyKey(key);
        if (before.isPresent() && !before.get().requestSha256.equals(sha256)) {
            throw ProblemException.unprocessable(
                    "IDEMPOTENCY_KEY_REUSED",
                    "this Idempotency-Key came with another request before, which made job " + before.get().id,
                    List.of(new Entry("Idempotency-Key", "must be new for a new request")));
        }
        return before;
    }

    /**
     * Throws UNPROCESSABLE with every error among {@code findings}, where there is one.
     *
     * @throws ProblemException UNPROCESSABLE
     */
    public static void refuse(List<Finding> findings) {
        List<Finding> errors = findings.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
        if (!errors.isEmpty()) {
            Finding first = errors.getFirst();
            throw ProblemException.unprocessable(
                    first.code(),
                    (first.path().isEmpty() ? "" : first.path() + ": ")
                            + first.message()
                            + (errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)"),
                    errors.stream()
                            .map(finding -> new Entry(finding.path(), finding.message()))
                            .toList());
        }
    }

    private boolean store(UUID id, JobRequest request, String sha256, @Nullable String key) {
        List<UUID> used = Stream.of(
                        request.getCalibration() == null
                                ? null
                                : request.getCalibration().getDatasetId(),
                        request.getEvaluation() == null
                                ? null
                                : request.getEvaluation().getDatasetId(),
                        request.getTraining() == null
                                ? null
                                : request.getTraining().getDatasetId())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (models.hold(request.getModelId()).isEmpty()) {
            throw vanished("modelId");
        }
        if (used.stream().anyMatch(dataset -> datasets.hold(dataset).isEmpty())) {
            throw vanished("datasetId");
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Map<String, @Nullable Object> columns = new HashMap<>();
        columns.put("id", id);
        columns.put("modelId", request.getModelId());
        columns.put("technique", request.getTechnique().getValue());
        columns.put("target", request.getTarget());
        columns.put("request", requests.withoutSecret(request));
        columns.put(
                "secret",
                request.getWebhook() == null ? null : request.getWebhook().getSecret());
        columns.put("sha256", sha256);
        columns.put("tags", requests.json(request.getTags() == null ? Map.of() : request.getTags()));
        columns.put("key", key);
        columns.put("now", JobWrites.time(now));
        columns.put("deadline", JobWrites.time(now.plus(requests.maxQueue(request))));
        if (!writes.insert(columns, used)) {
            return false;
        }
        queue.add(id, now);
        return true;
    }

    private static ProblemException vanished(String path) {
        return ProblemException.unprocessable(
                "INPUT_DELETED", path + " was deleted at this moment", List.of(new Entry(path, "was deleted")));
    }

    Optional<StoredJob> find(UUID id) {
        return stored.findById(id);
    }

    StoredJob get(UUID id) {
        return stored.findById(id).orElseThrow(() -> missing(id));
    }

    /** What changes with each write to the job. */
    long version(UUID id) {
        return writes.version(id).orElseThrow(() -> missing(id));
    }

    /** Throws the problem JOB_NOT_FOUND if there is no such job. */
    public void require(UUID id) {
        version(id);
    }

    /**
     * The job, for those who look further into what it produced.
     *
     * @throws ProblemException JOB_NOT_FOUND, or JOB_HAS_NO_RESULT where there is none, or none yet
     */
    public Done done(UUID id) {
        StoredJob job = get(id);
        if (job.result == null) {
            throw ProblemException.conflict("JOB_HAS_NO_RESULT", "the job has no result: it is " + job.state);
        }
        JsonNode target = JsonMapper.shared().readTree(job.result).at("/provenance/target");
        return new Done(job.modelId, job.request, target.isString() ? target.asString() : null);
    }

    private static ProblemException missing(UUID id) {
        return ProblemException.notFound("JOB_NOT_FOUND", "there is no job " + id);
    }

    /** What follows the cursor, newest first; {@code tag} as a JSON object with one member. */
    Page<StoredJob> list(Cursor cursor, int limit, @Nullable State state, @Nullable UUID model, @Nullable String tag) {
        List<StoredJob> read = stored.page(
                cursor.createdAt(), cursor.id(), state == null ? null : state.name(), model, tag, limit + 1);
        return Page.of(read, limit, StoredJob::place);
    }

    /** Events after that sequence number, at most so many. */
    List<StoredEvent> events(UUID id, long after, int most) {
        return stored.events(id, after, most);
    }

    /**
     * Stops the job: at once where it is queued, else as soon as its engine has ended.
     *
     * @param etag what the job's entity tag must be; null for any
     */
    @Transactional
    void cancel(UUID id, @Nullable String etag) {
        StoredJob job = stored.lock(id).orElseThrow(() -> missing(id));
        if (etag != null
                && !etag.equals("*")
                && !List.of(etag.split("\\s*,\\s*")).contains(job.etag())) {
            throw new ProblemException(
                    ProblemKind.PRECONDITION_FAILED,
                    "JOB_CHANGED",
                    "the job has changed: its ETag is " + job.etag(),
                    List.of(new Entry("If-Match", "is not the job's ETag")));
        }
        Attempt attempt = new Attempt(id, job.attempt);
        switch (job.state) {
            case QUEUED -> writes.step(attempt, State.CANCELLED, null, "", Map.of());
            case RUNNING -> writes.step(attempt, State.CANCELLING, null, "", Map.of());
            case CANCELLING, CANCELLED -> {
                // As asked for already.
            }
            case SUCCEEDED, FAILED, EXPIRED ->
                throw ProblemException.conflict("JOB_ENDED", "the job has ended already: it is " + job.state);
        }
    }

    /** Ids of jobs that ended before then, the oldest first, 100 at most. */
    public List<UUID> endedBefore(Instant instant) {
        return stored.finishedBefore(instant).stream().map(job -> job.id).toList();
    }

    /** Forgets a job that has ended, with its events and results, in the caller's transaction. */
    @Transactional
    public void delete(UUID id) {
        writes.delete(id);
    }
}
