package dev.octet.engine.onnx.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.octet.engine.onnx.proto.AttributeProto;
import dev.octet.engine.onnx.proto.GraphProto;
import dev.octet.engine.onnx.proto.ModelProto;
import dev.octet.engine.onnx.proto.NodeProto;
import dev.octet.engine.onnx.proto.TensorProto;
import dev.octet.engine.onnx.proto.TypeProto;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireTest {

    private static final int VARINT = 0;
    private static final int LENGTH = 2;

    private static ByteString bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ByteString.copyFrom(bytes);
    }

    private static ByteString tag(int field, int wireType) {
        return bytes(field << 3 | wireType);
    }

    private static ByteString message(int field, ByteString content) {
        assertThat(content.size()).isLessThan(128);
        return tag(field, LENGTH).concat(bytes(content.size())).concat(content);
    }

    private static Wire wire(ByteString content) {
        MemorySegment file = MemorySegment.ofArray(content.toByteArray());
        return Wire.root(file, ModelProto.getDescriptor(), ReadBudget.standard());
    }

    private static Wire tensor(ByteString content) {
        MemorySegment file = MemorySegment.ofArray(content.toByteArray());
        return Wire.root(file, TensorProto.getDescriptor(), ReadBudget.standard());
    }

    /** Goes through all that is known of the message, as a reader would. */
    private static void walk(Wire wire) {
        while (wire.next()) {
            switch (wire.field()) {
                case ModelProto.GRAPH_FIELD_NUMBER -> walkGraph(wire.message());
                case ModelProto.PRODUCER_NAME_FIELD_NUMBER -> wire.string();
                case ModelProto.IR_VERSION_FIELD_NUMBER -> wire.integer();
                default -> {}
            }
        }
    }

    private static void walkGraph(Wire wire) {
        while (wire.next()) {
            if (wire.field() == GraphProto.NODE_FIELD_NUMBER) {
                Wire node = wire.message();
                while (node.next()) {
                    if (node.field() == NodeProto.ATTRIBUTE_FIELD_NUMBER) {
                        node.message();
                    }
                }
            }
        }
    }

    private static void assertMalformed(ByteString content, String message) {
        assertThatThrownBy(() -> walk(wire(content)))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.MODEL_MALFORMED))
                .hasMessage(message);
    }

    @Test
    void namesByteAndPathOfALengthThatIsTooLong() {
        ByteString attribute = message(NodeProto.ATTRIBUTE_FIELD_NUMBER, ByteString.EMPTY);
        ByteString tooLong = tag(NodeProto.ATTRIBUTE_FIELD_NUMBER, LENGTH).concat(bytes(0x8F, 0x4E, 1, 2, 3));
        ByteString node = message(
                GraphProto.NODE_FIELD_NUMBER, attribute.concat(attribute).concat(tooLong));
        ByteString empty = message(GraphProto.NODE_FIELD_NUMBER, ByteString.EMPTY);
        ByteString graph =
                message(ModelProto.GRAPH_FIELD_NUMBER, empty.concat(node).concat(empty));

        assertMalformed(graph, "at byte 13 in graph.node[1].attribute[2]: length 9999 exceeds the 3 bytes left");
    }

    @Test
    void aLengthCanNotReachIntoTheMessageAfter() {
        ByteString inner = tag(NodeProto.NAME_FIELD_NUMBER, LENGTH).concat(bytes(4, 'a'));
        ByteString graph = message(
                ModelProto.GRAPH_FIELD_NUMBER,
                message(GraphProto.NODE_FIELD_NUMBER, inner)
                        .concat(message(GraphProto.NAME_FIELD_NUMBER, bytes('b', 'c', 'd'))));

        assertMalformed(graph, "at byte 6 in graph.node[0].name: length 4 exceeds the 1 bytes left");
    }

    @Test
    void refusesLengthsBeyond63Bits() {
        ByteString huge = tag(ModelProto.PRODUCER_NAME_FIELD_NUMBER, LENGTH)
                .concat(bytes(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01));

        assertMalformed(huge, "at byte 11 in producer_name: length 18446744073709551615 exceeds the 0 bytes left");
    }

    @Test
    void refusesIntegersThatDoNotEnd() {
        ByteString tag = tag(ModelProto.IR_VERSION_FIELD_NUMBER, VARINT);
        assertMalformed(
                tag.concat(bytes(0x80, 0x80)),
                "at byte 1 in ir_version: an integer is cut off by the end of what holds it");
        assertMalformed(
                tag.concat(bytes(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00)),
                "at byte 1 in ir_version: an integer is longer than 10 bytes");
    }

    @Test
    void refusesWhatIsNoTag() {
        assertMalformed(bytes(0, 0, 0), "at byte 0: no field starts here (tag 0)");
        assertMalformed(tag(ModelProto.GRAPH_FIELD_NUMBER, 3), "at byte 0 in graph: wire type 3 where 2 belongs");
        assertMalformed(tag(ModelProto.GRAPH_FIELD_NUMBER, 7), "at byte 0 in graph: wire type 7 where 2 belongs");
    }

    @Test
    void refusesGroupsInUnknownFieldsToo() {
        assertMalformed(
                message(ModelProto.GRAPH_FIELD_NUMBER, tag(9, 3)),
                "at byte 2 in graph: wire type 3 does not exist in ONNX files");
    }

    @Test
    void refusesAFieldOfAnotherWireType() {
        assertMalformed(
                tag(ModelProto.GRAPH_FIELD_NUMBER, VARINT).concat(bytes(1)),
                "at byte 0 in graph: wire type 0 where 2 belongs");
        assertMalformed(
                message(ModelProto.IR_VERSION_FIELD_NUMBER, bytes(8)),
                "at byte 0 in ir_version: wire type 2 where 0 belongs");
    }

    @Test
    void refusesUnknownFieldsAroundTheModelButPassesThoseInsideIt() {
        ByteString strange = tag(15, LENGTH).concat(bytes(1, 'x'));
        ByteString model = message(ModelProto.GRAPH_FIELD_NUMBER, strange);

        assertThat(wire(model).next()).isTrue();
        walk(wire(model));
        assertMalformed(model.concat(strange), "at byte 5: unknown field 15 after the parts of a model");
    }

    @Test
    void refusesTextThatIsNotUtf8() {
        assertMalformed(
                message(ModelProto.PRODUCER_NAME_FIELD_NUMBER, bytes('o', 0xC3, '(')),
                "at byte 2 in producer_name: text is not valid UTF-8");
    }

    @Test
    void readsPackedAndSingleListsAlike() {
        List<Long> dims = new ArrayList<>();
        Wire wire = tensor(message(TensorProto.DIMS_FIELD_NUMBER, bytes(1, 2))
                .concat(tag(TensorProto.DIMS_FIELD_NUMBER, VARINT))
                .concat(bytes(3)));
        while (wire.next()) {
            wire.addIntegers(dims);
        }
        assertThat(dims).containsExactly(1L, 2L, 3L);
    }

    @Test
    void refusesAPackedListThatEndsInsideAnElement() {
        Wire dims = tensor(message(TensorProto.DIMS_FIELD_NUMBER, bytes(1, 0x82)));
        dims.next();
        assertThatThrownBy(() -> dims.addIntegers(new ArrayList<>())).hasMessageContaining("at byte 3 in dims[0]");

        Wire floats = tensor(message(TensorProto.FLOAT_DATA_FIELD_NUMBER, bytes(0, 0, 0, 0, 0)));
        floats.next();
        assertThatThrownBy(() -> floats.addReals(new ArrayList<>())).hasMessageContaining("5 bytes");
    }

    @Test
    void endsMessagesNestedTooDeep() {
        TypeProto type = TypeProto.getDefaultInstance();
        for (int i = 0; i < 200; i++) {
            type = TypeProto.newBuilder()
                    .setSequenceType(TypeProto.Sequence.newBuilder().setElemType(type))
                    .build();
        }
        MemorySegment file = MemorySegment.ofArray(type.toByteArray());
        Wire outermost = Wire.root(file, TypeProto.getDescriptor(), ReadBudget.standard());

        assertThatThrownBy(() -> descend(outermost))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("nested deeper than 100");
    }

    private static void descend(Wire wire) {
        while (wire.next()) {
            descend(wire.message());
        }
    }

    @Test
    void chargesWhatGoesToTheHeap() {
        ByteString attribute =
                AttributeProto.newBuilder().setName("abc").build().toByteString();
        MemorySegment file = MemorySegment.ofArray(attribute.toByteArray());

        Wire noItems = Wire.root(file, AttributeProto.getDescriptor(), new ReadBudget(0, 100, 100));
        noItems.next();
        assertThatThrownBy(noItems::string)
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED));

        Wire noText = Wire.root(file, AttributeProto.getDescriptor(), new ReadBudget(100, 2, 100));
        noText.next();
        assertThatThrownBy(noText::string).hasMessageContaining("bytes of names");

        Wire enough = Wire.root(file, AttributeProto.getDescriptor(), new ReadBudget(1, 3, 0));
        enough.next();
        assertThat(enough.string()).isEqualTo("abc");
    }
}
