package dev.octet.engine.torch.program;

import dev.octet.engine.scheme.ElementType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one argument or result of an operator call is. */
public sealed interface Argument {

    /** The tensor value of that name. */
    record OfTensor(String name) implements Argument {}

    /** Tensor values by name, null where an optional one is left out. */
    record OfTensors(List<@Nullable String> names) implements Argument {
        public OfTensors {
            names = Collections.unmodifiableList(new ArrayList<>(names));
        }
    }

    /** A whole number, or the symbolic one of that name. */
    record OfLength(Length length) implements Argument {}

    /** Whole numbers, each known or symbolic. */
    record OfLengths(List<Length> lengths) implements Argument {
        public OfLengths {
            lengths = List.copyOf(lengths);
        }
    }

    /** A number with a point. */
    record OfNumber(double value) implements Argument {}

    record OfNumbers(List<Double> values) implements Argument {
        public OfNumbers {
            values = List.copyOf(values);
        }
    }

    record OfFlag(boolean value) implements Argument {}

    record OfFlags(List<Boolean> values) implements Argument {
        public OfFlags {
            values = List.copyOf(values);
        }
    }

    record OfText(String value) implements Argument {}

    /** An element type. */
    record OfType(ElementType type) implements Argument {}

    /** A graph that a higher-order operator runs. */
    record OfGraph(ProgramGraph graph) implements Argument {}

    /** Left out. */
    record None() implements Argument {}

    /** What no operator here reads: devices, layouts, memory formats, objects; {@code kind} as the schema calls it. */
    record Other(String kind) implements Argument {}
}
