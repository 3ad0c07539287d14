package dev.octet.worker;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes entries from one queue and has what they name run.
 *
 * <p>An entry is claimed with skip-locked and kept by heartbeats. Those of a worker that died grow old, and whoever finds that puts
 * the entry back; the attempt's number, not the entry, decides whose writes count.
 */
final class QueueReader {
    private static final Logger LOG = LoggerFactory.getLogger(QueueReader.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);
    private static final Duration TO_WRITE_ENDINGS = Duration.ofSeconds(10);

    private final Work work;
    private final WorkerRegistry registry;
    private final Clock clock;
    private final Scheduler scheduler;

    /** What the entries of a queue are about. */
    interface Work {
        /**
         * Runs the next attempt, if there is one to be run.
         *
         * @return after what time a worker should look again; empty if never
         */
        Optional<Duration> run(UUID id) throws IOException, InterruptedException;

        /** Whether this worker runs it. */
        boolean isRunning(UUID id);

        /** Has all engines stopped and their work handed back; returns at once. */
        void stop();

        /** Removes what killed workers left on the disk. */
        void sweep() throws IOException;
    }

    /**
     * A reader of the queue in {@code table}.
     *
     * @param task name of its entries' task
     * @param threads how many are run at the same time
     */
    QueueReader(
            String table,
            String task,
            int threads,
            Work work,
            WorkerRegistry registry,
            WorkerProperties properties,
            WorkerName name,
            DataSource dataSource,
            Clock clock) {
        this.work = work;
        this.registry = registry;
        this.clock = clock;
        this.scheduler = Scheduler.create(dataSource, task(task))
                .tableName(table)
                .schedulerName(new SchedulerName.Fixed(name.text()))
                .jdbcCustomization(new PostgreSqlJdbcCustomization(false, false))
                .threads(threads)
                .pollingInterval(properties.poll())
                .pollUsingLockAndFetch(0.5, 1.0)
                .heartbeatInterval(properties.heartbeat())
                .missedHeartbeatsLimit(WorkerProperties.MISSED_BEATS)
                .shutdownMaxWait(properties.stopGrace().plus(TO_WRITE_ENDINGS))
                .build();
    }

    private CustomTask<Void> task(String name) {
        return Tasks.custom(name, Void.class)
                .onFailure((complete, entry) ->
                        entry.reschedule(complete, clock.instant().plus(AFTER_FAILURE)))
                .onDeadExecution(this::takeOver)
                .execute(this::execute);
    }

    private CompletionHandler<Void> execute(TaskInstance<Void> entry, ExecutionContext context) {
        try {
            Optional<Duration> again = work.run(UUID.fromString(entry.getId()));
            return again.<CompletionHandler<Void>>map(delay -> (complete, held) ->
                            held.reschedule(complete, clock.instant().plus(delay)))
                    .orElse((complete, held) -> held.remove());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name(entry) + " ran", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts back the entry of a worker that died; a living one's may look so just after the database was away. */
    private void takeOver(ExecutionComplete dead, ExecutionOperations<Void> entry) {
        String id = dead.getExecution().getId();
        if (registry.mayJudge() && !work.isRunning(UUID.fromString(id))) {
            LOG.warn(
                    "worker {} died with {}; it is queued again",
                    dead.getExecution().pickedBy,
                    name(dead.getExecution().taskInstance));
            entry.reschedule(dead, clock.instant());
        }
    }

    private static String name(TaskInstance<?> entry) {
        return entry.getTaskName() + " " + entry.getId();
    }

    void start() {
        scheduler.start();
    }

    /** Has the queue looked at soon. */
    void look() {
        scheduler.triggerCheckForDueExecutions();
    }

    /** Takes no more entries. */
    void pause() {
        scheduler.pause();
    }

    /** Waits for what runs to end. */
    void stop() {
        scheduler.stop();
    }
}
