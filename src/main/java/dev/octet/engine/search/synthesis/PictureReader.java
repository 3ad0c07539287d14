package dev.octet.engine.search.synthesis;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.data.Column;
import dev.octet.engine.data.values.ElementWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Draws pictures as they are asked for, so that a pool of any size takes the memory of one batch. */
final class PictureReader implements BatchReader {

    private static final int BATCH = 8;

    private final ImageInput input;
    private final List<Picture> pictures;
    private final Light light;
    private final int size;
    private final ElementWriter writer;
    private final ByteBuffer buffer;
    private int next;

    /** Reads {@code pictures}, of which there are whole batches where the model has a fixed one. */
    PictureReader(ImageInput input, List<Picture> pictures, Light light) {
        this.input = input;
        this.pictures = pictures;
        this.light = light;
        this.size = input.fixedBatch() > 0 ? input.fixedBatch() : BATCH;
        this.writer = new ElementWriter(input.type());
        long bytes = input.type().bytes((long) size * input.elements());
        this.buffer = ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }

    /** Pictures in a full batch. */
    static int batch(ImageInput input) {
        return input.fixedBatch() > 0 ? input.fixedBatch() : BATCH;
    }

    @Override
    public @Nullable Batch next() {
        int count = Math.min(size, pictures.size() - next);
        if (count <= 0) {
            return null;
        }
        buffer.clear();
        for (int i = 0; i < count; i++) {
            double[] values = pictures.get(next + i).draw(input, light);
            if (writer.put(values, values.length, buffer) >= 0) {
                throw new IllegalStateException("a picture leaves the range of " + input.type());
            }
        }
        buffer.flip();
        Column column = new Column(input.name(), input.type(), input.shape(count), buffer);
        Batch batch = new Batch(next, count, List.of(column));
        next += count;
        return batch;
    }

    @Override
    public void close() {
        next = pictures.size();
    }
}
