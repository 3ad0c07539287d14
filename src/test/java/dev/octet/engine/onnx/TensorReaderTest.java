package dev.octet.engine.onnx;

import static dev.octet.engine.onnx.Protos.addition;
import static dev.octet.engine.onnx.Protos.model;
import static dev.octet.engine.onnx.Protos.tensor;
import static dev.octet.engine.onnx.Protos.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.octet.engine.graph.Bytes;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.onnx.proto.TensorProto;
import dev.octet.engine.onnx.proto.TensorProto.DataType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TensorReaderTest {

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofAuto();

    private Tensor read(TensorProto.Builder tensor) {
        return Objects.requireNonNull(Protos.read(model(addition().addInitializer(tensor)), folder, arena)
                .graph()
                .initializers()
                .get(tensor.getName()));
    }

    private void assertRefused(Fault fault, TensorProto.Builder tensor, String message) {
        assertThatThrownBy(() -> read(tensor))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(fault))
                .hasMessageContaining("graph.initializer[1]: ")
                .hasMessageContaining(message);
    }

    private static ByteString hex(String hex) {
        return ByteString.fromHex(hex.replace(" ", ""));
    }

    static Stream<Arguments> typedData() {
        return Stream.of(
                Arguments.of(tensor("t", DataType.FLOAT, 2).addFloatData(1).addFloatData(-0f), "0000803f 00000080"),
                Arguments.of(tensor("t", DataType.DOUBLE, 1).addDoubleData(1), "000000000000f03f"),
                Arguments.of(tensor("t", DataType.COMPLEX64, 1).addFloatData(1).addFloatData(2), "0000803f 00000040"),
                Arguments.of(
                        tensor("t", DataType.COMPLEX128, 1).addDoubleData(1).addDoubleData(0),
                        "000000000000f03f 0000000000000000"),
                Arguments.of(
                        tensor("t", DataType.INT64, 2).addInt64Data(-2).addInt64Data(300),
                        "feffffffffffffff 2c01000000000000"),
                Arguments.of(tensor("t", DataType.UINT64, 1).addUint64Data(-1), "ffffffffffffffff"),
                Arguments.of(tensor("t", DataType.UINT32, 1).addUint64Data(0xFFFFFFFEL), "feffffff"),
                Arguments.of(tensor("t", DataType.INT32, 2).addInt32Data(-3).addInt32Data(5), "fdffffff 05000000"),
                Arguments.of(tensor("t", DataType.INT16, 1).addInt32Data(-32768), "0080"),
                Arguments.of(tensor("t", DataType.UINT16, 1).addInt32Data(65535), "ffff"),
                Arguments.of(tensor("t", DataType.INT8, 2).addInt32Data(-128).addInt32Data(127), "807f"),
                Arguments.of(tensor("t", DataType.UINT8, 1).addInt32Data(255), "ff"),
                Arguments.of(tensor("t", DataType.BOOL, 2).addInt32Data(1).addInt32Data(0), "0100"),
                Arguments.of(tensor("t", DataType.FLOAT16, 1).addInt32Data(0x3C00), "003c"),
                Arguments.of(tensor("t", DataType.BFLOAT16, 1).addInt32Data(0xBF80), "80bf"),
                Arguments.of(tensor("t", DataType.FLOAT8E4M3FN, 1).addInt32Data(0x7E), "7e"),
                Arguments.of(tensor("t", DataType.INT4, 3).addInt32Data(0x8F).addInt32Data(7), "8f07"),
                Arguments.of(tensor("t", DataType.UINT4, 2).addInt32Data(0x21), "21"),
                Arguments.of(tensor("t", DataType.FLOAT, 0, 3), ""));
    }

    @ParameterizedTest
    @MethodSource("typedData")
    void readsTheFieldsOfATypeLikeRawData(TensorProto.Builder typed, String raw) {
        Tensor tensor = read(typed);
        TensorProto.Builder same = typed.clone()
                .clearFloatData()
                .clearDoubleData()
                .clearInt32Data()
                .clearInt64Data()
                .clearUint64Data()
                .setRawData(hex(raw));

        assertThat(ByteString.copyFrom(tensor.data().toArray(ValueLayout.JAVA_BYTE)))
                .isEqualTo(hex(raw));
        assertThat(tensor.data().mismatch(read(same).data())).isEqualTo(-1);
        assertThat(tensor.type().onnxCode()).isEqualTo(typed.getDataType());
    }

    @Test
    void leavesFloatDataInTheMappedFile() {
        Tensor tensor = read(tensor("t", DataType.FLOAT, 2).addFloatData(1).addFloatData(2));
        assertThat(tensor.data().isMapped()).isTrue();
        assertThat(read(weights("t", 1, 2)).data().isMapped()).isTrue();
        assertThat(tensor.toFloats()).containsExactly(1, 2);
    }

    @Test
    void readsStrings() {
        Tensor tensor = read(tensor("t", DataType.STRING, 2)
                .addStringData(ByteString.copyFromUtf8("ä"))
                .addStringData(ByteString.EMPTY));
        assertThat(tensor.strings()).containsExactly(Bytes.utf8("ä"), Bytes.utf8(""));
    }

    @Test
    void refusesDataOfAnotherSizeThanDimensionsAndTypeAskFor() {
        assertRefused(
                Fault.MODEL_MALFORMED, weights("t", 1, 2).clearDims().addDims(3), "takes 12 bytes, the file gives 8");
        assertRefused(Fault.MODEL_MALFORMED, tensor("t", DataType.FLOAT, 2), "takes 8 bytes, the file gives 0");
        assertRefused(
                Fault.MODEL_MALFORMED,
                tensor("t", DataType.INT64, 2).addInt64Data(1),
                "int64_data holds 8 bytes of elements, type and dimensions ask for 16");
        assertRefused(
                Fault.MODEL_MALFORMED,
                tensor("t", DataType.STRING, 2).addStringData(ByteString.EMPTY),
                "1 strings for dimensions [2]");
        assertRefused(Fault.MODEL_MALFORMED, tensor("t", DataType.INT4, 3).setRawData(hex("01")), "takes 2 bytes");
    }

    @Test
    void refusesDimensionsThatAreNegativeOrOverflow() {
        assertRefused(Fault.MODEL_MALFORMED, tensor("t", DataType.FLOAT, -1), "negative dimension");
        assertRefused(Fault.MODEL_MALFORMED, tensor("t", DataType.FLOAT, 1L << 40, 1L << 40), "too large");
        assertRefused(Fault.MODEL_MALFORMED, tensor("t", DataType.FLOAT, Long.MAX_VALUE), "too large");
        assertRefused(Fault.MODEL_MALFORMED, tensor("t", DataType.FLOAT, 1L << 50), "the file gives 0");
    }

    @Test
    void refusesTypesThatDoNotExistOrAreOfNoUse() {
        assertRefused(Fault.MODEL_MALFORMED, weights("t", 1).clearDataType(), "without an element type");
        assertRefused(Fault.MODEL_MALFORMED, weights("t", 1).setDataType(99), "element type 99 does not exist");
        assertRefused(Fault.MODEL_UNSUPPORTED, weights("t", 1).setDataType(DataType.INT2_VALUE), "type INT2");
    }

    @Test
    void refusesDataInTwoPlacesOrInTheWrongOne() {
        assertRefused(Fault.MODEL_MALFORMED, weights("t", 1).addFloatData(1), "more than one place");
        assertRefused(
                Fault.MODEL_MALFORMED,
                tensor("t", DataType.FLOAT, 1).addInt32Data(1),
                "elements of type FLOAT are in int32_data, they belong in float_data");
        assertRefused(
                Fault.MODEL_MALFORMED,
                tensor("t", DataType.INT8, 1).addInt32Data(1).addInt64Data(1),
                "two fields, int32_data and int64_data");
        assertRefused(
                Fault.MODEL_MALFORMED,
                tensor("t", DataType.STRING, 1).setRawData(hex("00")),
                "data outside string_data");
        assertRefused(
                Fault.MODEL_UNSUPPORTED,
                weights("t", 1).setSegment(TensorProto.Segment.getDefaultInstance()),
                "in segments");
    }

    @Test
    void refusesValuesThatDoNotFitTheirType() {
        assertRefused(
                Fault.MODEL_MALFORMED, tensor("t", DataType.UINT8, 1).addInt32Data(256), "value 256 in int32_data");
        assertRefused(Fault.MODEL_MALFORMED, tensor("t", DataType.INT8, 1).addInt32Data(-129), "value -129");
        assertRefused(
                Fault.MODEL_MALFORMED, tensor("t", DataType.UINT32, 1).addUint64Data(1L << 32), "value 4294967296");
    }

    @Test
    void refusesIntegersThatDoNotEndInsideTheirField() {
        // int32_data of two bytes that both say that more follows, then of eleven
        assertFieldRefused(hex("2a 02 80 80"), "int32_data holds 0 bytes");
        assertFieldRefused(hex("2a 03 01 80 80"), "the last integer in int32_data is cut off");
        assertFieldRefused(hex("2a 0b 80 80 80 80 80 80 80 80 80 80 01"), "longer than 10 bytes");
    }

    /** An INT32[1] with {@code field} behind it, in a graph that protobuf's classes would not make. */
    private void assertFieldRefused(ByteString field, String message) {
        ByteString tensor =
                tensor("t", DataType.INT32, 1).build().toByteString().concat(field);
        ByteString graph = addition()
                .build()
                .toByteString()
                .concat(hex("2a").concat(ByteString.copyFrom(new byte[] {(byte) tensor.size()})))
                .concat(tensor);
        ByteString content = model(addition())
                .clearGraph()
                .build()
                .toByteString()
                .concat(hex("3a").concat(ByteString.copyFrom(new byte[] {(byte) graph.size()})))
                .concat(graph);
        Path file = Protos.write(content.toByteArray(), folder);

        assertThat(graph.size()).isLessThan(128);
        assertThatThrownBy(() -> OnnxReader.read(file, folder, arena))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("graph.initializer[1]: ")
                .hasMessageContaining(message);
    }
}
