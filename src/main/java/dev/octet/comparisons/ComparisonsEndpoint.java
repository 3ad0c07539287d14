package dev.octet.comparisons;

import dev.octet.jobs.LongPolls;
import dev.octet.platform.Cursor;
import dev.octet.platform.InRole;
import dev.octet.platform.Role;
import dev.octet.platform.api.ComparisonsApi;
import dev.octet.platform.api.model.Comparison;
import dev.octet.platform.api.model.ComparisonList;
import dev.octet.platform.api.model.ComparisonRequest;
import dev.octet.platform.api.model.ComparisonResult;
import dev.octet.platform.api.model.Preprocessing;
import dev.octet.platform.api.model.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import tools.jackson.databind.json.JsonMapper;

/** The comparisons over HTTP. */
@RestController
@InRole(Role.WEB)
class ComparisonsEndpoint implements ComparisonsApi {
    private final Comparisons comparisons;
    private final LongPolls polls;
    private final JsonMapper json;

    ComparisonsEndpoint(Comparisons comparisons, LongPolls polls, JsonMapper json) {
        this.comparisons = comparisons;
        this.polls = polls;
        this.json = json;
    }

    @Override
    @PostMapping(
            path = PATH_COMPARE_ON_SAMPLES,
            consumes = {MediaType.APPLICATION_OCTET_STREAM_VALUE, MediaType.IMAGE_PNG_VALUE, MediaType.IMAGE_JPEG_VALUE
            },
            produces = MediaType.APPLICATION_JSON_VALUE)
    public ResponseEntity<Comparison> compareOnSamples(UUID id, Resource body, Integer samples) {
        return submit(id, body, false, samples);
    }

    @PostMapping(
            path = PATH_COMPARE_ON_SAMPLES,
            consumes = MediaType.TEXT_PLAIN_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Comparison> compareOnText(@PathVariable UUID id, @RequestBody Resource body) {
        return submit(id, body, true, 1);
    }

    private ResponseEntity<Comparison> submit(UUID id, Resource body, boolean text, int samples) {
        try {
            return accepted(comparisons.submit(id, body, text, samples));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @PostMapping(
            path = PATH_COMPARE_ON_SAMPLES,
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Comparison> compareOnStored(@PathVariable UUID id, @Valid @RequestBody ComparisonRequest request) {
        try {
            return accepted(comparisons.submit(id, request));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ResponseEntity<Comparison> accepted(StoredComparison comparison) {
        return ResponseEntity.accepted()
                .location(URI.create("/v1/jobs/" + comparison.jobId() + "/comparisons/" + comparison.id()))
                .eTag(comparison.etag())
                .body(view(comparison));
    }

    @Override
    public ResponseEntity<ComparisonList> listComparisons(UUID id, Integer limit, @Nullable String cursor) {
        var page = comparisons.list(id, Cursor.parse(cursor), limit).map(this::view);
        return ResponseEntity.ok(new ComparisonList(page.items()).nextCursor(page.nextCursor()));
    }

    @Override
    public ResponseEntity<Comparison> getComparison(
            UUID id, UUID comparisonId, @Nullable String ifNoneMatch, @Nullable String prefer) {
        return answer(comparisons.get(id, comparisonId), ifNoneMatch);
    }

    /** Wins over {@link #getComparison} where the header is there. */
    @GetMapping(path = PATH_GET_COMPARISON, headers = "Prefer", produces = MediaType.APPLICATION_JSON_VALUE)
    DeferredResult<ResponseEntity<Comparison>> awaitComparison(
            @PathVariable UUID id,
            @PathVariable UUID comparisonId,
            @RequestHeader(value = "If-None-Match", required = false) @Size(max = 1000) @Nullable String ifNoneMatch,
            @RequestHeader("Prefer") @Size(max = 200) String prefer) {
        return polls.wait(
                id,
                prefer,
                () -> comparisons.get(id, comparisonId),
                StoredComparison::hasEnded,
                comparison -> answer(comparison, ifNoneMatch));
    }

    private ResponseEntity<Comparison> answer(StoredComparison comparison, @Nullable String ifNoneMatch) {
        return ifNoneMatch != null && ifNoneMatch.contains(comparison.etag())
                ? ResponseEntity.status(HttpStatus.NOT_MODIFIED)
                        .eTag(comparison.etag())
                        .build()
                : ResponseEntity.ok().eTag(comparison.etag()).body(view(comparison));
    }

    private Comparison view(StoredComparison row) {
        return new Comparison(
                        row.id(),
                        row.jobId(),
                        Comparison.StateEnum.fromValue(row.state()),
                        row.samples(),
                        row.attempt(),
                        time(row.createdAt()))
                .format(row.format())
                .preprocessing(read(row.preprocessing(), Preprocessing.class))
                .result(read(row.result(), ComparisonResult.class))
                .error(read(row.error(), Problem.class))
                .startedAt(row.startedAt() == null ? null : time(row.startedAt()))
                .finishedAt(row.finishedAt() == null ? null : time(row.finishedAt()));
    }

    private <T> @Nullable T read(@Nullable String text, Class<T> type) {
        return text == null ? null : json.readValue(text, type);
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
