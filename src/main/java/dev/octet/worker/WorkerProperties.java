package dev.octet.worker;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How a worker runs engines, and when it gives one up.
 *
 * @param concurrency engines at the same time, 1 or more
 * @param comparisons engines that compare models on samples at the same time, beside those, 1 or more
 * @param heartbeat how often a worker says that it lives; after four missed ones others take its jobs over
 * @param poll how often the queue is looked at when nothing wakes the worker
 * @param maxAttempts how many attempts of one job may be lost before it FAILED
 * @param retryDelay pause before a lost attempt is followed by the next
 * @param waitDelay pause before a job that found no room on the disk is tried again
 * @param engineHeap the engine's Java heap, at most
 * @param memoryLimit resident memory, native included, at which an engine is killed; absent, 80 % of the machine's by engine
 * @param silenceLimit how long an engine may print no progress before it counts as hung
 * @param stopGrace how long an engine that was told to stop may take before it is killed
 * @param engineCommand program and first arguments to run in place of this Java with {@code engine}, for wrappers and tests; gets
 *     {@code run --recipe FILE --out FOLDER --supervised} as further arguments
 */
@ConfigurationProperties("octet.worker")
record WorkerProperties(
        @DefaultValue("1") int concurrency,
        @DefaultValue("1") int comparisons,
        @DefaultValue("5s") Duration heartbeat,
        @DefaultValue("1s") Duration poll,
        @DefaultValue("3") int maxAttempts,
        @DefaultValue("2s") Duration retryDelay,
        @DefaultValue("30s") Duration waitDelay,
        @DefaultValue("1GB") DataSize engineHeap,
        @Nullable DataSize memoryLimit,
        @DefaultValue("10m") Duration silenceLimit,
        @DefaultValue("10s") Duration stopGrace,
        @DefaultValue List<String> engineCommand) {
    /** Heartbeats that may be missed before a worker counts as dead; db-scheduler's least. */
    static final int MISSED_BEATS = 4;

    private static final double SHARE_OF_MACHINE = 0.8;

    WorkerProperties {
        if (concurrency < 1 || comparisons < 1 || maxAttempts < 1) {
            throw new IllegalArgumentException(
                    "octet.worker.concurrency, comparisons and max-attempts must be 1 or more");
        }
        engineCommand = List.copyOf(engineCommand);
    }

    /** Bytes of resident memory that one engine may have. */
    long memoryLimitBytes() {
        if (memoryLimit != null) {
            return memoryLimit.toBytes();
        }
        var machine = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        return (long) (machine.getTotalMemorySize() * SHARE_OF_MACHINE / concurrency);
    }

    /** How old a worker's last heartbeat is when the worker counts as dead. */
    Duration deadAfter() {
        return heartbeat.multipliedBy(MISSED_BEATS);
    }
}
