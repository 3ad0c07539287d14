package dev.octet.engine.search.auto;

import dev.octet.engine.plan.Placement;
import dev.octet.engine.scheme.AlgorithmKind;
import dev.octet.engine.scheme.ObserverKind;
import dev.octet.engine.scheme.Technique;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One way to quantize, as the search tries it.
 *
 * @param technique STATIC or DYNAMIC
 * @param placement which nodes run on integers; null for DYNAMIC, which decides by itself
 * @param observer how activation ranges are chosen
 * @param algorithms corrections
 * @param adaptive whether products and LSTMs that {@code placement} leaves in floating point are quantized dynamically
 * @param trained whether it is trained further
 * @param where the placement in words
 */
record Configuration(
        Technique technique,
        @Nullable Placement placement,
        ObserverKind observer,
        Set<AlgorithmKind> algorithms,
        boolean adaptive,
        boolean trained,
        String where) {

    Configuration {
        algorithms = Set.copyOf(algorithms);
    }

    Configuration with(ObserverKind other) {
        return new Configuration(technique, placement, other, algorithms, adaptive, trained, where);
    }

    Configuration with(Set<AlgorithmKind> other) {
        return new Configuration(technique, placement, observer, other, adaptive, trained, where);
    }

    Configuration at(Placement other, String described) {
        return new Configuration(technique, other, observer, algorithms, adaptive, trained, described);
    }

    Configuration adaptively() {
        return new Configuration(
                technique,
                placement,
                observer,
                algorithms,
                true,
                trained,
                where + ", what it leaves out quantized dynamically");
    }

    Configuration trainedFurther() {
        return new Configuration(technique, placement, observer, algorithms, adaptive, true, where + ", trained");
    }

    /** The whole in words, such as {@code STATIC, MIN_MAX, BIAS_CORRECTION, fastest}. */
    String description() {
        String corrections = algorithms.isEmpty()
                ? ""
                : ", "
                        + EnumSet.copyOf(algorithms).stream()
                                .map(AlgorithmKind::name)
                                .collect(Collectors.joining(" and "));
        return technique == Technique.STATIC
                ? technique + ", " + observer + corrections + ", " + where
                : technique + corrections;
    }
}
