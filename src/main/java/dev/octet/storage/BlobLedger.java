package dev.octet.storage;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Which blobs there are and who refers to them, in the database.
 *
 * <p>File and row of one blob change together under a lock on its hash, held by the database: all processes of the service see it.
 */
@Component
class BlobLedger {
    private final JdbcClient jdbc;
    private final TransactionTemplate own;
    private final Clock clock;

    BlobLedger(JdbcClient jdbc, PlatformTransactionManager transactions, Clock clock) {
        this.jdbc = jdbc;
        this.own = new TransactionTemplate(transactions);
        own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.clock = clock;
    }

    /** Notes a blob with its first reference, a pin; {@code place} puts the file where it belongs, under the lock. */
    void add(String sha256, long sizeBytes, String pin, Runnable place) {
        own.executeWithoutResult(_ -> {
            lock(sha256);
            jdbc.sql("insert into blob (sha256, size_bytes, stored_at) values (?, ?, ?) on conflict do nothing")
                    .params(sha256, sizeBytes, now())
                    .update();
            refer(sha256, pin, true);
            place.run();
        });
    }

    /** Adds a reference in the caller's transaction. */
    void retain(String sha256, String owner) {
        refer(sha256, owner, false);
    }

    private void refer(String sha256, String owner, boolean pin) {
        jdbc.sql("insert into blob_reference (sha256, owner, pin, made_at) values (?, ?, ?, ?) on conflict do nothing")
                .params(sha256, owner, pin, now())
                .update();
    }

    /** Takes a reference away, in the caller's transaction where there is one. */
    void release(String sha256, String owner) {
        jdbc.sql("delete from blob_reference where sha256 = ? and owner = ?")
                .params(sha256, owner)
                .update();
    }

    /** Deletes the blob unless somebody refers to it; {@code remove} deletes the file, under the lock. */
    void collect(String sha256, Runnable remove) {
        own.executeWithoutResult(_ -> {
            lock(sha256);
            boolean wanted = jdbc.sql("select exists (select from blob_reference where sha256 = ?)")
                    .param(sha256)
                    .query(Boolean.class)
                    .single();
            if (!wanted) {
                jdbc.sql("delete from blob where sha256 = ?").param(sha256).update();
                // Before the commit: after it an upload of the same bytes could find the file and lose it.
                remove.run();
            }
        });
    }

    /** Deletes pins that were made before {@code instant}: their uploads have died. */
    int dropPinsBefore(Instant instant) {
        return jdbc.sql("delete from blob_reference where pin and made_at < ?")
                .param(Timestamp.from(instant))
                .update();
    }

    /** The blobs that nobody refers to. */
    List<String> unreferenced() {
        return jdbc.sql("select sha256 from blob b"
                        + " where not exists (select from blob_reference r where r.sha256 = b.sha256)")
                .query(String.class)
                .list();
    }

    /** Whether there is such a blob. */
    boolean knows(String sha256) {
        return jdbc.sql("select exists (select from blob where sha256 = ?)")
                .param(sha256)
                .query(Boolean.class)
                .single();
    }

    /** The name of this database's store. */
    UUID storeId() {
        return jdbc.sql("select id from blob_store").query(UUID.class).single();
    }

    private void lock(String sha256) {
        jdbc.sql("select 1 from pg_advisory_xact_lock(hashtextextended(?, 0))")
                .param(sha256)
                .query(Integer.class)
                .single();
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }
}
