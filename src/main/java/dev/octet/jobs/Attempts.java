package dev.octet.jobs;

import dev.octet.jobs.request.CalibrationKey;
import dev.octet.jobs.request.JobRecipe;
import dev.octet.platform.ProblemException;
import dev.octet.platform.Problems;
import dev.octet.platform.api.model.JobOutcome;
import dev.octet.platform.api.model.Problem;
import dev.octet.platform.api.model.Technique;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a worker may say about a job that it runs.
 *
 * <p>Every method but {@link #claim} throws {@link Attempt.LostException} if the attempt no longer holds the job.
 */
@Component
@Transactional
public class Attempts {
    /**
     * A job that was taken from the queue to be run.
     *
     * @param attempt what all writes about the run name
     * @param request the job request as JSON, its defaults filled in
     * @param maxRun how long the attempt may run
     */
    public record Claim(Attempt attempt, String request, Duration maxRun) {
        /**
         * The recipe for the engine as JSON.
         *
         * @param model where the file of the model with that id is
         * @param dataset where the file of the dataset with that id is
         * @param statistics what an earlier calibration saw; null where there was none
         * @param checkpoint where an earlier attempt got to in training; null where there was none
         */
        public String recipe(
                Function<UUID, Path> model,
                Function<UUID, Path> dataset,
                @Nullable Path statistics,
                @Nullable Path checkpoint) {
            return JobRecipe.of(request, model, dataset, statistics, checkpoint);
        }

        /** How the job quantizes. */
        public Technique technique() {
            return Technique.fromValue(
                    JsonMapper.shared().readTree(request).path("technique").asString(""));
        }

        /** What the job's calibration statistics are filed under, from the hashes of its inputs; empty without calibration. */
        public Optional<String> calibrationKey(Function<UUID, String> model, Function<UUID, String> dataset) {
            return CalibrationKey.of(request, model, dataset);
        }
    }

    private static final List<State> HELD = List.of(State.RUNNING, State.CANCELLING);

    private static final String REQUEUE = """
        worker = null, eta_seconds = null, queue_deadline = :now
            + make_interval(secs => cast(request #>> '{budget,maxQueueSeconds}' as integer))\
        """;

    private final StoredJobs jobs;
    private final JobWrites writes;
    private final JsonMapper json;
    private final Clock clock;

    Attempts(StoredJobs jobs, JobWrites writes, JsonMapper json, Clock clock) {
        this.jobs = jobs;
        this.writes = writes;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Takes the job to run it; the caller holds its queue entry.
     *
     * <p>A job that is RUNNING already was left by a worker that died: that costs it one of its attempts.
     *
     * @param worker name of the worker, for people
     * @param maxAttempts how many attempts may be lost before the job FAILED
     * @return empty if there is nothing to run: the job has ended, or ends with this call
     */
    public Optional<Claim> claim(UUID job, String worker, int maxAttempts) {
        StoredJob row = jobs.lock(job).orElse(null);
        if (row == null || row.state.isLast()) {
            return Optional.empty();
        }
        Attempt before = new Attempt(job, row.attempt);
        if (row.state == State.CANCELLING) {
            cancelled(before, null);
            return Optional.empty();
        }
        if (row.state == State.QUEUED && row.queueDeadline.isBefore(clock.instant())) {
            expireQueued(row);
            return Optional.empty();
        }
        boolean lost = row.state == State.RUNNING;
        if (lost && row.failures + 1 >= maxAttempts) {
            fail(
                    before,
                    ProblemException.unavailable(
                            "WORKER_LOST", "the worker that ran the job died, " + maxAttempts + " times in all"));
            return Optional.empty();
        }
        boolean running = writes.step(
                before,
                State.RUNNING,
                lost ? "taken over from a worker that died" : null,
                """
                attempt = attempt + 1, failures = failures + :lost, started_at = coalesce(started_at, :now),
                worker = :worker, phase = 'PREPARING', done = 0, total = null, fraction = 0, eta_seconds = null\
                """,
                Map.of("lost", lost ? 1 : 0, "worker", worker));
        if (!running) {
            throw new Attempt.LostException(before);
        }
        Duration maxRun = Duration.ofSeconds(
                json.readTree(row.request).at("/budget/maxRunSeconds").asLong());
        return Optional.of(new Claim(new Attempt(job, row.attempt + 1), row.request, maxRun));
    }

    /** Makes sure that the attempt holds its job until the caller's transaction ends. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void hold(Attempt attempt) {
        boolean held = jobs.lock(attempt.job())
                .filter(row -> row.attempt == attempt.number() && HELD.contains(row.state))
                .isPresent();
        held(attempt, held);
    }

    /** Where the job stands; the attempt is to stop its engine where that is CANCELLING. */
    @Transactional(readOnly = true)
    public State standing(Attempt attempt) {
        return jobs.findById(attempt.job())
                .filter(row -> row.attempt == attempt.number() && HELD.contains(row.state))
                .map(row -> row.state)
                .orElseThrow(() -> new Attempt.LostException(attempt));
    }

    /** How far the job is; {@code entered} tells the begin of a phase rather than progress within one. */
    public void progress(Attempt attempt, Progress progress, boolean entered, @Nullable String message) {
        Map<String, @Nullable Object> columns = new HashMap<>();
        columns.put("phase", progress.phase().name());
        columns.put("done", progress.done());
        columns.put("total", progress.total());
        columns.put("fraction", progress.fraction());
        columns.put("eta", progress.etaSeconds());
        held(
                attempt,
                writes.change(
                        attempt,
                        HELD,
                        entered ? "PHASE" : "PROGRESS",
                        message,
                        "phase = :phase, done = :done, total = :total, fraction = :fraction, eta_seconds = :eta",
                        columns));
    }

    /** Tells that a trial has finished, in the caller's transaction that stores it; {@code message} says which. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void trial(Attempt attempt, int number, String message) {
        held(attempt, writes.change(attempt, HELD, "TRIAL", message, "phase = phase", Map.of("trial", number)));
    }

    /** Ends the job with a result, in the caller's transaction that stores what belongs to it. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void succeed(Attempt attempt, JobOutcome outcome, JsonNode result) {
        held(
                attempt,
                writes.step(
                        attempt,
                        State.SUCCEEDED,
                        null,
                        "outcome = :outcome, result = cast(:result as jsonb), fraction = 1",
                        Map.of("outcome", outcome.getValue(), "result", json.writeValueAsString(result))));
    }

    /** Ends the job for good with the reason. */
    public void fail(Attempt attempt, ProblemException reason) {
        end(attempt, State.FAILED, reason, null);
    }

    /** Ends the job since its time is up, with the best candidate so far where there is one. */
    public void expire(Attempt attempt, ProblemException reason, @Nullable JsonNode result) {
        end(attempt, State.EXPIRED, reason, result);
    }

    /** Ends the job as its user asked, with the best candidate so far where there is one. */
    public void cancelled(Attempt attempt, @Nullable JsonNode result) {
        Map<String, @Nullable Object> columns = new HashMap<>();
        columns.put("result", result == null ? null : json.writeValueAsString(result));
        held(
                attempt,
                writes.step(
                        attempt,
                        State.CANCELLED,
                        result == null ? null : "cancelled; the best candidate so far is kept",
                        "worker = null, result = cast(:result as jsonb)",
                        columns));
    }

    /**
     * Puts the job back after its engine was lost, or ends it where that was the last attempt.
     *
     * @return whether it is queued again
     */
    public boolean retry(Attempt attempt, ProblemException reason, int maxAttempts) {
        StoredJob row = jobs.lock(attempt.job()).orElseThrow(() -> new Attempt.LostException(attempt));
        if (row.failures + 1 >= maxAttempts) {
            end(attempt, State.FAILED, reason, null);
            return false;
        }
        held(
                attempt,
                writes.step(
                        attempt, State.QUEUED, reason.getMessage(), "failures = failures + 1, " + REQUEUE, Map.of()));
        return true;
    }

    /** Puts the job back without the loss of an attempt, since this worker stops. */
    public void handBack(Attempt attempt) {
        held(attempt, writes.step(attempt, State.QUEUED, "handed back by a worker that stops", REQUEUE, Map.of()));
    }

    /** Puts the job back to wait, on its own deadline, for what the machine lacks. */
    public void waitFor(Attempt attempt, String what) {
        held(attempt, writes.step(attempt, State.QUEUED, what, "worker = null, eta_seconds = null", Map.of()));
    }

    /** Ends a job that waited too long to be started. */
    void expireQueued(StoredJob row) {
        ProblemException late = ProblemException.unavailable(
                "QUEUE_DEADLINE", "no worker was free to start the job until " + row.queueDeadline);
        end(new Attempt(row.id, row.attempt), State.EXPIRED, late, null);
    }

    private void end(Attempt attempt, State state, ProblemException reason, @Nullable JsonNode result) {
        Problem problem = Problems.describe(
                reason, "/v1/jobs/" + attempt.job(), attempt.job().toString().replace("-", ""));
        Map<String, @Nullable Object> columns = new HashMap<>();
        columns.put("error", json.writeValueAsString(problem));
        columns.put("result", result == null ? null : json.writeValueAsString(result));
        held(
                attempt,
                writes.step(
                        attempt,
                        state,
                        reason.getMessage(),
                        "error = cast(:error as jsonb), result = cast(:result as jsonb), worker = null",
                        columns));
    }

    private static void held(Attempt attempt, boolean changed) {
        if (!changed) {
            throw new Attempt.LostException(attempt);
        }
    }
}
