package dev.octet.datasets;

import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The datasets' table. */
interface StoredDatasets extends Repository<StoredDataset, UUID> {
    StoredDataset save(StoredDataset dataset);

    /** By a query: {@code EntityManager.find} answers "none" where the database fails (Hibernate HHH-12472). */
    @Query("select d from StoredDataset d where d.id = ?1")
    Optional<StoredDataset> find(UUID id);

    @Lock(LockModeType.PESSIMISTIC_READ)
    @Query("select d from StoredDataset d where d.id = ?1")
    Optional<StoredDataset> findAndHold(UUID id);

    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select d from StoredDataset d where d.id = ?1")
    Optional<StoredDataset> findAndLock(UUID id);

    @Query("select d from StoredDataset d where (d.createdAt, d.id) < (?1, ?2) order by d.createdAt desc, d.id desc")
    List<StoredDataset> before(Instant createdAt, UUID id, Limit limit);

    void delete(StoredDataset dataset);
}
