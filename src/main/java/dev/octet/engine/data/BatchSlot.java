package dev.octet.engine.data;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The native memory of one batch, used again by later ones. */
final class BatchSlot implements AutoCloseable {

    private static final long MAX_BYTES = 1L << 30;

    /** The memory of one column. */
    private record Room(Arena arena, ByteBuffer bytes) {}

    private final List<Room> rooms = new ArrayList<>();

    /** An empty buffer of exactly {@code bytes} for column {@code index}; what it had before is gone. */
    ByteBuffer take(int index, String input, long bytes) {
        if (bytes > MAX_BYTES) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    "A batch of input '" + input + "' takes " + bytes + " bytes; at most " + MAX_BYTES
                            + " are held: ask for smaller batches");
        }
        if (index == rooms.size()) {
            rooms.add(room(bytes));
        } else if (rooms.get(index).bytes().capacity() < bytes) {
            rooms.set(index, room(bytes)).arena().close();
        }
        return rooms.get(index).bytes().slice(0, (int) bytes).order(ByteOrder.nativeOrder());
    }

    @SuppressWarnings("MustBeClosedChecker") // closed with the slot, or when it is too small
    private static Room room(long bytes) {
        // Shared, since one thread fills what another reads.
        Arena arena = Arena.ofShared();
        return new Room(arena, arena.allocate(Math.max(bytes, 1), 64).asByteBuffer());
    }

    /** Frees the memory; batches in it must not be used any more. */
    @Override
    public void close() {
        rooms.forEach(room -> room.arena().close());
        rooms.clear();
    }
}
