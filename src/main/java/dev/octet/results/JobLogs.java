package dev.octet.results;

import dev.octet.jobs.Attempt;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What engines printed, in chunks by attempt.
 *
 * <p>A writer may drop chunks from the middle; the gap is told where the log is read.
 */
@Component
public class JobLogs {
    private final JdbcClient jdbc;

    JobLogs(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds a chunk of whole lines; {@code sequence} rises by one with each. */
    public void add(Attempt attempt, int sequence, String text) {
        jdbc.sql("insert into job_log (job_id, attempt, sequence, text) values (?, ?, ?, ?) on conflict do nothing")
                .params(attempt.job(), attempt.number(), sequence, text)
                .update();
    }

    /** Drops the chunk. */
    public void drop(Attempt attempt, int sequence) {
        jdbc.sql("delete from job_log where job_id = ? and attempt = ? and sequence = ?")
                .params(attempt.job(), attempt.number(), sequence)
                .update();
    }

    private record Chunk(int attempt, int sequence, String text) {}

    /** The log of all attempts so far. */
    String read(UUID job) {
        List<Chunk> chunks = jdbc.sql(
                        "select attempt, sequence, text from job_log where job_id = ? order by attempt, sequence")
                .param(job)
                .query(Chunk.class)
                .list();
        StringBuilder log = new StringBuilder();
        Chunk before = new Chunk(-1, -1, "");
        for (Chunk chunk : chunks) {
            if (chunk.attempt == before.attempt && chunk.sequence != before.sequence + 1) {
                log.append("[a part of the log is left out here]\n");
            }
            log.append(chunk.text);
            before = chunk;
        }
        return log.toString();
    }
}
