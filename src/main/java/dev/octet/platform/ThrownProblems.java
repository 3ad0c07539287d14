package dev.octet.platform;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tells what any exception is as a problem. */
@Component
public final class ThrownProblems {
    private final List<ProblemTranslator> translators;

    ThrownProblems(List<ProblemTranslator> translators) {
        this.translators = List.copyOf(translators);
    }

    /** The problem of the outermost exception that says one; a defect of the service where none does. */
    public ProblemException of(Throwable thrown) {
        return causes(thrown)
                .filter(ProblemException.class::isInstance)
                .map(ProblemException.class::cast)
                .findFirst()
                .or(() -> causes(thrown)
                        .flatMap(cause -> translators.stream().map(translator -> translator.translate(cause)))
                        .flatMap(Optional::stream)
                        .findFirst())
                .orElseGet(() -> new ProblemException(
                        ProblemKind.INTERNAL,
                        "INTERNAL",
                        "the service failed; quote the requestId, its log says why",
                        List.of()));
    }

    /** The exception and what led to it, outermost first. */
    public static Stream<Throwable> causes(Throwable thrown) {
        return Stream.<@Nullable Throwable>iterate(thrown, Objects::nonNull, Throwable::getCause)
                .limit(20)
                .map(Objects::requireNonNull);
    }
}
