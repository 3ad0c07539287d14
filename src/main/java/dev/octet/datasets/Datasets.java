package dev.octet.datasets;

import dev.octet.engine.DatasetSummary;
import dev.octet.engine.Inspection;
import dev.octet.platform.Cursor;
import dev.octet.platform.Ids;
import dev.octet.platform.Page;
import dev.octet.platform.ProblemException;
import dev.octet.storage.Blobs;
import dev.octet.storage.FileNames;
import dev.octet.storage.StoredBlob;
import dev.octet.storage.Uploads;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The uploaded datasets. */
@Component
public class Datasets {
    private final StoredDatasets stored;
    private final Uploads uploads;
    private final Blobs blobs;
    private final List<DatasetUse> uses;
    private final Ids ids;
    private final Clock clock;

    Datasets(StoredDatasets stored, Uploads uploads, Blobs blobs, List<DatasetUse> uses, Ids ids, Clock clock) {
        this.stored = stored;
        this.uploads = uploads;
        this.blobs = blobs;
        this.uses = uses;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Stores and identifies a dataset, or keeps nothing.
     *
     * @param body the file, read once
     * @param name the name asked for, if any
     * @throws dev.octet.engine.scheme.EngineException if it is no dataset that the engine can read
     */
    public DatasetRecord add(Resource body, @Nullable String name) throws IOException {
        return add(body, name, _ -> {});
    }

    /** The same; {@code also} notes the dataset elsewhere in the transaction that makes it visible. */
    public DatasetRecord add(Resource body, @Nullable String name, Consumer<DatasetRecord> also) throws IOException {
        String given = FileNames.ofUpload(name, body);
        return uploads.take(body, (file, _) -> Inspection.dataset(file), (blob, summary) -> {
            DatasetRecord dataset = keep(blob, summary, given);
            also.accept(dataset);
            return dataset;
        });
    }

    private DatasetRecord keep(StoredBlob blob, DatasetSummary summary, String name) {
        DatasetRecord dataset = new DatasetRecord(
                ids.next(),
                name,
                blob.sha256(),
                blob.sizeBytes(),
                summary,
                clock.instant().truncatedTo(ChronoUnit.MICROS));
        stored.save(new StoredDataset(dataset));
        blobs.retain(dataset.sha256(), owner(dataset.id()));
        return dataset;
    }

    private static String owner(UUID id) {
        return "dataset:" + id;
    }

    @Transactional(readOnly = true)
    public Optional<DatasetRecord> find(UUID id) {
        return stored.find(id).map(StoredDataset::record);
    }

    /** Finds the dataset and keeps others from deleting it until the caller's transaction ends. */
    @Transactional(propagation = Propagation.MANDATORY)
    public Optional<DatasetRecord> hold(UUID id) {
        return stored.findAndHold(id).map(StoredDataset::record);
    }

    /** The dataset of that id, or the problem DATASET_NOT_FOUND. */
    @Transactional(readOnly = true)
    public DatasetRecord get(UUID id) {
        return find(id).orElseThrow(() -> missing(id));
    }

    /** What follows the cursor, newest first; {@code limit} is 1 at least. */
    @Transactional(readOnly = true)
    public Page<DatasetRecord> list(Cursor cursor, int limit) {
        List<StoredDataset> read = stored.before(cursor.createdAt(), cursor.id(), Limit.of(limit + 1));
        return Page.of(read, limit, StoredDataset::place).map(StoredDataset::record);
    }

    /**
     * Forgets the dataset; its bytes go with the last that refers to them.
     *
     * @throws ProblemException DATASET_NOT_FOUND, or DATASET_IN_USE naming what uses it
     */
    @Transactional
    public void delete(UUID id) {
        StoredDataset dataset = stored.findAndLock(id).orElseThrow(() -> missing(id));
        for (DatasetUse use : uses) {
            use.of(id).ifPresent(user -> {
                throw ProblemException.conflict("DATASET_IN_USE", "the dataset is in use by " + user);
            });
        }
        stored.delete(dataset);
        blobs.release(dataset.record().sha256(), owner(id));
    }

    private static ProblemException missing(UUID id) {
        return ProblemException.notFound("DATASET_NOT_FOUND", "there is no dataset " + id);
    }
}
