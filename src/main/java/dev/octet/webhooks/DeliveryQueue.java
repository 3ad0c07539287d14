package dev.octet.webhooks;

import dev.octet.platform.TaskQueue;
import java.time.Instant;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/** The queue of deliveries, in the transaction of whoever writes to it. */
@Component
class DeliveryQueue {
    static final String TABLE = "scheduled_webhooks";

    /** Name of the task; an entry's name is the delivery's id. */
    static final String TASK = "webhook";

    private final TaskQueue queue;

    DeliveryQueue(DataSource dataSource) {
        this.queue = new TaskQueue(dataSource, TABLE, TASK);
    }

    void add(UUID delivery, Instant due) {
        queue.add(delivery, due);
    }
}
