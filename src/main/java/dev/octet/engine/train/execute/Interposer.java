package dev.octet.engine.train.execute;

import dev.octet.engine.graph.Node;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Stands between a program's nodes: sees what is stored, decides what is read. */
public interface Interposer {

    /** Whether {@code node} is left out, since the value behind it is made by its producer already. */
    default boolean skips(Node node) {
        return false;
    }

    /** The name that what {@code node} made is kept under, where not its output's own. */
    default String nameOf(Node node) {
        return node.output(0);
    }

    /** The constant at input {@code i} of {@code node}; null for the stored one. */
    default @Nullable Tensor constant(Node node, int i) {
        return null;
    }

    /** The value at input {@code i} of {@code node}, of those kept. */
    default Tensor read(Node node, int i, Values values) {
        return values.get(node.input(i));
    }

    /** Keeps what was made or fed; {@code producer} is null for an input of the graph. */
    default void store(String name, Tensor made, @Nullable Node producer, Values values) {
        values.put(name, made);
    }

    /** Computes the float graph as it is. */
    Interposer NONE = new Interposer() {};

    /** The values that live at one moment of a run; each may have a second form, rounded. */
    final class Values {
        private final Map<String, Tensor> exact = new java.util.HashMap<>();
        private final Map<String, Tensor> rounded = new java.util.HashMap<>();

        public void put(String name, Tensor tensor) {
            exact.put(name, tensor);
        }

        public void putRounded(String name, Tensor tensor) {
            rounded.put(name, tensor);
        }

        public Tensor get(String name) {
            Tensor tensor = exact.get(name);
            if (tensor == null) {
                throw new IllegalStateException("value " + name + " was not computed");
            }
            return tensor;
        }

        /** The rounded form of {@code name}, or the only one. */
        public Tensor rounded(String name) {
            Tensor tensor = rounded.get(name);
            return tensor == null ? get(name) : tensor;
        }

        /** Lets go of {@code name}: nobody reads it any more. */
        void release(String name) {
            Tensor one = exact.remove(name);
            Tensor other = rounded.remove(name);
            boolean apart = other != null && !other.equals(one);
            if (one != null) {
                one.close();
            }
            if (other != null && apart) {
                other.close();
            }
        }
    }
}
