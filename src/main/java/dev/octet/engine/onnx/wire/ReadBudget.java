package dev.octet.engine.onnx.wire;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;

/**
 * What reading one model may cost at most.
 *
 * <p>A file of two gigabytes can hold a billion empty messages; each would become an object. Everything that reading puts on
 * the heap, or decodes into memory of its own, is charged here first. Weights that stay mapped cost nothing.
 */
public final class ReadBudget {

    /** Messages nested in each other, as protobuf's own parsers allow. */
    static final int DEPTH = 100;

    private long items;
    private long textBytes;
    private long decodedBytes;

    /**
     * A budget of its own, for one model.
     *
     * @param items messages, names and list elements
     * @param textBytes bytes of names, strings and of what is carried through unread
     * @param decodedBytes bytes of tensors that the file holds in a form other than their own
     */
    public ReadBudget(long items, long textBytes, long decodedBytes) {
        this.items = items;
        this.textBytes = textBytes;
        this.decodedBytes = decodedBytes;
    }

    /** Room for graphs of some 50,000 nodes, in at most about 200 MB of heap. */
    public static ReadBudget standard() {
        return new ReadBudget(2_000_000, 64L << 20, 1L << 30);
    }

    public void chargeItems(long count, Wire where) {
        items -= count;
        if (items < 0) {
            throw exceeded("more messages, names and list elements than are read from one model", where);
        }
    }

    public void chargeText(long bytes, Wire where) {
        textBytes -= bytes;
        if (textBytes < 0) {
            throw exceeded("more bytes of names and strings than are read from one model", where);
        }
    }

    public void chargeDecoded(long bytes, Wire where) {
        decodedBytes -= bytes;
        if (decodedBytes < 0) {
            throw exceeded(
                    "more tensor data in int32_data, int64_data and the like than is decoded; save it as raw_data",
                    where);
        }
    }

    private static EngineException exceeded(String what, Wire where) {
        return where.fault(Fault.MODEL_UNSUPPORTED, what);
    }
}
