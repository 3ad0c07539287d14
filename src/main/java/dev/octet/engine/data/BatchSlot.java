package dev.octet.engine.data;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The direct buffers of one batch, used again by later ones. */
final class BatchSlot {

    private static final long MAX_BYTES = 1L << 30;

    private final List<ByteBuffer> buffers = new ArrayList<>();

    /** An empty buffer of exactly {@code bytes} for column {@code index}. */
    ByteBuffer take(int index, String input, long bytes) {
        if (bytes > MAX_BYTES) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    "A batch of input '" + input + "' takes " + bytes + " bytes; at most " + MAX_BYTES
                            + " are held: ask for smaller batches");
        }
        while (buffers.size() <= index) {
            buffers.add(ByteBuffer.allocateDirect(0));
        }
        if (buffers.get(index).capacity() < bytes) {
            buffers.set(index, ByteBuffer.allocateDirect((int) bytes));
        }
        return buffers.get(index).slice(0, (int) bytes).order(ByteOrder.nativeOrder());
    }
}
