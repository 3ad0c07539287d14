package dev.octet.engine.torch.archive;

import dev.octet.engine.graph.Tensor;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.torch.program.Json;
import dev.octet.engine.torch.program.TorchTypes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One stored tensor as the archive's list describes it: a strided view of a storage.
 *
 * @param storage the entry that holds its storage, without folder
 * @param type its elements
 * @param sizes elements along each axis, 0 or more
 * @param strides elements from one to the next along each axis, 0 or more
 * @param offset elements before the first
 */
record StoredView(String storage, ElementType type, List<Long> sizes, List<Long> strides, long offset) {

    private static final int HIGHEST_RANK = 64;

    StoredView {
        sizes = List.copyOf(sizes);
        strides = List.copyOf(strides);
    }

    /** The description in {@code json}, whose numbers are in range but may still not fit its storage. */
    static StoredView read(Json json) {
        Json meta = json.at("tensor_meta");
        List<Long> sizes = lengths(meta.at("sizes"));
        List<Long> strides = lengths(meta.at("strides"));
        if (sizes.size() != strides.size() || sizes.size() > HIGHEST_RANK) {
            throw meta.malformed("has " + sizes.size() + " sizes and " + strides.size() + " strides");
        }
        long offset = length(meta.at("storage_offset"));
        StoredView view =
                new StoredView(json.at("path_name").text(), TorchTypes.of(meta.at("dtype")), sizes, strides, offset);
        try {
            view.bytes();
            view.reach();
        } catch (IllegalArgumentException | ArithmeticException _) {
            throw meta.malformed("describes a tensor of more than 2^63 bytes");
        }
        return view;
    }

    private static List<Long> lengths(Json list) {
        List<Long> lengths = new ArrayList<>();
        list.items().forEach(item -> lengths.add(length(item)));
        return lengths;
    }

    private static long length(Json json) {
        long length = json.at("as_int").integer();
        if (length < 0) {
            throw json.malformed("is negative");
        }
        return length;
    }

    /** Bytes that it takes row by row. */
    long bytes() {
        return Tensor.bytes(type, dims());
    }

    long[] dims() {
        return sizes.stream().mapToLong(Long::longValue).toArray();
    }

    /** Bytes of its storage that it reaches to. */
    long reach() {
        if (sizes.contains(0L)) {
            return 0;
        }
        long last = offset;
        for (int i = 0; i < sizes.size(); i++) {
            last = Math.addExact(last, Math.multiplyExact(sizes.get(i) - 1, strides.get(i)));
        }
        return Math.multiplyExact(Math.addExact(last, 1), itemBytes());
    }

    private int itemBytes() {
        return type.bits() / 8;
    }

    /** Its elements row by row: the very bytes of {@code storage} where they stand so, else a copy in {@code memory}. */
    Tensor tensor(MemorySegment bytes, SegmentAllocator memory) {
        if (bytes() == 0) {
            return Tensor.of(type, dims(), MemorySegment.ofArray(new byte[0]));
        }
        if (isDense()) {
            return Tensor.of(type, dims(), bytes.asSlice(offset * itemBytes(), bytes()));
        }
        MemorySegment copy = memory.allocate(bytes(), 64);
        gather(bytes, copy);
        return Tensor.of(type, dims(), copy);
    }

    private boolean isDense() {
        long expected = 1;
        for (int i = sizes.size() - 1; i >= 0; i--) {
            if (sizes.get(i) != 1 && strides.get(i) != expected) {
                return false;
            }
            expected *= sizes.get(i);
        }
        return true;
    }

    private void gather(MemorySegment from, MemorySegment to) {
        int rank = sizes.size();
        int item = itemBytes();
        long[] index = new long[rank];
        long at = offset;
        long inner = sizes.get(rank - 1);
        long step = strides.get(rank - 1);
        for (long out = 0; out < to.byteSize(); ) {
            for (long i = 0; i < inner; i++, out += item) {
                MemorySegment.copy(from, (at + i * step) * item, to, out, item);
            }
            int axis = rank - 2;
            while (axis >= 0 && ++index[axis] == sizes.get(axis)) {
                at -= (sizes.get(axis) - 1) * strides.get(axis);
                index[axis] = 0;
                axis--;
            }
            if (axis >= 0) {
                at += strides.get(axis);
            }
        }
    }

    @Override
    public String toString() {
        return type + Arrays.toString(dims()) + " with strides " + strides + " from element " + offset;
    }
}
