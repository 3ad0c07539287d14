package dev.octet.jobs;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/** Counts jobs: how many wait, since when, how they ended. */
@Component
class JobMetrics {
    private final MeterRegistry meters;
    private final JdbcClient jdbc;
    private final Clock clock;

    JobMetrics(MeterRegistry meters, JdbcClient jdbc, Clock clock) {
        this.meters = meters;
        this.jdbc = jdbc;
        this.clock = clock;
        Gauge.builder("octet.queue.depth", this::depth)
                .description("Jobs that wait for a worker, in the whole service")
                .register(meters);
        Gauge.builder("octet.queue.oldest.age", this::oldestAge)
                .description("How long the oldest of them has been there")
                .baseUnit("seconds")
                .register(meters);
    }

    /** Not a number while the database is away. */
    private double depth() {
        try {
            return jdbc.sql("select count(*) from job where state = 'QUEUED'")
                    .query(Long.class)
                    .single();
        } catch (DataAccessException e) {
            return Double.NaN;
        }
    }

    private double oldestAge() {
        try {
            Instant oldest = jdbc.sql("select min(created_at) from job where state = 'QUEUED'")
                    .query(OffsetDateTime.class)
                    .optional()
                    .map(OffsetDateTime::toInstant)
                    .orElse(clock.instant());
            return Duration.between(oldest, clock.instant()).toMillis() / 1000.0;
        } catch (DataAccessException e) {
            return Double.NaN;
        }
    }

    @TransactionalEventListener(fallbackExecution = true)
    void entered(Jobs.Entered job) {
        if (!job.state().isLast()) {
            return;
        }
        meters.counter(
                        "octet.jobs.ended",
                        "state",
                        job.state().name(),
                        "outcome",
                        job.outcome() == null ? "NONE" : job.outcome())
                .increment();
    }
}
