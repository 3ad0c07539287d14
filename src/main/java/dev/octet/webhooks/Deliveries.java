package dev.octet.webhooks;

import dev.octet.platform.Ids;
import dev.octet.platform.api.model.DeliveryAttempt;
import dev.octet.platform.api.model.JobDelivery;
import dev.octet.webhooks.OutsideCall.Answer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The deliveries' tables: what is to be told, and every attempt to. */
@Component
class Deliveries {
    private static final int SHOWN = 100;

    private final JdbcClient jdbc;
    private final Ids ids;
    private final Clock clock;

    Deliveries(JdbcClient jdbc, Ids ids, Clock clock) {
        this.jdbc = jdbc;
        this.ids = ids;
        this.clock = clock;
    }

    /** Notes a delivery in the caller's transaction, due at once, and returns its id. */
    UUID add(UUID job, String event, String url, String body) {
        UUID id = ids.next();
        OffsetDateTime now = time(clock.instant());
        jdbc.sql("insert into webhook_delivery (id, job_id, event, url, body, next_attempt_at, created_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?)")
                .params(id, job, event, url, body, now, now)
                .update();
        return id;
    }

    /** The delivery if it is still to be made. */
    Optional<Delivery> pending(UUID id) {
        return jdbc.sql("select d.id, d.url, d.body, d.attempts, j.webhook_secret from webhook_delivery d"
                        + " join job j on j.id = d.job_id where d.id = ? and d.state = 'PENDING'")
                .param(id)
                .query((row, _) -> new Delivery(
                        id,
                        row.getString("url"),
                        row.getString("body"),
                        row.getString("webhook_secret"),
                        row.getInt("attempts")))
                .optional();
    }

    /**
     * Notes an attempt in the caller's transaction.
     *
     * @param state how the delivery stands after it: PENDING, DELIVERED or GIVEN_UP
     * @param next when the next attempt is due, of PENDING only
     */
    void attempted(Delivery delivery, Instant at, Duration took, Answer answer, String state, @Nullable Instant next) {
        int number = delivery.attempts() + 1;
        int changed = jdbc.sql("update webhook_delivery set state = :state, attempts = :number, next_attempt_at = :next"
                        + " where id = :id and state = 'PENDING' and attempts = :number - 1")
                .param("state", state)
                .param("number", number)
                .param("next", next == null ? null : time(next), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("id", delivery.id())
                .update();
        if (changed == 1) {
            jdbc.sql("insert into webhook_attempt (delivery_id, number, at, took_millis, status, problem)"
                            + " values (:id, :number, :at, :took, :status, :problem)")
                    .param("id", delivery.id())
                    .param("number", number)
                    .param("at", time(at))
                    .param("took", took.toMillis())
                    .param("status", answer.status(), Types.INTEGER)
                    .param("problem", answer.problem(), Types.VARCHAR)
                    .update();
        }
    }

    /** The newest deliveries of the job, the newest first, with their attempts. */
    List<JobDelivery> of(UUID job) {
        Map<UUID, List<DeliveryAttempt>> attempts = jdbc
                .sql("select a.* from webhook_attempt a"
                        + " join webhook_delivery d on d.id = a.delivery_id where d.job_id = ? order by a.number")
                .param(job)
                .query((row, _) -> Map.entry(row.getObject("delivery_id", UUID.class), attempt(row)))
                .list()
                .stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
        return jdbc.sql("select * from webhook_delivery where job_id = ? order by created_at desc, id desc limit ?")
                .params(job, SHOWN)
                .query((row, _) -> delivery(row, attempts))
                .list();
    }

    private static DeliveryAttempt attempt(ResultSet row) throws SQLException {
        return new DeliveryAttempt(
                        row.getInt("number"),
                        utc(row.getObject("at", OffsetDateTime.class)),
                        row.getLong("took_millis"))
                .status(row.getObject("status", Integer.class))
                .problem(row.getString("problem"));
    }

    private static JobDelivery delivery(ResultSet row, Map<UUID, List<DeliveryAttempt>> attempts) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        OffsetDateTime next = row.getObject("next_attempt_at", OffsetDateTime.class);
        return new JobDelivery(
                        id,
                        dev.octet.platform.api.model.JobState.fromValue(row.getString("event")),
                        JobDelivery.StateEnum.fromValue(row.getString("state")),
                        utc(row.getObject("created_at", OffsetDateTime.class)),
                        attempts.getOrDefault(id, List.of()))
                .nextAttemptAt(next == null ? null : utc(next));
    }

    private static OffsetDateTime utc(OffsetDateTime time) {
        return time.withOffsetSameInstant(ZoneOffset.UTC);
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
