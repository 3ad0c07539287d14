package dev.octet.results;

import dev.octet.jobs.Attempt;
import dev.octet.jobs.Attempts;
import dev.octet.storage.Blobs;
import dev.octet.storage.StoredBlob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Where trainings got to: one file for each job that has not ended, for a later attempt to go on from. */
@Component
public class Checkpoints {
    private record Kept(UUID job, String sha256) {
        String owner() {
            return Checkpoints.owner(job);
        }
    }

    private final Attempts attempts;
    private final Blobs blobs;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Clock clock;

    Checkpoints(Attempts attempts, Blobs blobs, JdbcClient jdbc, PlatformTransactionManager transactions, Clock clock) {
        this.attempts = attempts;
        this.blobs = blobs;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /**
     * Keeps the file of that name in the engine's folder in the place of what was kept of the job before.
     *
     * @throws InvalidOutputException if it is no plain file
     * @throws Attempt.LostException if the attempt no longer holds the job; nothing is kept then
     */
    public void keep(Attempt attempt, Path folder, String name) throws IOException {
        try (InputStream bytes = new OutFolder(folder).open(name);
                StoredBlob blob = blobs.put(bytes, Long.MAX_VALUE)) {
            transaction.executeWithoutResult(_ -> {
                attempts.hold(attempt);
                release(remove(attempt.job()));
                jdbc.sql("insert into checkpoint (job_id, attempt, sha256, created_at) values (?, ?, ?, ?)")
                        .params(
                                attempt.job(),
                                attempt.number(),
                                blob.sha256(),
                                clock.instant().atOffset(ZoneOffset.UTC))
                        .update();
                blobs.retain(blob.sha256(), owner(attempt.job()));
            });
        }
    }

    /** The hash of what was kept of the job. */
    public Optional<String> latest(UUID job) {
        return jdbc.sql("select sha256 from checkpoint where job_id = ?")
                .param(job)
                .query(String.class)
                .optional();
    }

    /** Forgets what was kept of jobs that have ended. */
    public void forgetEnded() {
        transaction.executeWithoutResult(
                _ -> release(jdbc.sql("""
                    delete from checkpoint c using job j
                    where j.id = c.job_id and j.finished_at is not null
                    returning c.job_id as job, c.sha256\
                    """).query(Kept.class).list()));
    }

    /** Forgets what was kept of the job, in the caller's transaction. */
    void forget(UUID job) {
        release(remove(job));
    }

    private List<Kept> remove(UUID job) {
        return jdbc.sql("delete from checkpoint where job_id = ? returning job_id as job, sha256")
                .param(job)
                .query(Kept.class)
                .list();
    }

    private void release(List<Kept> all) {
        all.forEach(kept -> blobs.release(kept.sha256(), kept.owner()));
    }

    private static String owner(UUID job) {
        return "checkpoint:" + job;
    }
}
