package dev.octet.comparisons;

import dev.octet.platform.TaskQueue;
import java.time.Instant;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/** The queue of comparisons, in the transaction of whoever writes to it; entries are as those of jobs. */
@Component
public class ComparisonQueue {
    public static final String TABLE = "scheduled_comparisons";

    /** Name of the task; an entry's name is the comparison's id. */
    public static final String TASK = "comparison";

    private final TaskQueue queue;

    ComparisonQueue(DataSource dataSource) {
        this.queue = new TaskQueue(dataSource, TABLE, TASK);
    }

    void add(UUID comparison, Instant due) {
        queue.add(comparison, due);
    }
}
