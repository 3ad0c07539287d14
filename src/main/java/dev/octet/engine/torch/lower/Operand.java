package dev.octet.engine.torch.lower;

import dev.octet.engine.graph.Dim;
import dev.octet.engine.scheme.ElementType;
import java.util.List;

/**
 * A tensor of the program as a value of the graph.
 *
 * @param value its name in the graph
 * @param type its elements
 * @param dims its sizes; those that depend on the inputs have an expression as symbol
 */
public record Operand(String value, ElementType type, List<Dim> dims) {

    public Operand {
        dims = List.copyOf(dims);
    }

    public int rank() {
        return dims.size();
    }

    /** The size along {@code axis}, -1 where it depends on the inputs. */
    public long size(int axis) {
        return dims.get(axis).size();
    }

    /** Whether no size depends on the inputs. */
    public boolean isStatic() {
        return dims.stream().allMatch(Dim::isKnown);
    }
}
