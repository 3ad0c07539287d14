package dev.octet.results;

import dev.octet.jobs.Jobs;
import dev.octet.platform.Cursor;
import dev.octet.platform.InRole;
import dev.octet.platform.Page;
import dev.octet.platform.ProblemException;
import dev.octet.platform.Role;
import dev.octet.platform.api.ResultsApi;
import dev.octet.platform.api.model.Artifact;
import dev.octet.platform.api.model.ArtifactList;
import dev.octet.platform.api.model.Layer;
import dev.octet.platform.api.model.LayerList;
import dev.octet.platform.api.model.Trial;
import dev.octet.platform.api.model.TrialList;
import dev.octet.storage.BlobResponse;
import dev.octet.storage.Blobs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.data.domain.Limit;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The results over HTTP. */
@RestController
@InRole(Role.WEB)
class ResultsEndpoint implements ResultsApi {
    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private final Jobs jobs;
    private final StoredArtifacts artifacts;
    private final Rows rows;
    private final JobLogs logs;
    private final Blobs blobs;

    ResultsEndpoint(Jobs jobs, StoredArtifacts artifacts, Rows rows, JobLogs logs, Blobs blobs) {
        this.jobs = jobs;
        this.artifacts = artifacts;
        this.rows = rows;
        this.logs = logs;
        this.blobs = blobs;
    }

    @Override
    public ResponseEntity<JsonNode> getReport(UUID id) {
        jobs.require(id);
        return rows.report(id).stream()
                .findFirst()
                .map(ResponseEntity::ok)
                .orElseThrow(() -> ProblemException.notFound("NO_REPORT", "job " + id + " has no report yet"));
    }

    @Override
    public ResponseEntity<LayerList> listLayers(UUID id, Integer limit, @Nullable String cursor) {
        jobs.require(id);
        List<Layer> read = rows.layers(id, place(cursor), limit + 1, Layer.class);
        List<Layer> page = read.subList(0, Math.min(limit, read.size()));
        return ResponseEntity.ok(new LayerList(page).nextCursor(next(read, limit, Layer::getPosition)));
    }

    @Override
    public ResponseEntity<TrialList> listTrials(UUID id, Integer limit, @Nullable String cursor) {
        jobs.require(id);
        List<Trial> read = rows.trials(id, place(cursor), limit + 1, Trial.class);
        List<Trial> page = read.subList(0, Math.min(limit, read.size()));
        return ResponseEntity.ok(new TrialList(page).nextCursor(next(read, limit, Trial::getNumber)));
    }

    private static <T> @Nullable String next(List<T> read, int limit, ToIntFunction<T> number) {
        return read.size() <= limit
                ? null
                : Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(
                                ("from:" + number.applyAsInt(read.get(limit))).getBytes(StandardCharsets.US_ASCII));
    }

    private static int place(@Nullable String cursor) {
        if (cursor == null) {
            return 0;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            int from = text.startsWith("from:") ? Integer.parseInt(text.substring(5)) : -1;
            if (from >= 0) {
                return from;
            }
        } catch (IllegalArgumentException e) {
            throw invalidCursor().causedBy(e);
        }
        throw invalidCursor();
    }

    private static ProblemException invalidCursor() {
        return ProblemException.malformed("INVALID_PARAMETER", "cursor", "is not a nextCursor of this list");
    }

    @Override
    public ResponseEntity<Resource> getLog(UUID id) {
        jobs.require(id);
        byte[] text = logs.read(id).getBytes(StandardCharsets.UTF_8);
        return ResponseEntity.ok()
                .contentType(TEXT)
                .header("X-Content-Type-Options", "nosniff")
                .body(new ByteArrayResource(text));
    }

    @Override
    public ResponseEntity<ArtifactList> listArtifacts(UUID id, Integer limit, @Nullable String cursor) {
        jobs.require(id);
        Cursor place = Cursor.parse(cursor);
        Page<Artifact> page = Page.of(
                        artifacts.before(id, place.createdAt(), place.id(), Limit.of(limit + 1)),
                        limit,
                        StoredArtifact::place)
                .map(StoredArtifact::artifact);
        return ResponseEntity.ok(new ArtifactList(page.items()).nextCursor(page.nextCursor()));
    }

    @Override
    public ResponseEntity<Artifact> getArtifact(UUID id) {
        return ResponseEntity.ok(find(id));
    }

    @Override
    public ResponseEntity<Resource> getArtifactContent(UUID id, @Nullable String range, @Nullable String ifNoneMatch) {
        Artifact artifact = find(id);
        try {
            return BlobResponse.of(blobs.open(artifact.getSha256()), artifact.getSha256(), artifact.getName(), range);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Artifact find(UUID id) {
        return artifacts
                .findById(id)
                .map(StoredArtifact::artifact)
                .orElseThrow(() -> ProblemException.notFound("ARTIFACT_NOT_FOUND", "there is no artifact " + id));
    }
}
