package dev.octet.models;

import dev.octet.engine.Inspection;
import dev.octet.engine.ModelSummary;
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

/** The uploaded models. */
@Component
public class Models {
    private final StoredModels stored;
    private final Uploads uploads;
    private final NodeNames names;
    private final Blobs blobs;
    private final List<ModelUse> uses;
    private final Ids ids;
    private final Clock clock;

    Models(
            StoredModels stored,
            Uploads uploads,
            NodeNames names,
            Blobs blobs,
            List<ModelUse> uses,
            Ids ids,
            Clock clock) {
        this.stored = stored;
        this.uploads = uploads;
        this.names = names;
        this.blobs = blobs;
        this.uses = uses;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Stores and identifies a model, or keeps nothing.
     *
     * @param body the file, read once
     * @param name the name asked for, if any
     * @throws dev.octet.engine.scheme.EngineException if it is no model that the engine can read
     */
    public ModelRecord add(Resource body, @Nullable String name) throws IOException {
        return add(body, name, _ -> {});
    }

    /** The same; {@code also} notes the model elsewhere in the transaction that makes it visible. */
    public ModelRecord add(Resource body, @Nullable String name, Consumer<ModelRecord> also) throws IOException {
        String given = FileNames.ofUpload(name, body);
        return uploads.take(body, Inspection::model, (blob, summary) -> {
            ModelRecord model = keep(blob, summary, given);
            also.accept(model);
            return model;
        });
    }

    private ModelRecord keep(StoredBlob blob, ModelSummary summary, String name) {
        ModelRecord model = new ModelRecord(
                ids.next(),
                name,
                blob.sha256(),
                blob.sizeBytes(),
                summary.withNames(null),
                clock.instant().truncatedTo(ChronoUnit.MICROS));
        stored.save(new StoredModel(model));
        blobs.retain(model.sha256(), owner(model.id()));
        names.keep(model.sha256(), summary.names());
        return model;
    }

    private static String owner(UUID id) {
        return "model:" + id;
    }

    @Transactional(readOnly = true)
    public Optional<ModelRecord> find(UUID id) {
        return stored.find(id).map(StoredModel::record);
    }

    /** Finds the model and keeps others from deleting it until the caller's transaction ends. */
    @Transactional(propagation = Propagation.MANDATORY)
    public Optional<ModelRecord> hold(UUID id) {
        return stored.findAndHold(id).map(StoredModel::record);
    }

    /** The model of that id, or the problem MODEL_NOT_FOUND. */
    @Transactional(readOnly = true)
    public ModelRecord get(UUID id) {
        return find(id).orElseThrow(() -> missing(id));
    }

    /** What the model contains, with what its nodes can be called by, where that is known. */
    @Transactional(readOnly = true)
    public ModelSummary summaryWithNames(ModelRecord model) {
        return model.summary().withNames(names.of(model.sha256()));
    }

    /** What follows the cursor, newest first; {@code limit} is 1 at least. */
    @Transactional(readOnly = true)
    public Page<ModelRecord> list(Cursor cursor, int limit) {
        List<StoredModel> read = stored.before(cursor.createdAt(), cursor.id(), Limit.of(limit + 1));
        return Page.of(read, limit, StoredModel::place).map(StoredModel::record);
    }

    /**
     * Forgets the model; its bytes go with the last that refers to them.
     *
     * @throws ProblemException MODEL_NOT_FOUND, or MODEL_IN_USE naming what uses it
     */
    @Transactional
    public void delete(UUID id) {
        StoredModel model = stored.findAndLock(id).orElseThrow(() -> missing(id));
        for (ModelUse use : uses) {
            use.of(id).ifPresent(user -> {
                throw ProblemException.conflict("MODEL_IN_USE", "the model is in use by " + user);
            });
        }
        stored.delete(model);
        blobs.release(model.record().sha256(), owner(id));
    }

    private static ProblemException missing(UUID id) {
        return ProblemException.notFound("MODEL_NOT_FOUND", "there is no model " + id);
    }
}
