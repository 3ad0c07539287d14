package dev.octet.models;

import dev.octet.engine.scheme.EngineException;
import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemException.Entry;
import dev.octet.platform.ProblemKind;
import dev.octet.platform.ProblemTranslator;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Tells the engine's exceptions as problems, for every feature that calls it. */
@Component
class EngineProblems implements ProblemTranslator {
    @Override
    public Optional<ProblemException> translate(Throwable exception) {
        return exception instanceof EngineException engine ? Optional.of(problem(engine)) : Optional.empty();
    }

    private static ProblemException problem(EngineException engine) {
        List<Entry> details = engine.details().stream()
                .map(detail -> new Entry(detail.path(), detail.message()))
                .toList();
        String code = engine.fault().name();
        String message = String.valueOf(engine.getMessage());
        return switch (engine.fault()) {
            case MODEL_MALFORMED,
                    MODEL_UNSUPPORTED,
                    MODEL_ALREADY_QUANTIZED,
                    DATASET_MALFORMED,
                    DATASET_MISMATCH,
                    DATASET_NOT_FINITE,
                    RECIPE_INVALID,
                    BASELINE_BROKEN,
                    MODEL_NOT_FINITE,
                    TRAINING_UNAVAILABLE -> ProblemException.unprocessable(code, message, details);
            case DISK_FULL -> ProblemException.diskFull(message);
            case OUT_OF_MEMORY, CANCELLED -> ProblemException.unavailable(code, message);
            case IO -> ProblemException.unavailable("STORAGE_UNAVAILABLE", message);
            case ARTIFACT_UNPROVEN, INTERNAL ->
                new ProblemException(ProblemKind.INTERNAL, code, message, details).causedBy(engine);
        };
    }
}
