package dev.octet.uploads;

import dev.octet.platform.Ids;
import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemKind;
import dev.octet.storage.Blobs;
import dev.octet.storage.PartialFiles;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The uploads' table: what is down on the disk is what it says. */
@Component
class StoredUploads {
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final JsonMapper json;
    private final PartialFiles files;
    private final Blobs blobs;
    private final UploadsProperties limits;
    private final Ids ids;
    private final Clock clock;

    StoredUploads(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            JsonMapper json,
            PartialFiles files,
            Blobs blobs,
            UploadsProperties limits,
            Ids ids,
            Clock clock) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.json = json;
        this.files = files;
        this.blobs = blobs;
        this.limits = limits;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Makes an upload of no bytes yet, and its file.
     *
     * @param metadata the client's header, which is to be readable
     * @param length how many bytes it will have
     * @throws ProblemException TOO_MANY_UPLOADS past the limits, DISK_FULL if what all uploads still lack finds no room
     */
    Upload announce(String metadata, long length) {
        return transaction.execute(_ -> make(metadata, length));
    }

    private Upload make(String metadata, long length) {
        jdbc.sql("select 1 from pg_advisory_xact_lock(hashtextextended('octet uploads', 0))")
                .query(Integer.class)
                .single();
        requireRoom(length);
        UUID id = ids.next();
        jdbc.sql("insert into upload (id, metadata, length, created_at, expires_at) values (?, ?, ?, ?, ?)")
                .params(id, metadata, length, Timestamp.from(clock.instant()), expiry())
                .update();
        files.create(id);
        return get(id);
    }

    private void requireRoom(long length) {
        record Open(int count, long size, long lacking) {}
        Open open = jdbc.sql("select count(*) as count, coalesce(sum(length), 0) as size,"
                        + " coalesce(sum(length - received), 0) as lacking from upload where state = 'RECEIVING'")
                .query((row, _) -> new Open(row.getInt("count"), row.getLong("size"), row.getLong("lacking")))
                .single();
        if (open.count >= limits.maxOpen() || length > limits.maxOpenSize().toBytes() - open.size) {
            throw new ProblemException(
                    ProblemKind.TOO_MANY_REQUESTS,
                    "TOO_MANY_UPLOADS",
                    open.count + " uploads of " + open.size + " bytes together are under way; the service takes "
                            + limits.maxOpen() + " of " + limits.maxOpenSize().toBytes(),
                    List.of());
        }
        blobs.requireRoom(open.lacking + length);
    }

    /** The upload of that id, or the problem UPLOAD_NOT_FOUND; one that has expired is not there. */
    Upload get(UUID id) {
        return jdbc.sql("select * from upload where id = ? and expires_at > ?")
                .params(id, Timestamp.from(clock.instant()))
                .query((row, _) -> read(row))
                .optional()
                .orElseThrow(() -> ProblemException.notFound("UPLOAD_NOT_FOUND", "there is no upload " + id));
    }

    private Upload read(ResultSet row) throws SQLException {
        String problem = row.getString("problem");
        String metadata = row.getString("metadata");
        return new Upload(
                row.getObject("id", UUID.class),
                metadata,
                UploadMetadata.parse(metadata),
                row.getLong("length"),
                row.getLong("received"),
                Upload.State.valueOf(row.getString("state")),
                row.getObject("resource_id", UUID.class),
                problem == null ? null : json.readValue(problem, Refusal.class),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("expires_at").toInstant());
    }

    /** Notes that so many bytes are down on the disk, and puts the expiry off. */
    void received(UUID id, long bytes) {
        jdbc.sql("update upload set received = ?, expires_at = ? where id = ? and state = 'RECEIVING'")
                .params(bytes, expiry(), id)
                .update();
    }

    /** Notes in the caller's transaction which model or dataset the upload has become. */
    void stored(UUID id, UUID resource) {
        jdbc.sql("update upload set state = 'STORED', resource_id = ? where id = ? and state = 'RECEIVING'")
                .params(resource, id)
                .update();
    }

    /** Notes why the upload was not taken. */
    void refused(UUID id, Refusal refusal) {
        jdbc.sql("update upload set state = 'REFUSED', problem = cast(? as jsonb)"
                        + " where id = ? and state = 'RECEIVING'")
                .params(json.writeValueAsString(refusal), id)
                .update();
    }

    void delete(UUID id) {
        jdbc.sql("delete from upload where id = ?").param(id).update();
    }

    /** Forgets the upload if its time is over, and says whether it was. */
    boolean deleteExpired(UUID id) {
        return jdbc.sql("delete from upload where id = ? and expires_at <= ?")
                        .params(id, Timestamp.from(clock.instant()))
                        .update()
                > 0;
    }

    /** Those whose time is over. */
    List<UUID> expired() {
        return jdbc.sql("select id from upload where expires_at <= ?")
                .param(Timestamp.from(clock.instant()))
                .query(UUID.class)
                .list();
    }

    /** Those whose bytes are all there, and which nobody has looked at to the end. */
    List<UUID> whole() {
        return jdbc.sql("select id from upload where state = 'RECEIVING' and received = length")
                .query(UUID.class)
                .list();
    }

    /** Those that have a file. */
    List<UUID> receiving() {
        return jdbc.sql("select id from upload where state = 'RECEIVING'")
                .query(UUID.class)
                .list();
    }

    private Timestamp expiry() {
        Instant end = clock.instant().plus(limits.expireAfter());
        return Timestamp.from(end);
    }
}
