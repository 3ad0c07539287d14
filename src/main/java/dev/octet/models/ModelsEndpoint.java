package dev.octet.models;

import dev.octet.platform.Cursor;
import dev.octet.platform.InRole;
import dev.octet.platform.Page;
import dev.octet.platform.Role;
import dev.octet.platform.api.ModelsApi;
import dev.octet.platform.api.model.Model;
import dev.octet.platform.api.model.ModelGraph;
import dev.octet.platform.api.model.ModelList;
import dev.octet.storage.BlobResponse;
import dev.octet.storage.Blobs;
import dev.octet.storage.FileNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

/** The models over HTTP. */
@RestController
@InRole(Role.WEB)
class ModelsEndpoint implements ModelsApi {
    private final Models models;
    private final ModelGraphs graphs;
    private final Blobs blobs;

    ModelsEndpoint(Models models, ModelGraphs graphs, Blobs blobs) {
        this.models = models;
        this.graphs = graphs;
        this.blobs = blobs;
    }

    @Override
    public ResponseEntity<Model> addModel(Resource body, @Nullable String name) {
        try {
            ModelRecord model = models.add(body, name);
            return ResponseEntity.created(URI.create("/v1/models/" + model.id()))
                    .body(answer(model));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ResponseEntity<ModelList> listModels(Integer limit, @Nullable String cursor) {
        Page<Model> page = models.list(Cursor.parse(cursor), limit).map(ModelsEndpoint::answer);
        return ResponseEntity.ok(new ModelList(page.items()).nextCursor(page.nextCursor()));
    }

    @Override
    public ResponseEntity<Model> getModel(UUID id) {
        return ResponseEntity.ok(answer(models.get(id)));
    }

    @Override
    public ResponseEntity<Void> deleteModel(UUID id) {
        models.delete(id);
        return ResponseEntity.noContent().build();
    }

    @Override
    public ResponseEntity<Resource> getModelContent(UUID id, @Nullable String range, @Nullable String ifNoneMatch) {
        ModelRecord model = models.get(id);
        String extension = switch (model.summary().format()) {
            case "ONNX" -> ".onnx";
            case "PT2" -> ".pt2";
            default -> ".zip";
        };
        try {
            return BlobResponse.of(
                    blobs.open(model.sha256()), model.sha256(), FileNames.ofDownload(model.name(), extension), range);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ResponseEntity<ModelGraph> getModelGraph(UUID id, @Nullable String ifNoneMatch) {
        ModelRecord model = models.get(id);
        String etag = ModelGraphs.etag(model);
        if (ifNoneMatch != null && ifNoneMatch.contains(etag)) {
            return ResponseEntity.status(HttpStatus.NOT_MODIFIED).eTag(etag).build();
        }
        return ResponseEntity.ok().eTag(etag).body(graphs.of(model));
    }

    private static Model answer(ModelRecord model) {
        return new Model(
                        model.id(),
                        model.name(),
                        model.summary().format(),
                        model.sha256(),
                        model.sizeBytes(),
                        Tensors.answer(model.summary().inputs()),
                        Tensors.answer(model.summary().outputs()),
                        model.summary().operators(),
                        model.summary().parameters(),
                        model.summary().quantized(),
                        model.createdAt().atOffset(ZoneOffset.UTC))
                .opset(model.summary().opset());
    }
}
