package dev.octet.webhooks;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.octet.platform.InRole;
import dev.octet.platform.Role;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes deliveries for as long as the process runs.
 *
 * <p>At least once: a process that dies between call and note leaves its entry to another, and receivers know the repetition by its
 * {@code webhook-id}.
 */
@Component
@InRole(Role.WEB)
class Deliverer implements SmartLifecycle {
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final int MISSED_BEATS = 4;
    private static final int GONE = 410;

    private final Deliveries deliveries;
    private final OutsideCall call;
    private final Backoff backoff;
    private final WebhooksProperties properties;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final Scheduler scheduler;
    private volatile boolean running;

    Deliverer(
            Deliveries deliveries,
            OutsideCall call,
            Backoff backoff,
            WebhooksProperties properties,
            PlatformTransactionManager transactions,
            DataSource dataSource,
            Clock clock) {
        this.deliveries = deliveries;
        this.call = call;
        this.backoff = backoff;
        this.properties = properties;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
        this.scheduler = Scheduler.create(dataSource, task())
                .tableName(DeliveryQueue.TABLE)
                .jdbcCustomization(new PostgreSqlJdbcCustomization(false, false))
                .threads(properties.concurrency())
                .pollingInterval(properties.poll())
                .pollUsingLockAndFetch(0.5, 1.0)
                .heartbeatInterval(HEARTBEAT)
                .missedHeartbeatsLimit(MISSED_BEATS)
                .shutdownMaxWait(properties.timeout())
                .build();
    }

    private CustomTask<Void> task() {
        return Tasks.custom(DeliveryQueue.TASK, Void.class)
                .onFailure((complete, entry) ->
                        entry.reschedule(complete, clock.instant().plus(AFTER_FAILURE)))
                .onDeadExecution((dead, entry) -> entry.reschedule(dead, clock.instant()))
                .execute((entry, _) -> attempt(UUID.fromString(entry.getId()))
                        .<CompletionHandler<Void>>map(next -> (complete, held) -> held.reschedule(complete, next))
                        .orElse((_, held) -> held.remove()));
    }

    /** Tries once, and returns when to try again. */
    private Optional<Instant> attempt(UUID id) {
        return deliveries.pending(id).flatMap(this::attempt);
    }

    private Optional<Instant> attempt(Delivery delivery) {
        Instant start = clock.instant();
        OutsideCall.Answer answer = call.post(delivery.url(), delivery.body(), headers(delivery, start));
        Instant end = clock.instant();
        int attempts = delivery.attempts() + 1;
        boolean over = answer.isSuccess()
                || (answer.status() != null && answer.status() == GONE)
                || attempts >= properties.maxAttempts();
        Optional<Instant> next = over ? Optional.empty() : Optional.of(end.plus(backoff.after(attempts)));
        String state = answer.isSuccess() ? "DELIVERED" : over ? "GIVEN_UP" : "PENDING";
        transaction.executeWithoutResult(_ ->
                deliveries.attempted(delivery, start, Duration.between(start, end), answer, state, next.orElse(null)));
        return next;
    }

    private static Map<String, String> headers(Delivery delivery, Instant now) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("webhook-id", delivery.id().toString());
        headers.put("webhook-timestamp", String.valueOf(now.getEpochSecond()));
        if (delivery.secret() != null) {
            headers.put(
                    "webhook-signature",
                    Signature.of(delivery.secret(), delivery.id().toString(), now.getEpochSecond(), delivery.body()));
        }
        return headers;
    }

    @Override
    public void start() {
        scheduler.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        scheduler.stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
