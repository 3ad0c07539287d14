package dev.octet.engine.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.octet.engine.graph.Model;
import dev.octet.engine.onnx.proto.AttributeProto;
import dev.octet.engine.onnx.proto.GraphProto;
import dev.octet.engine.onnx.proto.ModelProto;
import dev.octet.engine.onnx.proto.NodeProto;
import dev.octet.engine.onnx.proto.OperatorSetIdProto;
import dev.octet.engine.onnx.proto.StringStringEntryProto;
import dev.octet.engine.onnx.proto.TensorProto;
import dev.octet.engine.onnx.proto.TensorShapeProto;
import dev.octet.engine.onnx.proto.TypeProto;
import dev.octet.engine.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** ONNX messages as protobuf's own classes make them: what tests hand to the reader. */
final class Protos {

    private Protos() {}

    /** y = x + w over two floats. */
    static GraphProto.Builder addition() {
        return GraphProto.newBuilder()
                .setName("g")
                .addInput(floats("x", 2))
                .addOutput(floats("y", 2))
                .addInitializer(weights("w", 1, 2))
                .addNode(node("Add", List.of("x", "w"), "y"));
    }

    static ModelProto.Builder model(GraphProto.Builder graph) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(opset("", 17))
                .setGraph(graph);
    }

    static OperatorSetIdProto opset(String domain, long version) {
        return OperatorSetIdProto.newBuilder()
                .setDomain(domain)
                .setVersion(version)
                .build();
    }

    static ValueInfoProto floats(String name, long... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long dim : dims) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
        }
        return value(name, TensorProto.DataType.FLOAT, shape);
    }

    static ValueInfoProto value(String name, TensorProto.DataType type, TensorShapeProto.Builder shape) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)))
                .build();
    }

    static NodeProto.Builder node(String op, List<String> inputs, String... outputs) {
        return NodeProto.newBuilder().setOpType(op).addAllInput(inputs).addAllOutput(List.of(outputs));
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, GraphProto.Builder value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(value)
                .build();
    }

    /** A rank-1 float tensor in raw_data. */
    static TensorProto.Builder weights(String name, float... values) {
        return tensor(name, TensorProto.DataType.FLOAT, values.length).setRawData(raw(values));
    }

    static TensorProto.Builder tensor(String name, TensorProto.DataType type, long... dims) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
        for (long dim : dims) {
            tensor.addDims(dim);
        }
        return tensor;
    }

    static ByteString raw(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return ByteString.copyFrom(bytes.flip());
    }

    static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    /** What is read from {@code proto}, written to a file in {@code folder}. */
    static Model read(MessageLite.Builder proto, Path folder, Arena arena) {
        return OnnxReader.read(write(proto.build().toByteArray(), folder), folder, arena);
    }

    /** A file of its own each time: what was read before stays mapped. */
    static Path write(byte[] content, Path folder) {
        try {
            return Files.write(Files.createTempFile(folder, "model", ".onnx"), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
