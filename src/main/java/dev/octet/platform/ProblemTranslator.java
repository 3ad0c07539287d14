package dev.octet.platform;

import java.util.Optional;

/** Tells a feature's own exceptions as problems. */
@FunctionalInterface
public interface ProblemTranslator {
    /** The problem that the exception stands for; empty if it is not of the kind that this translator knows. */
    Optional<ProblemException> translate(Throwable exception);
}
