package dev.octet.worker;

import dev.octet.jobs.Attempt;
import dev.octet.jobs.Attempts;
import dev.octet.jobs.Attempts.Claim;
import dev.octet.jobs.State;
import dev.octet.results.Checkpoints;
import dev.octet.results.JobLogs;
import dev.octet.results.Results;
import dev.octet.worker.process.Ending;
import dev.octet.worker.process.Ending.Cancelled;
import dev.octet.worker.process.Ending.Expired;
import dev.octet.worker.process.Ending.Finished;
import dev.octet.worker.process.Ending.HandedBack;
import dev.octet.worker.process.Ending.Lost;
import dev.octet.worker.process.EngineExits;
import dev.octet.worker.process.EngineLine;
import dev.octet.worker.process.EngineWatch;
import dev.octet.worker.relay.CheckpointRelay;
import dev.octet.worker.relay.LogRelay;
import dev.octet.worker.relay.ProgressRelay;
import dev.octet.worker.relay.TrialRelay;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Watches over one engine process from its start to its end.
 *
 * <p>Looked at are when it last spoke, what time it is, and what became of the job. A database that is away delays what is written and nothing else.
 */
final class EngineRun implements EngineWatch.Duty {
    private static final Logger LOG = LoggerFactory.getLogger(EngineRun.class);
    private static final Duration LOOK_AT_JOB = Duration.ofMillis(500);
    private static final Duration PAUSE_WITHOUT_DATABASE = Duration.ofSeconds(1);

    private final Claim claim;
    private final Attempts attempts;
    private final WorkerProperties properties;
    private final ProgressRelay progress;
    private final TrialRelay trials;
    private final CheckpointRelay checkpoint;
    private final LogRelay log;
    private final AtomicBoolean handBack = new AtomicBoolean();
    private final AtomicBoolean look = new AtomicBoolean();
    private final long startNanos = System.nanoTime();
    private volatile long spokeNanos = startNanos;
    private volatile @Nullable EngineLine last;
    private long lookedNanos = startNanos;
    private long pausedUntilNanos = startNanos;

    EngineRun(
            Claim claim,
            Attempts attempts,
            Results results,
            Checkpoints checkpoints,
            Path out,
            JobLogs logs,
            WorkerProperties properties,
            MeterRegistry meters) {
        this.claim = claim;
        this.attempts = attempts;
        this.properties = properties;
        this.progress = new ProgressRelay(claim, attempts, meters);
        this.log = new LogRelay(claim.attempt(), logs);
        this.trials = new TrialRelay(claim.attempt(), results, log::take);
        this.checkpoint = new CheckpointRelay(claim.attempt(), checkpoints, out, log::take);
    }

    /** Has the engine stopped and the job handed back; returns at once. */
    void handBack() {
        handBack.set(true);
    }

    /** Has the run look at its job soon. */
    void jobChanged() {
        look.set(true);
    }

    Attempt attempt() {
        return claim.attempt();
    }

    /** Starts the engine and stays until it has ended. */
    Ending run(List<String> command, WorkFolder folder) throws IOException, InterruptedException {
        if (Files.exists(folder.checkpoint())) {
            log.take("worker: the training goes on from the last epoch that an earlier attempt kept");
        }
        try {
            EngineWatch.Ended ended = new EngineWatch(properties.memoryLimitBytes(), properties.stopGrace(), this)
                    .stay(command, folder.path());
            Ending ending = ending(ended);
            LOG.info("engine of attempt {} ended: {}", attempt().number(), ending.reason());
            return ending;
        } finally {
            progress.end();
        }
    }

    /** What is left to write once the engine has ended: the last steps and lines. */
    void writeRest() {
        progress.flush(true);
        trials.flush();
        checkpoint.flush(true);
        log.flush(true);
    }

    @Override
    public void log(String line) {
        log.take(line);
    }

    @Override
    public void output(String line) {
        spokeNanos = System.nanoTime();
        switch (EngineLine.parse(line)) {
            case EngineLine.Step step -> progress.take(step);
            case EngineLine.TrialDone(var trial) -> trials.take(trial);
            case EngineLine.Finished finished -> last = finished;
            case EngineLine.Failed failed -> last = failed;
            case EngineLine.Other(String text) -> log.take("engine (not understood): " + text);
        }
    }

    @Override
    public @Nullable Ending reasonToStop() {
        if (since(spokeNanos).compareTo(properties.silenceLimit()) > 0) {
            return EngineExits.silent("the engine printed no progress for "
                    + properties.silenceLimit().toSeconds() + " s");
        }
        if (since(startNanos).compareTo(claim.maxRun()) > 0) {
            return new Expired();
        }
        if (handBack.get()) {
            return new HandedBack();
        }
        return lookAtJob();
    }

    private @Nullable Ending lookAtJob() {
        boolean due = look.getAndSet(false) || since(lookedNanos).compareTo(LOOK_AT_JOB) > 0;
        if (!due || System.nanoTime() - pausedUntilNanos < 0) {
            return null;
        }
        lookedNanos = System.nanoTime();
        try {
            return attempts.standing(attempt()) == State.CANCELLING ? new Cancelled() : null;
        } catch (Attempt.LostException e) {
            return new Lost();
        } catch (DataAccessException | TransactionException e) {
            pause(e);
            return null;
        }
    }

    @Override
    public void meanwhile(@Nullable Ending stopped) {
        if (System.nanoTime() - pausedUntilNanos < 0 || stopped instanceof Lost) {
            return;
        }
        try {
            progress.flush(false);
            trials.flush();
            checkpoint.flush(false);
            log.flush(false);
        } catch (Attempt.LostException e) {
            look.set(true);
        } catch (DataAccessException | TransactionException e) {
            pause(e);
        }
    }

    private void pause(Exception e) {
        LOG.warn("the database is away; the engine goes on: {}", e.getMessage());
        pausedUntilNanos = System.nanoTime() + PAUSE_WITHOUT_DATABASE.toNanos();
    }

    private Ending ending(EngineWatch.Ended ended) {
        Ending natural = EngineExits.of(ended.code(), last);
        Ending why = ended.stopped();
        // It may have finished just when it was told to stop; only who gave the job up doesn't want that.
        boolean finishedAnyway = natural instanceof Finished && (why instanceof Expired || why instanceof HandedBack);
        return why == null || finishedAnyway ? natural : why;
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
