package dev.octet.engine.onnx.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * An encoded protobuf message in pieces, large ones left where they are.
 *
 * <p>Protobuf's own classes copy bytes fields to the heap; a message made of pieces only refers to them until it is written.
 * Fields may come in any order, as the wire format allows.
 */
public final class Pieces {

    private static final int CHUNK = 1 << 20;
    private static final int BUFFER = 1 << 16;
    private static final int LENGTH = 2;

    private final List<MemorySegment> parts = new ArrayList<>();
    private long size;

    /** Adds the fields of {@code fields} to this message. */
    public Pieces add(MessageLite fields) {
        part(MemorySegment.ofArray(fields.toByteArray()));
        return this;
    }

    /** Adds {@code message} as the value of field {@code number}. */
    public Pieces add(int number, Pieces message) {
        head(number, message.size);
        parts.addAll(message.parts);
        size += message.size;
        return this;
    }

    /** Adds {@code bytes}, off the heap or a byte array, as the value of field {@code number}; they are not copied. */
    public Pieces add(int number, MemorySegment bytes) {
        head(number, bytes.byteSize());
        part(bytes);
        return this;
    }

    /** Bytes that this message takes. */
    public long size() {
        return size;
    }

    private void head(int number, long length) {
        byte[] head =
                new byte[CodedOutputStream.computeTagSize(number) + CodedOutputStream.computeUInt64SizeNoTag(length)];
        CodedOutputStream out = CodedOutputStream.newInstance(head);
        try {
            out.writeTag(number, LENGTH);
            out.writeUInt64NoTag(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        part(MemorySegment.ofArray(head));
    }

    private void part(MemorySegment part) {
        if (part.byteSize() > 0) {
            parts.add(part);
            size += part.byteSize();
        }
    }

    /** Writes the message, small pieces gathered, large ones bit by bit. */
    public void writeTo(WritableByteChannel out) throws IOException {
        ByteBuffer small = ByteBuffer.allocate(BUFFER);
        for (MemorySegment part : parts) {
            if (part.byteSize() > small.remaining()) {
                drain(small.flip(), out);
                small.clear();
            }
            if (part.byteSize() <= small.remaining()) {
                small.put(part.asByteBuffer());
                continue;
            }
            for (long from = 0; from < part.byteSize(); from += CHUNK) {
                drain(
                        part.asSlice(from, Math.min(CHUNK, part.byteSize() - from))
                                .asByteBuffer(),
                        out);
            }
        }
        drain(small.flip(), out);
    }

    private static void drain(ByteBuffer bytes, WritableByteChannel out) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
