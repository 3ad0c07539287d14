package dev.octet.worker.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stays with one engine from its start to its end.
 *
 * <p>One thread looks at everything in turn: whether the process lives, how much memory it has, and what its duty says.
 */
public final class EngineWatch {
    private static final Logger LOG = LoggerFactory.getLogger(EngineWatch.class);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final long memoryLimit;
    private final Duration grace;
    private final Duty duty;

    /** What belongs to this engine. */
    public interface Duty {
        /** Takes a line of its standard output, on a thread of its own. */
        void output(String line);

        /** Takes a line of its log, or of what is done to it, on another. */
        void log(String line);

        /** Why it is to be stopped now; null where it may go on. */
        @Nullable
        Ending reasonToStop();

        /** What is done while it runs; {@code stopped} is why it was told to stop, null while it was not. */
        default void meanwhile(@Nullable Ending stopped) {}
    }

    /**
     * How it ended.
     *
     * @param code the exit code, 128 + n where by signal n
     * @param stopped why it was told to stop; null where it was not
     */
    public record Ended(int code, @Nullable Ending stopped) {}

    /**
     * A watch.
     *
     * @param memoryLimit bytes of resident memory at which an engine is killed
     * @param grace how long one that was told to stop may take before it is killed
     */
    public EngineWatch(long memoryLimit, Duration grace, Duty duty) {
        this.memoryLimit = memoryLimit;
        this.grace = grace;
        this.duty = duty;
    }

    /** Starts the engine and stays until it has ended. */
    public Ended stay(List<String> command, Path folder) throws IOException, InterruptedException {
        try (EngineProcess engine = EngineProcess.start(command, folder, duty::output, duty::log)) {
            LOG.info("engine started as process {}", engine.pid());
            Ending stopped = null;
            long stoppedNanos = 0;
            boolean killed = false;
            while (!engine.await(LOOK)) {
                if (stopped == null) {
                    stopped = reasonToStop(engine);
                    if (stopped != null) {
                        stoppedNanos = System.nanoTime();
                        duty.log("worker: stopping the engine: " + stopped.reason());
                        stop(engine, stopped);
                    }
                } else if (!killed && System.nanoTime() - stoppedNanos > grace.toNanos()) {
                    engine.kill();
                    killed = true;
                }
                duty.meanwhile(stopped);
            }
            int code = engine.exitCode();
            duty.log("worker: the engine ended with exit code " + code);
            LOG.info("engine process {} ended with exit code {}", engine.pid(), code);
            return new Ended(code, stopped);
        }
    }

    private @Nullable Ending reasonToStop(EngineProcess engine) {
        OptionalLong resident = engine.residentBytes();
        if (resident.isPresent() && resident.getAsLong() > memoryLimit) {
            return EngineExits.outOfMemory("the engine took " + (resident.getAsLong() >> 20)
                    + " MiB of memory; this worker allows " + (memoryLimit >> 20) + " MiB");
        }
        return duty.reasonToStop();
    }

    /** What is past help is killed at once; else the engine may tidy up first. */
    private static void stop(EngineProcess engine, Ending why) {
        if (why instanceof Ending.Broken || why instanceof Ending.Lost) {
            engine.kill();
        } else {
            engine.terminate();
        }
    }
}
