package dev.octet.webhooks;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.stereotype.Component;

/** The queue of deliveries, in the transaction of whoever writes to it. */
@Component
class DeliveryQueue {
    static final String TABLE = "scheduled_webhooks";

    /** Name of the task; an entry's name is the delivery's id. */
    static final String TASK = "webhook";

    private final SchedulerClient client;

    DeliveryQueue(DataSource dataSource) {
        this.client = SchedulerClient.Builder.create(new TransactionAwareDataSourceProxy(dataSource), List.of())
                .tableName(TABLE)
                .jdbcCustomization(new PostgreSqlJdbcCustomization(false, false))
                .build();
    }

    void add(UUID delivery, Instant due) {
        client.scheduleIfNotExists(new TaskInstance<>(TASK, delivery.toString()), due);
    }
}
