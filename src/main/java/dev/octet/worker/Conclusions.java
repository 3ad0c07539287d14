package dev.octet.worker;

import dev.octet.engine.Quantizer;
import dev.octet.engine.scheme.EngineException;
import dev.octet.jobs.Attempt;
import dev.octet.jobs.Attempts;
import dev.octet.jobs.Attempts.Claim;
import dev.octet.models.ModelRecord;
import dev.octet.models.Models;
import dev.octet.platform.InRole;
import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.ProblemKind;
import dev.octet.platform.Role;
import dev.octet.results.InvalidOutputException;
import dev.octet.results.Output;
import dev.octet.results.Results;
import dev.octet.worker.process.Ending;
import dev.octet.worker.process.Ending.Broken;
import dev.octet.worker.process.Ending.Cancelled;
import dev.octet.worker.process.Ending.Expired;
import dev.octet.worker.process.Ending.Finished;
import dev.octet.worker.process.Ending.HandedBack;
import dev.octet.worker.process.Ending.Lost;
import dev.octet.worker.process.Ending.Refused;
import dev.octet.worker.process.Ending.Starved;
import dev.octet.worker.process.EngineExits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tells a job how its attempt ended. */
@Component
@InRole(Role.WORKER)
class Conclusions {
    private static final Logger LOG = LoggerFactory.getLogger(Conclusions.class);

    private final Attempts attempts;
    private final Results results;
    private final Models models;
    private final Recipes recipes;
    private final WorkerProperties properties;

    Conclusions(Attempts attempts, Results results, Models models, Recipes recipes, WorkerProperties properties) {
        this.attempts = attempts;
        this.results = results;
        this.models = models;
        this.recipes = recipes;
        this.properties = properties;
    }

    /**
     * Ends the job, or puts it back.
     *
     * @param out what the engine left
     * @return after what time a worker should look at the job again; empty if never
     * @throws Attempt.LostException if the attempt no longer holds the job
     */
    Optional<Duration> draw(Claim claim, Ending ending, Path out) {
        Attempt attempt = claim.attempt();
        return switch (ending) {
            case Finished(var outcome) -> keep(attempt, () -> results.succeed(attempt, outcome, output(claim, out)));
            case Expired() ->
                keepBest(claim, out, "its time was up", result -> attempts.expire(attempt, late(claim), result));
            case Cancelled() -> keepBest(claim, out, "it was cancelled", result -> attempts.cancelled(attempt, result));
            case Refused(var problem) -> {
                attempts.fail(attempt, problem);
                yield Optional.empty();
            }
            case Broken(var _, var problem) -> retry(attempt, problem);
            case Starved(var message) -> {
                attempts.waitFor(attempt, message);
                yield Optional.of(properties.waitDelay());
            }
            case HandedBack() -> {
                attempts.handBack(attempt);
                yield Optional.of(Duration.ZERO);
            }
            case Lost() -> throw new Attempt.LostException(attempt);
        };
    }

    /** Stores output, or throws. */
    private interface Storing {
        void run() throws IOException;
    }

    private Optional<Duration> keep(Attempt attempt, Storing storing) {
        try {
            storing.run();
            return Optional.empty();
        } catch (InvalidOutputException | DataIntegrityViolationException e) {
            LOG.warn("the engine's output is not as agreed", e);
            String message = "the engine's output is not as agreed: " + e.getMessage();
            return retry(attempt, EngineExits.defect("ENGINE_FAILED", message).problem());
        } catch (ProblemException e) {
            if (e.kind() != ProblemKind.DISK_FULL) {
                throw e;
            }
            attempts.waitFor(attempt, "there is no room for the result; the job waits for some");
            return Optional.of(properties.waitDelay());
        } catch (IOException e) {
            LOG.warn("the engine's output could not be stored", e);
            ProblemException problem = new ProblemException(
                    ProblemKind.INTERNAL, "RESULT_NOT_STORED", "the engine's output could not be stored", List.of());
            return retry(attempt, problem.causedBy(e));
        }
    }

    /**
     * Ends a job that was stopped, with the best candidate that is complete; {@code end} gets null where there is none.
     *
     * <p>What was asked for, or is overdue, is done whether or not that candidate can be stored.
     */
    private Optional<Duration> keepBest(Claim claim, Path out, String why, Consumer<@Nullable JsonNode> end) {
        try {
            results.keepBest(claim.attempt(), output(claim, out), why, end);
            return Optional.empty();
        } catch (InvalidOutputException e) {
            LOG.debug("no candidate was complete when the job was stopped", e);
        } catch (IOException | DataIntegrityViolationException e) {
            LOG.warn("the best candidate so far could not be stored", e);
        } catch (ProblemException e) {
            if (e.kind() != ProblemKind.DISK_FULL) {
                throw e;
            }
            LOG.warn("there is no room for the best candidate so far", e);
        }
        end.accept(null);
        return Optional.empty();
    }

    private Optional<Duration> retry(Attempt attempt, ProblemException problem) {
        return attempts.retry(attempt, problem, properties.maxAttempts())
                ? Optional.of(properties.retryDelay())
                : Optional.empty();
    }

    /** The same request would need as long again: it is for the user to allow more time, or to ask for less. */
    private static ProblemException late(Claim claim) {
        String limit = claim.maxRun().toSeconds() + " s";
        return ProblemException.unprocessable(
                "RUN_DEADLINE",
                "the job was not done after " + limit + ", its budget.maxRunSeconds",
                List.of(new Entry("budget.maxRunSeconds", limit + " did not suffice")));
    }

    private Output output(Claim claim, Path out) throws IOException {
        try {
            Quantizer.settle(out);
        } catch (EngineException e) {
            throw new IOException(e);
        }
        return new Output(
                out, artifactName(claim), recipes.calibrationKey(claim).orElse(null));
    }

    /** The model's own name, without the ending of its file. */
    private String artifactName(Claim claim) {
        UUID model = UUID.fromString(
                JsonMapper.shared().readTree(claim.request()).path("modelId").asString());
        String name = models.find(model).map(ModelRecord::name).orElse("model");
        return name.replaceFirst("(?i)\\.(onnx|zip|pt2)$", "");
    }
}
