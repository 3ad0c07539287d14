package dev.octet.results;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The artifacts' table. */
interface StoredArtifacts extends Repository<StoredArtifact, UUID> {
    StoredArtifact save(StoredArtifact artifact);

    Optional<StoredArtifact> findById(UUID id);

    List<StoredArtifact> findByJobId(UUID jobId);

    @Query("""
        select a from StoredArtifact a
        where a.jobId = ?1 and (a.createdAt, a.id) < (?2, ?3) order by a.createdAt desc, a.id desc\
        """)
    List<StoredArtifact> before(UUID jobId, Instant createdAt, UUID id, Limit limit);
}
