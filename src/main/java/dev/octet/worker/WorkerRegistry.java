package dev.octet.worker;

import dev.octet.engine.Targets;
import dev.octet.platform.InRole;
import dev.octet.platform.Role;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Has this worker known to the service, as long as it lives. */
@Component
@InRole(Role.WORKER)
class WorkerRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerRegistry.class);

    private static final String BEAT = """
        insert into worker (id, name, targets, started_at, beat_at)
        values (:id, :name, cast(:targets as jsonb), :now, :now)
        on conflict (id) do update set beat_at = excluded.beat_at\
        """;

    private final JdbcClient jdbc;
    private final Clock clock;
    private final WorkerName name;
    private final WorkerProperties properties;
    private final String targets;
    private volatile Instant lastBeat = Instant.EPOCH;
    private volatile Instant lastFailure = Instant.EPOCH;

    WorkerRegistry(JdbcClient jdbc, Clock clock, WorkerName name, WorkerProperties properties, JsonMapper json) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.name = name;
        this.properties = properties;
        this.targets = json.writeValueAsString(Targets.all());
    }

    @Scheduled(fixedDelayString = "${octet.worker.heartbeat:5s}")
    void beat() {
        try {
            Instant now = clock.instant();
            jdbc.sql(BEAT)
                    .param("id", name.id())
                    .param("name", name.text())
                    .param("targets", targets)
                    .param("now", now.atOffset(ZoneOffset.UTC))
                    .update();
            jdbc.sql("delete from worker where beat_at < ?")
                    .param(now.minus(Duration.ofHours(1)).atOffset(ZoneOffset.UTC))
                    .update();
            lastBeat = now;
        } catch (DataAccessException e) {
            LOG.warn("the database does not take this worker's heartbeat: {}", e.getMessage());
            lastFailure = clock.instant();
        }
    }

    /** Takes this worker off the list. */
    void leave() {
        try {
            jdbc.sql("delete from worker where id = ?").param(name.id()).update();
        } catch (DataAccessException e) {
            LOG.debug("this worker stays on the list until its heartbeat is old", e);
        }
    }

    /** Whether the database took a heartbeat lately. */
    boolean isBeating() {
        return lastBeat.isAfter(clock.instant().minus(properties.deadAfter()));
    }

    /**
     * Whether this worker has been in touch with the database long enough to judge others by their silence.
     *
     * <p>After the database was away all heartbeats are old, those of the living too.
     */
    boolean mayJudge() {
        return lastFailure.isBefore(clock.instant().minus(properties.deadAfter()));
    }
}
