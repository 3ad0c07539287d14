package dev.octet.jobs;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Writes to jobs, each fenced by attempt and state.
 *
 * <p>One statement changes the row and tells the change as an event, so that events are numbered without a gap in the order
 * in which they happened. No row changed means that the race was lost.
 */
@Component
class JobWrites {
    private static final String CHANGE_HEAD =
            "with changed as (update job set version = version + 1, last_event = last_event + 1, ";

    private static final String CHANGE_TAIL = """

            where id = :id and attempt = :attempt and state in (:from)
            returning *
        )
        insert into job_event (job_id, sequence, type, at, state, outcome, phase, done, total, fraction,
            eta_seconds, attempt, message, trial)
        select id, last_event, :type, :now, state, outcome, phase, done, total, fraction, eta_seconds, attempt,
            :message, cast(:trial as integer)
        from changed\
        """;

    private static final String INSERT = """
        insert into job (id, state, model_id, technique, target, request, request_sha256, tags, idempotency_key,
            webhook_secret, last_event, created_at, queue_deadline)
        values (:id, 'QUEUED', :modelId, :technique, :target, cast(:request as jsonb), :sha256,
            cast(:tags as jsonb), :key, :secret, 1, :now, :deadline)
        on conflict (idempotency_key) do nothing\
        """;

    private static final String FIRST_EVENT = """
        insert into job_event (job_id, sequence, type, at, state, attempt)
        values (:id, 1, 'STATE', :now, 'QUEUED', 0)\
        """;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final ApplicationEventPublisher events;

    JobWrites(JdbcClient jdbc, Clock clock, ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.events = events;
    }

    /** Stores a new job with its first event; false if another has its idempotency key. */
    boolean insert(Map<String, @Nullable Object> columns, List<UUID> datasets) {
        if (jdbc.sql(INSERT).params(columns).update() == 0) {
            return false;
        }
        jdbc.sql(FIRST_EVENT).params(columns).update();
        jdbc.sql("insert into job_input (job_id, model_id) values (:id, :modelId)")
                .params(columns)
                .update();
        for (UUID dataset : datasets) {
            jdbc.sql("insert into job_input (job_id, dataset_id) values (:id, :dataset)")
                    .params(columns)
                    .param("dataset", dataset)
                    .update();
        }
        events.publishEvent(new Jobs.Entered((UUID) Objects.requireNonNull(columns.get("id")), State.QUEUED, null));
        return true;
    }

    /**
     * Brings the job to another state, if that is allowed from where it stands and the attempt still holds it.
     *
     * @param set further columns to set, as SQL with named parameters
     */
    boolean step(Attempt attempt, State to, @Nullable String message, String set, Map<String, ?> parameters) {
        Map<String, @Nullable Object> all = new HashMap<>(parameters);
        all.put("to", to.name());
        String finish = to.isLast() ? ", finished_at = :now, eta_seconds = null" : "";
        boolean changed = change(
                attempt,
                to.before(),
                "STATE",
                message,
                "state = :to" + finish + (set.isEmpty() ? "" : ", " + set),
                all);
        if (changed && to.isLast()) {
            jdbc.sql("delete from job_input where job_id = :id")
                    .param("id", attempt.job())
                    .update();
        }
        if (changed) {
            Object outcome = parameters.get("outcome");
            events.publishEvent(new Jobs.Entered(attempt.job(), to, outcome == null ? null : outcome.toString()));
        }
        return changed;
    }

    /**
     * Changes columns of the job as {@code set} says and tells it as an event of that type.
     *
     * @param parameters what {@code set} names, and {@code trial} where the event is about one
     */
    boolean change(
            Attempt attempt,
            List<State> from,
            String type,
            @Nullable String message,
            String set,
            Map<String, ? extends @Nullable Object> parameters) {
        return jdbc.sql(CHANGE_HEAD + set + CHANGE_TAIL)
                        .params(parameters)
                        .param("id", attempt.job())
                        .param("attempt", attempt.number())
                        .param("from", from.stream().map(State::name).toList())
                        .param("type", type)
                        .param("message", message)
                        .param("trial", parameters.get("trial"))
                        .param("now", now())
                        .update()
                == 1;
    }

    /** The number that each write raises. */
    Optional<Long> version(UUID job) {
        return jdbc.sql("select version from job where id = ?")
                .param(job)
                .query(Long.class)
                .optional();
    }

    /** Forgets a job that has ended. */
    void delete(UUID job) {
        events.publishEvent(new Jobs.Leaving(job));
        jdbc.sql("delete from job where id = ? and finished_at is not null")
                .param(job)
                .update();
    }

    OffsetDateTime now() {
        return time(clock.instant());
    }

    static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
