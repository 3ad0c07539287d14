package dev.octet.jobs;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.stereotype.Component;

/**
 * The queue of jobs, in the transaction of whoever writes to it.
 *
 * <p>An entry says no more than that a worker should look at the job; what is to be done then is in the job's row. So the entry
 * of a job that has ended meanwhile does no harm, and workers alone take entries out.
 */
@Component
public class JobQueue {
    /** Name of the task under which workers find the entries; an entry's name is the job's id. */
    public static final String TASK = "job";

    private final SchedulerClient client;

    JobQueue(DataSource dataSource) {
        this.client = SchedulerClient.Builder.create(new TransactionAwareDataSourceProxy(dataSource), List.of())
                .jdbcCustomization(new PostgreSqlJdbcCustomization(false, false))
                .build();
    }

    /** Has a worker look at the job from then on. */
    void add(UUID job, Instant due) {
        client.scheduleIfNotExists(new TaskInstance<>(TASK, job.toString()), due);
    }
}
