package dev.octet.jobs;

import dev.octet.platform.TaskQueue;
import java.time.Instant;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/**
 * The queue of jobs, in the transaction of whoever writes to it.
 *
 * <p>An entry says no more than that a worker should look at the job; what is to be done then is in the job's row. So the entry
 * of a job that has ended meanwhile does no harm, and workers alone take entries out.
 */
@Component
public class JobQueue {
    public static final String TABLE = "scheduled_tasks";

    /** Name of the task under which workers find the entries; an entry's name is the job's id. */
    public static final String TASK = "job";

    private final TaskQueue queue;

    JobQueue(DataSource dataSource) {
        this.queue = new TaskQueue(dataSource, TABLE, TASK);
    }

    /** Has a worker look at the job from then on. */
    void add(UUID job, Instant due) {
        queue.add(job, due);
    }
}
