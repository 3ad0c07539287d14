package dev.octet.worker;

import dev.octet.jobs.Attempt;
import dev.octet.jobs.Attempts;
import dev.octet.jobs.Attempts.Claim;
import dev.octet.jobs.JobWatch;
import dev.octet.platform.DataFolder;
import dev.octet.platform.InRole;
import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemKind;
import dev.octet.platform.Role;
import dev.octet.results.Checkpoints;
import dev.octet.results.JobLogs;
import dev.octet.results.Results;
import dev.octet.worker.process.Ending;
import dev.octet.worker.process.EngineExits;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.dao.UncategorizedDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Runs a job from its claim to its end, one attempt of it. */
@Component
@InRole(Role.WORKER)
class JobRunner implements QueueReader.Work {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);
    private static final int TRIES_WHEN_STOPPING = 10;

    private final Attempts attempts;
    private final Conclusions conclusions;
    private final Recipes recipes;
    private final Results results;
    private final Checkpoints checkpoints;
    private final JobLogs logs;
    private final JobWatch watch;
    private final WorkFolders folders;
    private final WorkerProperties properties;
    private final WorkerName name;
    private final MeterRegistry meters;
    private final Set<EngineRun> running = ConcurrentHashMap.newKeySet();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);

    JobRunner(
            Attempts attempts,
            Conclusions conclusions,
            Recipes recipes,
            Results results,
            Checkpoints checkpoints,
            JobLogs logs,
            JobWatch watch,
            DataFolder data,
            WorkerProperties properties,
            WorkerName name,
            MeterRegistry meters) {
        this.attempts = attempts;
        this.conclusions = conclusions;
        this.recipes = recipes;
        this.results = results;
        this.checkpoints = checkpoints;
        this.logs = logs;
        this.watch = watch;
        this.folders = WorkFolders.ofJobs(data, attempts);
        this.properties = properties;
        this.name = name;
        this.meters = meters;
    }

    /**
     * Runs the next attempt of the job, if there is one to be run.
     *
     * @return after what time a worker should look at the job again; empty if never
     */
    @Override
    public Optional<Duration> run(UUID job) throws IOException, InterruptedException {
        if (isStopping()) {
            return Optional.of(Duration.ZERO);
        }
        MDC.put("jobId", job.toString());
        try {
            Optional<Claim> claim = attempts.claim(job, name.text(), properties.maxAttempts());
            if (claim.isPresent()) {
                return run(claim.get());
            }
            // It has ended without this worker, perhaps after its own had died.
            folders.removeBefore(job, Integer.MAX_VALUE);
            return Optional.empty();
        } finally {
            forgetCheckpoints();
            MDC.remove("jobId");
        }
    }

    private void forgetCheckpoints() {
        try {
            checkpoints.forgetEnded();
        } catch (DataAccessException | TransactionException e) {
            LOG.info("checkpoints of ended jobs stay until the next job ends: {}", e.getMessage());
        }
    }

    @Override
    public void stop() {
        stopping.countDown();
        running.forEach(EngineRun::handBack);
    }

    @Override
    public void sweep() throws IOException {
        folders.sweep();
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    @Override
    public boolean isRunning(UUID job) {
        return running.stream().anyMatch(run -> run.attempt().job().equals(job));
    }

    private Optional<Duration> run(Claim claim) throws InterruptedException {
        WorkFolder folder = folders.of(claim.attempt().job(), claim.attempt().number());
        EngineRun run = new EngineRun(claim, attempts, results, checkpoints, folder.out(), logs, properties, meters);
        running.add(run);
        try (JobWatch.Watch _ = watch.job(claim.attempt().job(), run::jobChanged)) {
            if (isStopping()) {
                run.handBack();
            }
            Ending ending = ending(claim, run, folder);
            meters.counter("octet.engine.exits", "reason", ending.reason()).increment();
            return conclude(claim, run, folder, ending);
        } finally {
            running.remove(run);
            folders.remove(folder);
        }
    }

    private Ending ending(Claim claim, EngineRun run, WorkFolder folder) throws InterruptedException {
        try {
            folders.make(claim.attempt().job(), claim.attempt().number());
            recipes.write(claim, folder);
            return run.run(EngineCommandLine.of(properties, folder), folder);
        } catch (IOException | ProblemException e) {
            LOG.warn("the engine was not started", e);
            return EngineExits.notStarted(e);
        }
    }

    /** Tells the job how its attempt ended, as often as it takes. */
    private Optional<Duration> conclude(Claim claim, EngineRun run, WorkFolder folder, Ending ending)
            throws InterruptedException {
        for (int triesWhenStopping = 0; ; ) {
            try {
                run.writeRest();
                return conclusions.draw(claim, ending, folder.out());
            } catch (Attempt.LostException e) {
                return afterLoss(claim.attempt());
            } catch (RuntimeException e) {
                // Later than that the heartbeats end with this process, and another worker takes the job over.
                if (!isPassing(e) || (isStopping() && triesWhenStopping++ == TRIES_WHEN_STOPPING)) {
                    throw e;
                }
                LOG.warn("the end of the attempt is not written yet: {}", e.getMessage());
            }
            never.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Whether database or storage are away for now, so that the same may succeed later. */
    private static boolean isPassing(RuntimeException e) {
        return e instanceof DataAccessResourceFailureException
                || e instanceof TransientDataAccessException
                || e instanceof RecoverableDataAccessException
                || e instanceof UncategorizedDataAccessException
                || e instanceof TransactionException
                || (e instanceof ProblemException problem && problem.kind() == ProblemKind.UNAVAILABLE);
    }

    /** Whoever asked for cancellation in the last moment is obeyed; else the job is another attempt's. */
    private Optional<Duration> afterLoss(Attempt attempt) {
        try {
            attempts.cancelled(attempt, null);
        } catch (Attempt.LostException e) {
            LOG.info("attempt {} no longer holds its job", attempt.number());
        }
        return Optional.empty();
    }
}
