package dev.octet.comparisons;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.Problems;
import dev.octet.platform.api.model.ComparisonResult;
import dev.octet.results.Agreement;
import dev.octet.storage.Blobs;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The life of comparisons as workers see it; writes of an attempt that no longer holds its comparison change nothing. */
@Component
@Transactional
public class Comparing {
    /**
     * A comparison that was taken from the queue to be run.
     *
     * @param id its id
     * @param attempt number of this start, from 1
     * @param model the float model's file
     * @param quantized the quantized model's file
     * @param dataset the samples' file
     * @param samples how many of them are taken
     * @param preprocessing how they become inputs, as JSON; null where they are taken as they are
     * @param target what the quantized model is for; null where that is not known
     */
    public record Claim(
            UUID id,
            int attempt,
            Path model,
            Path quantized,
            Path dataset,
            int samples,
            @Nullable String preprocessing,
            @Nullable String target) {}

    private final StoredComparisons stored;
    private final Agreement agreement;
    private final Blobs blobs;
    private final ComparisonsProperties properties;
    private final JsonMapper json;
    private final Clock clock;

    Comparing(
            StoredComparisons stored,
            Agreement agreement,
            Blobs blobs,
            ComparisonsProperties properties,
            JsonMapper json,
            Clock clock) {
        this.stored = stored;
        this.agreement = agreement;
        this.blobs = blobs;
        this.properties = properties;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Takes the comparison to run it; the caller holds its queue entry.
     *
     * @return empty if there is nothing to run: it has ended, is gone, or ends with this call
     */
    public Optional<Claim> claim(UUID id) {
        StoredComparison row = stored.lock(id).orElse(null);
        if (row == null || row.hasEnded()) {
            return Optional.empty();
        }
        boolean lost = row.state().equals(StoredComparison.RUNNING);
        if (lost && row.failures() + 1 >= properties.maxAttempts()) {
            fail(row, ProblemException.unavailable("WORKER_LOST", "the worker that ran the comparison died"));
            return Optional.empty();
        }
        stored.start(id, lost, clock.instant());
        return Optional.of(new Claim(
                id,
                row.attempt() + 1,
                blobs.local(row.modelSha256()),
                blobs.local(row.quantizedSha256()),
                blobs.local(row.samplesSha256()),
                row.samples(),
                row.preprocessing(),
                row.target()));
    }

    /** Whether that attempt still holds its comparison. */
    @Transactional(readOnly = true)
    public boolean holds(UUID id, int attempt) {
        return stored.find(id).filter(row -> isHeld(row, attempt)).isPresent();
    }

    /**
     * Ends it with what the engine found.
     *
     * @throws dev.octet.results.InvalidOutputException if that is not as agreed
     */
    public void succeed(Claim claim, JsonNode result) {
        agreement.check("the comparison", result, ComparisonResult.class);
        held(claim, row -> {
            stored.end(row.id(), json.writeValueAsString(result), null, clock.instant());
            release(blobs, row);
        });
    }

    /** Ends it for good with the reason. */
    public void fail(Claim claim, ProblemException reason) {
        held(claim, row -> fail(row, reason));
    }

    /**
     * Queues it again after its engine was lost, or ends it where that was the last attempt.
     *
     * @return whether it is queued again
     */
    public boolean retry(Claim claim, ProblemException reason) {
        boolean[] again = new boolean[1];
        held(claim, row -> {
            if (row.failures() + 1 >= properties.maxAttempts()) {
                fail(row, reason);
            } else {
                stored.requeue(row.id(), true);
                again[0] = true;
            }
        });
        return again[0];
    }

    /** Puts it back without the loss of an attempt: this worker stops, or lacks room. */
    public void handBack(Claim claim) {
        held(claim, row -> stored.requeue(row.id(), false));
    }

    private void held(Claim claim, Consumer<StoredComparison> write) {
        stored.lock(claim.id()).filter(row -> isHeld(row, claim.attempt())).ifPresent(write);
    }

    private static boolean isHeld(StoredComparison row, int attempt) {
        return row.attempt() == attempt && row.state().equals(StoredComparison.RUNNING);
    }

    private void fail(StoredComparison row, ProblemException reason) {
        String instance = "/v1/jobs/" + row.jobId() + "/comparisons/" + row.id();
        String error = json.writeValueAsString(
                Problems.describe(reason, instance, row.id().toString().replace("-", "")));
        stored.end(row.id(), null, error, clock.instant());
        release(blobs, row);
    }

    /** Lets go of what a comparison refers to, in the caller's transaction. */
    static void release(Blobs blobs, StoredComparison comparison) {
        List.of(comparison.samplesSha256(), comparison.modelSha256(), comparison.quantizedSha256())
                .forEach(sha256 -> blobs.release(sha256, comparison.owner()));
    }

    /** What a comparison fails with that took too long: the same samples would take as long again. */
    public ProblemException late() {
        String limit = properties.maxRun().toSeconds() + " s";
        return ProblemException.unprocessable(
                "COMPARISON_DEADLINE",
                "the comparison was not done after " + limit + "; take fewer samples",
                List.of(new Entry("samples", limit + " did not suffice")));
    }
}
