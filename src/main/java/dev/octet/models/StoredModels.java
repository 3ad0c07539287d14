package dev.octet.models;

import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The models' table. */
interface StoredModels extends Repository<StoredModel, UUID> {
    StoredModel save(StoredModel model);

    /** By a query: {@code EntityManager.find} answers "none" where the database fails (Hibernate HHH-12472). */
    @Query("select m from StoredModel m where m.id = ?1")
    Optional<StoredModel> find(UUID id);

    @Lock(LockModeType.PESSIMISTIC_READ)
    @Query("select m from StoredModel m where m.id = ?1")
    Optional<StoredModel> findAndHold(UUID id);

    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select m from StoredModel m where m.id = ?1")
    Optional<StoredModel> findAndLock(UUID id);

    @Query("select m from StoredModel m where (m.createdAt, m.id) < (?1, ?2) order by m.createdAt desc, m.id desc")
    List<StoredModel> before(Instant createdAt, UUID id, Limit limit);

    void delete(StoredModel model);
}
