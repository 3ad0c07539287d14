package dev.octet.datasets;

import dev.octet.engine.scheme.TensorInfo;
import dev.octet.platform.Cursor;
import dev.octet.platform.InRole;
import dev.octet.platform.Page;
import dev.octet.platform.Role;
import dev.octet.platform.Shapes;
import dev.octet.platform.api.DatasetsApi;
import dev.octet.platform.api.model.Dataset;
import dev.octet.platform.api.model.DatasetList;
import dev.octet.storage.BlobResponse;
import dev.octet.storage.Blobs;
import dev.octet.storage.FileNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

/** The datasets over HTTP. */
@RestController
@InRole(Role.WEB)
class DatasetsEndpoint implements DatasetsApi {
    private final Datasets datasets;
    private final Blobs blobs;

    DatasetsEndpoint(Datasets datasets, Blobs blobs) {
        this.datasets = datasets;
        this.blobs = blobs;
    }

    @Override
    public ResponseEntity<Dataset> addDataset(Resource body, @Nullable String name) {
        try {
            DatasetRecord dataset = datasets.add(body, name);
            return ResponseEntity.created(URI.create("/v1/datasets/" + dataset.id()))
                    .body(answer(dataset));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ResponseEntity<DatasetList> listDatasets(Integer limit, @Nullable String cursor) {
        Page<Dataset> page = datasets.list(Cursor.parse(cursor), limit).map(DatasetsEndpoint::answer);
        return ResponseEntity.ok(new DatasetList(page.items()).nextCursor(page.nextCursor()));
    }

    @Override
    public ResponseEntity<Dataset> getDataset(UUID id) {
        return ResponseEntity.ok(answer(datasets.get(id)));
    }

    @Override
    public ResponseEntity<Void> deleteDataset(UUID id) {
        datasets.delete(id);
        return ResponseEntity.noContent().build();
    }

    @Override
    public ResponseEntity<Resource> getDatasetContent(UUID id, @Nullable String range, @Nullable String ifNoneMatch) {
        DatasetRecord dataset = datasets.get(id);
        String extension = switch (dataset.summary().format()) {
            case "NPZ" -> ".npz";
            case "JSONL" -> ".jsonl";
            case "CSV" -> ".csv";
            default -> ".zip";
        };
        try {
            return BlobResponse.of(
                    blobs.open(dataset.sha256()),
                    dataset.sha256(),
                    FileNames.ofDownload(dataset.name(), extension),
                    range);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Dataset answer(DatasetRecord dataset) {
        return new Dataset(
                dataset.id(),
                dataset.name(),
                dataset.summary().format(),
                dataset.sha256(),
                dataset.sizeBytes(),
                dataset.summary().samples(),
                tensors(dataset.summary().fields()),
                dataset.summary().labels(),
                dataset.createdAt().atOffset(ZoneOffset.UTC));
    }

    private static List<dev.octet.platform.api.model.TensorInfo> tensors(List<TensorInfo> tensors) {
        return tensors.stream()
                .map(tensor -> new dev.octet.platform.api.model.TensorInfo(
                        tensor.name(), tensor.type(), Shapes.answer(tensor.shape())))
                .toList();
    }
}
