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
import dev.octet.jobs.JobQueue;
import dev.octet.jobs.JobWatch;
import dev.octet.platform.InRole;
import dev.octet.platform.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Takes jobs from the queue for as long as the process runs.
 *
 * <p>An entry is claimed with skip-locked and kept by heartbeats. Those of a worker that died grow old, and whoever finds that puts
 * the entry back; the job's attempt number, not the entry, decides whose writes count.
 */
@Component
@InRole(Role.WORKER)
class Worker implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);
    private static final Duration TO_WRITE_ENDINGS = Duration.ofSeconds(10);

    private final JobRunner runner;
    private final WorkFolders folders;
    private final WorkerRegistry registry;
    private final JobWatch watch;
    private final Clock clock;
    private final Scheduler scheduler;
    private JobWatch.@Nullable Watch queue;
    private volatile boolean running;

    Worker(
            JobRunner runner,
            WorkFolders folders,
            WorkerRegistry registry,
            JobWatch watch,
            WorkerProperties properties,
            WorkerName name,
            DataSource dataSource,
            Clock clock) {
        this.runner = runner;
        this.folders = folders;
        this.registry = registry;
        this.watch = watch;
        this.clock = clock;
        this.scheduler = Scheduler.create(dataSource, task())
                .schedulerName(new SchedulerName.Fixed(name.text()))
                .jdbcCustomization(new PostgreSqlJdbcCustomization(false, false))
                .threads(properties.concurrency())
                .pollingInterval(properties.poll())
                .pollUsingLockAndFetch(0.5, 1.0)
                .heartbeatInterval(properties.heartbeat())
                .missedHeartbeatsLimit(WorkerProperties.MISSED_BEATS)
                .shutdownMaxWait(properties.stopGrace().plus(TO_WRITE_ENDINGS))
                .build();
    }

    private CustomTask<Void> task() {
        return Tasks.custom(JobQueue.TASK, Void.class)
                .onFailure((complete, entry) ->
                        entry.reschedule(complete, clock.instant().plus(AFTER_FAILURE)))
                .onDeadExecution(this::takeOver)
                .execute(this::execute);
    }

    private CompletionHandler<Void> execute(TaskInstance<Void> entry, ExecutionContext context) {
        try {
            Optional<Duration> again = runner.run(UUID.fromString(entry.getId()));
            return again.<CompletionHandler<Void>>map(delay -> (complete, held) ->
                            held.reschedule(complete, clock.instant().plus(delay)))
                    .orElse((complete, held) -> held.remove());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while job " + entry.getId() + " ran", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts back the entry of a worker that died; a living one's may look so just after the database was away. */
    private void takeOver(ExecutionComplete dead, ExecutionOperations<Void> entry) {
        String job = dead.getExecution().getId();
        if (registry.mayJudge() && !runner.isRunning(UUID.fromString(job))) {
            LOG.warn("worker {} died with job {}; it is queued again", dead.getExecution().pickedBy, job);
            entry.reschedule(dead, clock.instant());
        }
    }

    @Override
    public void start() {
        try {
            folders.sweep();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        registry.beat();
        scheduler.start();
        queue = watch.queue(scheduler::triggerCheckForDueExecutions);
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        JobWatch.Watch watching = queue;
        if (watching != null) {
            watching.close();
        }
        scheduler.pause();
        runner.stop();
        scheduler.stop();
        registry.leave();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Jobs are handed back first of all, while everything that takes them back still works. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    @Scheduled(initialDelayString = "10m", fixedDelayString = "10m")
    void sweep() throws IOException {
        folders.sweep();
    }
}
