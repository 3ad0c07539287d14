package dev.octet.engine.plan;

import dev.octet.engine.graph.Node;
import java.util.Random;

/** Cost models for tests. */
public final class Costs {

    private record Fixed(double floating, double integer, double quantize, double dequantize) implements CostModel {
        @Override
        public double floatNanos(Node node) {
            return floating;
        }

        @Override
        public double int8Nanos(Node node) {
            return integer;
        }

        @Override
        public double quantizeNanos(String value) {
            return quantize;
        }

        @Override
        public double dequantizeNanos(String value) {
            return dequantize;
        }
    }

    private Costs() {}

    /** Whatever may run on integers will. */
    public static CostModel integersAlwaysPay() {
        return new Fixed(1000, 1, 1, 1);
    }

    public static CostModel integersNeverPay() {
        return new Fixed(1, 1000, 1, 1);
    }

    /** The same random costs, whole numbers from 0 to 99, for the same seed and name. */
    static CostModel random(long seed) {
        return new CostModel() {
            @Override
            public double floatNanos(Node node) {
                return draw("float " + node.id());
            }

            @Override
            public double int8Nanos(Node node) {
                return draw("int8 " + node.id());
            }

            @Override
            public double quantizeNanos(String value) {
                return draw("quantize " + value);
            }

            @Override
            public double dequantizeNanos(String value) {
                return draw("dequantize " + value);
            }

            private double draw(String what) {
                return new Random(seed * 31 + what.hashCode()).nextInt(100);
            }
        };
    }
}
