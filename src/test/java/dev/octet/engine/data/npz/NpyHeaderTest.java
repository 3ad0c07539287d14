package dev.octet.engine.data.npz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.data.NpzFiles;
import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyHeaderTest {

    @TempDir
    Path folder;

    private NpyArray only(NpzFiles npz) {
        try (Archive archive = Archive.open(npz.write(folder.resolve("a.npz")))) {
            return NpyArray.all(archive).getFirst();
        }
    }

    private NpyArray text(String header, int dataBytes) {
        return only(NpzFiles.npz().entry("x.npy", NpzFiles.npy(1, header, new byte[dataBytes])));
    }

    private String refusal(NpzFiles npz) {
        EngineException e = catchThrowableOfType(EngineException.class, () -> only(npz));
        assertThat(e).as("refused").isNotNull();
        assertThat(e.fault()).isEqualTo(Fault.DATASET_MALFORMED);
        assertThat(e.details()).isNotEmpty();
        return String.valueOf(e.getMessage());
    }

    private String refusal(String header) {
        return refusal(NpzFiles.npz().entry("x.npy", NpzFiles.npy(1, header, new byte[64])));
    }

    @ParameterizedTest
    @CsvSource({
        "|b1,BOOL,1",
        "|i1,INT8,1",
        "<i2,INT16,2",
        ">i4,INT32,4",
        "<i8,INT64,8",
        "|u1,UINT8,1",
        ">u2,UINT16,2",
        "<u4,UINT32,4",
        ">u8,UINT64,8",
        "<f2,FLOAT16,2",
        ">f4,FLOAT,4",
        "<f8,DOUBLE,8",
        "<u1,UINT8,1"
    })
    void everyNumericTypeIsReadInBothByteOrders(String descr, ElementType type, int bytes) {
        NpyHeader header = only(NpzFiles.npz().array("x", descr, new long[] {2, 3}, new byte[6 * bytes]))
                .header();
        assertThat(header.type()).isEqualTo(type);
        assertThat(header.order()).isEqualTo(descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        assertThat(header.shape()).isEqualTo(List.of(2L, 3L));
        assertThat(header.dataBytes()).isEqualTo(6L * bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyFormatVersionIsRead(int version) {
        byte[] npy = NpzFiles.npy(version, NpzFiles.header("<f4", false, 2), new byte[8]);
        assertThat(only(NpzFiles.npz().entry("x.npy", npy)).samples()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "|O,Python objects (a pickle)",
        "<U8,strings",
        "|S5,strings",
        "<c8,complex numbers",
        "<c16,complex numbers",
        "|V12,structured",
        "<M8[ns],dates",
        "<f16,unknown type '<f16'",
        "<i3,unknown type",
        "i4,byte order",
        "=i4,byte order",
        "|f4,byte order"
    })
    void otherTypesAreRefusedByName(String descr, String message) {
        assertThat(refusal(NpzFiles.header(descr, false, 8))).startsWith("x: ").contains(message);
    }

    @Test
    void anEmptyTypeIsRefused() {
        assertThat(refusal("{'descr': '', 'fortran_order': False, 'shape': (8,), }"))
                .contains("unknown type ''");
    }

    @Test
    void structuredRecordsAreRefused() {
        assertThat(refusal("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (8,), }"))
                .contains("structured records");
    }

    @Test
    void fortranOrderIsReadOnlyWhereItMakesNoDifference() {
        assertThat(text(NpzFiles.header("<f4", true, 2), 8).samples()).isEqualTo(2);
        assertThat(refusal(NpzFiles.header("<f4", true, 2, 2)))
                .contains("Fortran order")
                .contains("ascontiguousarray");
    }

    @Test
    void keysMayComeInAnyOrderWithEitherQuoteAndWithoutTheLastComma() {
        assertThat(text("{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"<f4\"}", 8)
                        .samples())
                .isEqualTo(2);
        assertThat(text("{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 1L)}", 8)
                        .samples())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (16,), ",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (16,), } x",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (16), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': 16, }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-16,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (4*4,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (16.0,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (,), }",
                "{'descr': '<f4', 'fortran_order': 0, 'shape': (16,), }",
                "{'descr': '<f4', 'fortran_order': False}",
                "{'descr': '<f4', 'shape': (16,)}",
                "{'fortran_order': False, 'shape': (16,)}",
                "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (16,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (16,), 'extra': 1}",
                "{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (16,), }",
                "{'descr': __import__('os'), 'fortran_order': False, 'shape': (16,), }",
                "{'descr': '<f4, 'fortran_order': False, 'shape': (16,), }"
            })
    void aHeaderThatIsNotExactlyTheDictionaryIsRefused(String header) {
        assertThat(refusal(header)).contains("its numpy header ");
    }

    @Test
    void shapesThatCannotBeAreRefused() {
        assertThat(refusal(NpzFiles.header("<f4", false))).contains("single number");
        assertThat(refusal(NpzFiles.header("<f4", false, 1, 1, 1, 1, 1, 1, 1, 1, 16)))
                .contains("more than 8 dimensions");
        assertThat(refusal(NpzFiles.header("<f4", false, 1L << 31, 1L << 31))).contains("more elements than");
        assertThat(refusal(NpzFiles.header("<f4", false, Long.MAX_VALUE, 2, 0))).contains("more elements than");
        assertThat(refusal("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }"))
                .contains("too large");
    }

    @Test
    void aShapeThatDoesNotFitTheBytesIsRefusedWithBothSides() {
        assertThat(refusal(NpzFiles.header("<f4", false, 17)))
                .isEqualTo("x: claims FLOAT[17], which takes 68 bytes, but has 64");
        assertThat(refusal(NpzFiles.header("<f4", false, 1L << 40))).contains("which takes 4398046511104 bytes");
        assertThat(refusal(NpzFiles.header("<f4", false, 15))).contains("takes 60 bytes, but has 64");
    }

    @Test
    void aHeaderLengthThatLiesIsRefused() {
        byte[] npy = NpzFiles.npy(2, NpzFiles.header("<f4", false, 2), new byte[8]);
        npy[11] = 0x7f;
        assertThat(refusal(NpzFiles.npz().entry("x.npy", npy)))
                .contains("header claims")
                .contains("at most 65536");
        npy[11] = 0;
        npy[9] = 0x40;
        assertThat(refusal(NpzFiles.npz().entry("x.npy", npy))).contains("too early");
    }

    @Test
    void whatIsNoNumpyArrayIsRefused() {
        assertThat(refusal(NpzFiles.npz().entry("x.npy", new byte[100]))).contains("is no numpy array");
        byte[] version4 = NpzFiles.npy(2, NpzFiles.header("<f4", false, 2), new byte[8]);
        version4[6] = 4;
        assertThat(refusal(NpzFiles.npz().entry("x.npy", version4))).contains("version 4.0");
        byte[] whole = NpzFiles.npy(1, NpzFiles.header("<f4", false, 2), new byte[0]);
        for (int length = 0; length < whole.length; length++) {
            assertThat(refusal(NpzFiles.npz().entry("x.npy", Arrays.copyOf(whole, length))))
                    .contains("x");
        }
    }

    @Test
    void otherEntriesAndFoldersAreRefused() {
        byte[] good = NpzFiles.npy(1, NpzFiles.header("<f4", false, 2), new byte[8]);
        assertThat(refusal(NpzFiles.npz().entry("x.npy", good).entry("readme.txt", new byte[3])))
                .startsWith("readme.txt: is no array");
        assertThat(refusal(NpzFiles.npz().entry("x.npy", good).entry("folder/", new byte[0])))
                .startsWith("folder/: is no array");
        assertThat(refusal(NpzFiles.npz().entry(".npy", good))).contains("is no array");
    }

    @Test
    void aNameWithSlashesIsAName() {
        byte[] good = NpzFiles.npy(1, NpzFiles.header("<f4", false, 2), new byte[8]);
        assertThat(only(NpzFiles.npz().entry("serving/input:0.npy", good)).name())
                .isEqualTo("serving/input:0");
    }

    @Test
    void tooManyArraysAreRefused() {
        NpzFiles npz = NpzFiles.npz();
        for (int i = 0; i < 257; i++) {
            npz.bytes("a" + i, new byte[1], 1);
        }
        assertThat(refusal(npz)).contains("holds 257 entries; at most 256");
    }
}
