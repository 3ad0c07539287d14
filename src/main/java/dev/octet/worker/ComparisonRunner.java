package dev.octet.worker;

import dev.octet.comparisons.Comparing;
import dev.octet.comparisons.Comparing.Claim;
import dev.octet.comparisons.ComparisonsProperties;
import dev.octet.platform.DataFolder;
import dev.octet.platform.InRole;
import dev.octet.platform.ProblemException;
import dev.octet.platform.Role;
import dev.octet.platform.api.model.JobOutcome;
import dev.octet.results.InvalidOutputException;
import dev.octet.results.OutFolder;
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
import dev.octet.worker.process.EngineLine;
import dev.octet.worker.process.EngineWatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs a comparison from its claim to its end, one attempt of it. */
@Component
@InRole(Role.WORKER)
class ComparisonRunner implements QueueReader.Work {
    private static final Logger LOG = LoggerFactory.getLogger(ComparisonRunner.class);
    private static final String RESULT = "comparison.json";

    private final Comparing comparing;
    private final ComparisonsProperties limits;
    private final WorkerProperties properties;
    private final WorkFolders folders;
    private final JsonMapper json;
    private final MeterRegistry meters;
    private final Set<UUID> running = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    ComparisonRunner(
            Comparing comparing,
            ComparisonsProperties limits,
            WorkerProperties properties,
            DataFolder data,
            JsonMapper json,
            MeterRegistry meters) {
        this.comparing = comparing;
        this.limits = limits;
        this.properties = properties;
        this.folders = WorkFolders.ofComparisons(data, comparing);
        this.json = json;
        this.meters = meters;
    }

    @Override
    public Optional<Duration> run(UUID id) throws IOException, InterruptedException {
        if (stopping) {
            return Optional.of(Duration.ZERO);
        }
        Optional<Claim> claim = comparing.claim(id);
        if (claim.isEmpty()) {
            folders.removeBefore(id, Integer.MAX_VALUE);
            return Optional.empty();
        }
        running.add(id);
        WorkFolder folder = folders.of(id, claim.get().attempt());
        try {
            return conclude(claim.get(), compare(claim.get(), folder));
        } finally {
            running.remove(id);
            folders.remove(folder);
        }
    }

    /** What came of an attempt. */
    private sealed interface Outcome {
        record Found(JsonNode result) implements Outcome {}

        record Missed(Ending ending) implements Outcome {}
    }

    private Outcome compare(Claim claim, WorkFolder folder) throws InterruptedException {
        try {
            folders.make(claim.id(), claim.attempt());
            Run run = new Run();
            EngineWatch.Ended ended = new EngineWatch(properties.memoryLimitBytes(), properties.stopGrace(), run)
                    .stay(EngineCommandLine.of(properties, folder, arguments(claim, folder)), folder.path());
            if (ended.code() == 0) {
                return new Outcome.Found(new OutFolder(folder.out()).json(json, RESULT, false));
            }
            Ending why = ended.stopped();
            return new Outcome.Missed(why == null ? EngineExits.failure(ended.code(), run.last) : why);
        } catch (InvalidOutputException e) {
            return new Outcome.Missed(defect(e));
        } catch (IOException e) {
            LOG.warn("the engine was not started", e);
            return new Outcome.Missed(EngineExits.notStarted(e));
        }
    }

    private static List<String> arguments(Claim claim, WorkFolder folder) {
        List<String> arguments = new ArrayList<>(List.of(
                "compare",
                "--model",
                claim.model().toString(),
                "--quantized",
                claim.quantized().toString(),
                "--dataset",
                claim.dataset().toString(),
                "--samples",
                String.valueOf(claim.samples()),
                "--out",
                folder.out().resolve(RESULT).toString(),
                "--supervised"));
        if (claim.preprocessing() != null) {
            arguments.addAll(List.of("--preprocessing", claim.preprocessing()));
        }
        if (claim.target() != null) {
            arguments.addAll(List.of("--target", claim.target()));
        }
        return arguments;
    }

    private static Broken defect(InvalidOutputException e) {
        LOG.warn("the engine's output is not as agreed", e);
        return EngineExits.defect("ENGINE_FAILED", "the engine's output is not as agreed: " + e.getMessage());
    }

    private Optional<Duration> conclude(Claim claim, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Found(JsonNode result) -> succeed(claim, result);
            case Outcome.Missed(Ending ending) -> conclude(claim, ending);
        };
    }

    private Optional<Duration> succeed(Claim claim, JsonNode result) {
        try {
            comparing.succeed(claim, result);
            count("finished");
            return Optional.empty();
        } catch (InvalidOutputException e) {
            return conclude(claim, defect(e));
        }
    }

    private Optional<Duration> conclude(Claim claim, Ending ending) {
        count(ending.reason());
        return switch (ending) {
            case Refused(ProblemException problem) -> {
                comparing.fail(claim, problem);
                yield Optional.empty();
            }
            case Broken(String _, ProblemException problem) -> retry(claim, problem);
            case Expired() -> retry(claim, comparing.late());
            case Starved(String _) -> {
                comparing.handBack(claim);
                yield Optional.of(properties.waitDelay());
            }
            case HandedBack(), Cancelled(), Lost(), Finished(JobOutcome _) -> {
                comparing.handBack(claim);
                yield Optional.of(Duration.ZERO);
            }
        };
    }

    private void count(String reason) {
        meters.counter("octet.comparisons", "reason", reason).increment();
    }

    private Optional<Duration> retry(Claim claim, ProblemException problem) {
        return comparing.retry(claim, problem) ? Optional.of(properties.retryDelay()) : Optional.empty();
    }

    @Override
    public boolean isRunning(UUID id) {
        return running.contains(id);
    }

    @Override
    public void stop() {
        stopping = true;
    }

    @Override
    public void sweep() throws IOException {
        folders.sweep();
    }

    /** One engine under watch. */
    private final class Run implements EngineWatch.Duty {
        private final long startNanos = System.nanoTime();
        private volatile @Nullable EngineLine last;

        @Override
        public void output(String line) {
            if (EngineLine.parse(line) instanceof EngineLine.Failed failed) {
                last = failed;
            }
        }

        @Override
        public void log(String line) {
            LOG.debug("{}", line);
        }

        @Override
        public @Nullable Ending reasonToStop() {
            if (stopping) {
                return new HandedBack();
            }
            return System.nanoTime() - startNanos > limits.maxRun().toNanos() ? new Expired() : null;
        }
    }
}
