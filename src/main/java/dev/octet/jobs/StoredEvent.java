package dev.octet.jobs;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** One step of a job's life as the database holds it. */
@Entity
@Immutable
@IdClass(StoredEvent.Key.class)
@Table(name = "job_event")
class StoredEvent {
    /** The job, and the event's number within it from 1. */
    record Key(UUID jobId, long sequence) implements Serializable {}

    @Id
    UUID jobId;

    @Id
    long sequence;

    String type;

    Instant at;

    @Enumerated(EnumType.STRING)
    State state;

    @Nullable
    String outcome;

    @Nullable
    String phase;

    @Nullable
    Long done;

    @Nullable
    Long total;

    @Nullable
    Double fraction;

    @Nullable
    Double etaSeconds;

    int attempt;

    @Nullable
    String message;

    @Nullable
    Integer trial;

    @SuppressWarnings("NullAway.Init")
    protected StoredEvent() {}
}
