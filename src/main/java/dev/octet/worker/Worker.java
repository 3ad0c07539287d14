package dev.octet.worker;

import dev.octet.comparisons.ComparisonQueue;
import dev.octet.jobs.JobQueue;
import dev.octet.jobs.JobWatch;
import dev.octet.platform.InRole;
import dev.octet.platform.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Takes jobs and comparisons from their queues for as long as the process runs. */
@Component
@InRole(Role.WORKER)
class Worker implements SmartLifecycle {
    private final List<QueueReader.Work> works;
    private final List<QueueReader> readers;
    private final WorkerRegistry registry;
    private final JobWatch watch;
    private JobWatch.@Nullable Watch queue;
    private volatile boolean running;

    Worker(
            JobRunner jobs,
            ComparisonRunner comparisons,
            WorkerRegistry registry,
            JobWatch watch,
            WorkerProperties properties,
            WorkerName name,
            DataSource dataSource,
            Clock clock) {
        this.works = List.of(jobs, comparisons);
        this.registry = registry;
        this.watch = watch;
        this.readers = List.of(
                new QueueReader(
                        JobQueue.TABLE,
                        JobQueue.TASK,
                        properties.concurrency(),
                        jobs,
                        registry,
                        properties,
                        name,
                        dataSource,
                        clock),
                new QueueReader(
                        ComparisonQueue.TABLE,
                        ComparisonQueue.TASK,
                        properties.comparisons(),
                        comparisons,
                        registry,
                        properties,
                        name,
                        dataSource,
                        clock));
    }

    @Override
    public void start() {
        try {
            sweep();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        registry.beat();
        readers.forEach(QueueReader::start);
        queue = watch.queue(() -> readers.forEach(QueueReader::look));
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        JobWatch.Watch watching = queue;
        if (watching != null) {
            watching.close();
        }
        readers.forEach(QueueReader::pause);
        works.forEach(QueueReader.Work::stop);
        readers.forEach(QueueReader::stop);
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
        for (QueueReader.Work work : works) {
            work.sweep();
        }
    }
}
