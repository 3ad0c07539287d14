package dev.octet.jobs;

import dev.octet.platform.api.model.Job;
import dev.octet.platform.api.model.JobEvent;
import dev.octet.platform.api.model.JobOutcome;
import dev.octet.platform.api.model.JobPhase;
import dev.octet.platform.api.model.JobProgress;
import dev.octet.platform.api.model.JobRequest;
import dev.octet.platform.api.model.JobResult;
import dev.octet.platform.api.model.Problem;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** Shows jobs and events as the contract has them. */
@Component
public class JobView {
    private final JsonMapper json;
    private final StoredJobs stored;
    private final EntityManager entities;

    JobView(JsonMapper json, StoredJobs stored, EntityManager entities) {
        this.json = json;
        this.stored = stored;
        this.entities = entities;
    }

    /** The job as the caller's transaction has left it, which may have read it before it wrote. */
    @Transactional(propagation = Propagation.MANDATORY)
    public Job asItIsNow(UUID id) {
        // Another object: what the caller has read stays as it read it.
        stored.findById(id).ifPresent(entities::detach);
        return job(stored.lock(id).orElseThrow());
    }

    Job job(StoredJob row) {
        Job job = new Job(
                row.id,
                row.state.contract(),
                row.attempt,
                json.readValue(row.request, JobRequest.class),
                time(row.createdAt));
        return job.outcome(as(row.outcome, JobOutcome::fromValue))
                .phase(as(row.phase, JobPhase::fromValue))
                .progress(progress(row.done, row.total, row.fraction, row.etaSeconds))
                .result(as(row.result, text -> json.readValue(text, JobResult.class)))
                .error(as(row.error, text -> json.readValue(text, Problem.class)))
                .startedAt(as(row.startedAt, JobView::time))
                .finishedAt(as(row.finishedAt, JobView::time));
    }

    JobEvent event(StoredEvent row) {
        return new JobEvent(row.sequence, JobEvent.TypeEnum.fromValue(row.type), time(row.at), row.state.contract())
                .outcome(as(row.outcome, JobOutcome::fromValue))
                .phase(as(row.phase, JobPhase::fromValue))
                .progress(progress(row.done, row.total, row.fraction, row.etaSeconds))
                .attempt(row.attempt)
                .message(row.message)
                .trial(row.trial);
    }

    private static @Nullable JobProgress progress(
            @Nullable Long done, @Nullable Long total, @Nullable Double fraction, @Nullable Double etaSeconds) {
        return done == null || fraction == null
                ? null
                : new JobProgress(done, fraction).total(total).etaSeconds(etaSeconds);
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static <T, R> @Nullable R as(@Nullable T value, Function<T, R> mapping) {
        return value == null ? null : mapping.apply(value);
    }
}
