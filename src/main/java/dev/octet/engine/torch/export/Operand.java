package dev.octet.engine.torch.export;

import dev.octet.engine.scheme.ElementType;
import java.util.List;

/** What a value of the graph is in the program. */
public sealed interface Operand {

    /** Type of its elements. */
    ElementType type();

    int rank();

    /**
     * A tensor.
     *
     * @param name in the program
     * @param type its elements
     * @param sizes outermost first
     */
    record OfTensor(String name, ElementType type, List<Size> sizes) implements Operand {
        public OfTensor {
            sizes = List.copyOf(sizes);
        }

        @Override
        public int rank() {
            return sizes.size();
        }

        public Size size(int axis) {
            return sizes.get(axis);
        }
    }

    /**
     * Whole numbers that only sizes tell, as ONNX computes them in small tensors: no call of the program makes them.
     *
     * @param type INT64, INT32 or BOOL
     * @param values the numbers
     * @param list whether they are a list; else they are one number without axes
     */
    record OfNumbers(ElementType type, List<Size> values, boolean list) implements Operand {
        public OfNumbers {
            values = List.copyOf(values);
        }

        @Override
        public int rank() {
            return list ? 1 : 0;
        }
    }
}
