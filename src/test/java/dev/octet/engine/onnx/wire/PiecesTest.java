package dev.octet.engine.onnx.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.octet.engine.onnx.proto.GraphProto;
import dev.octet.engine.onnx.proto.ModelProto;
import dev.octet.engine.onnx.proto.TensorProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PiecesTest {

    @TempDir
    Path folder;

    private static Pieces tensor(String name, MemorySegment raw) {
        return new Pieces()
                .add(TensorProto.newBuilder().setName(name).build())
                .add(TensorProto.RAW_DATA_FIELD_NUMBER, raw);
    }

    @Test
    void makeTheMessageThatProtobufWouldMake() throws IOException {
        byte[] large = new byte[3_000_000];
        new Random(1).nextBytes(large);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Pieces graph = new Pieces()
                .add(GraphProto.newBuilder().setName("g").build())
                .add(GraphProto.INITIALIZER_FIELD_NUMBER, tensor("empty", MemorySegment.ofArray(new byte[0])))
                .add(GraphProto.INITIALIZER_FIELD_NUMBER, tensor("large", MemorySegment.ofArray(large)))
                .add(GraphProto.INITIALIZER_FIELD_NUMBER, tensor("small", MemorySegment.ofArray(new byte[] {7})));
        Pieces model = new Pieces().add(ModelProto.GRAPH_FIELD_NUMBER, graph);

        model.writeTo(Channels.newChannel(out));

        assertThat(model.size()).isEqualTo(out.size());
        assertThat(ModelProto.parseFrom(out.toByteArray()))
                .isEqualTo(ModelProto.newBuilder()
                        .setGraph(GraphProto.newBuilder()
                                .setName("g")
                                .addInitializer(TensorProto.newBuilder()
                                        .setName("empty")
                                        .setRawData(ByteString.EMPTY))
                                .addInitializer(TensorProto.newBuilder()
                                        .setName("large")
                                        .setRawData(ByteString.copyFrom(large)))
                                .addInitializer(TensorProto.newBuilder()
                                        .setName("small")
                                        .setRawData(ByteString.copyFrom(new byte[] {7}))))
                        .build());
    }

    @Test
    void neverBringLargeBytesToTheHeap() throws IOException {
        long bytes = 4 * Runtime.getRuntime().maxMemory();
        Counter counter = new Counter();
        try (Arena arena = Arena.ofConfined();
                FileChannel sparse = FileChannel.open(
                        folder.resolve("sparse"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            Pieces tensor = tensor("t", sparse.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena));
            tensor.writeTo(counter);
            assertThat(counter.bytes).isEqualTo(tensor.size()).isGreaterThan(bytes);
        }
    }

    /** A channel that takes everything and looks at nothing. */
    private static final class Counter implements WritableByteChannel {
        private long bytes;

        @Override
        public int write(ByteBuffer source) {
            int count = source.remaining();
            source.position(source.limit());
            bytes += count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
