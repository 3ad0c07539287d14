package dev.octet.engine.graph;

import java.util.List;

/** The value of a node's attribute. */
public sealed interface Attribute {

    record OfInt(long value) implements Attribute {}

    record OfFloat(float value) implements Attribute {}

    record OfString(Bytes value) implements Attribute {}

    record OfTensor(Tensor value) implements Attribute {}

    record OfGraph(Graph value) implements Attribute {}

    record OfInts(List<Long> values) implements Attribute {
        public OfInts {
            values = List.copyOf(values);
        }
    }

    record OfFloats(List<Float> values) implements Attribute {
        public OfFloats {
            values = List.copyOf(values);
        }
    }

    record OfStrings(List<Bytes> values) implements Attribute {
        public OfStrings {
            values = List.copyOf(values);
        }
    }

    record OfTensors(List<Tensor> values) implements Attribute {
        public OfTensors {
            values = List.copyOf(values);
        }
    }

    record OfGraphs(List<Graph> values) implements Attribute {
        public OfGraphs {
            values = List.copyOf(values);
        }
    }

    /** Inside a function body: the value that the caller gives the function's attribute {@code name}. */
    record Reference(String name, int onnxType) implements Attribute {}

    /** A kind that nothing here looks into (types, sparse tensors): carried through unread. */
    record Opaque(Bytes encoded) implements Attribute {}

    static Attribute of(long value) {
        return new OfInt(value);
    }

    static Attribute of(float value) {
        return new OfFloat(value);
    }

    static Attribute of(String value) {
        return new OfString(Bytes.utf8(value));
    }

    static Attribute of(List<Long> values) {
        return new OfInts(values);
    }
}
