package dev.octet.platform;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/** A queue of one kind of work, in the transaction of whoever writes to it. */
public final class TaskQueue {
    private final SchedulerClient client;
    private final String task;

    /**
     * The queue in {@code table}.
     *
     * @param task name of the task under which entries are found; an entry's name is the id of what is to be looked at
     */
    public TaskQueue(DataSource dataSource, String table, String task) {
        this.client = SchedulerClient.Builder.create(new TransactionAwareDataSourceProxy(dataSource), List.of())
                .tableName(table)
                .jdbcCustomization(new PostgreSqlJdbcCustomization(false, false))
                .build();
        this.task = task;
    }

    /** Has somebody look at {@code id} from then on, where nobody is to already. */
    public void add(UUID id, Instant due) {
        client.scheduleIfNotExists(new TaskInstance<>(task, id.toString()), due);
    }
}
