package dev.octet.engine.onnx;

import static dev.octet.engine.onnx.Protos.addition;
import static dev.octet.engine.onnx.Protos.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelArchiveTest {

    private static final byte[] MODEL = model(addition()).build().toByteArray();

    @TempDir
    Path root;

    private Path folder = Path.of("");

    @BeforeEach
    void nameFolder() {
        folder = root.resolve("job/model");
    }

    private interface Filling {
        void fill(ZipOutputStream zip) throws IOException;
    }

    private static byte[] zip(Filling filling) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
            filling.fill(zip);
        }
        return bytes.toByteArray();
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] withModelAnd(String name) throws IOException {
        return zip(zip -> {
            add(zip, "model.onnx", MODEL);
            add(zip, name, new byte[] {1});
        });
    }

    private Path upload(byte[] content) throws IOException {
        return Files.write(root.resolve("upload"), content);
    }

    private void assertRefused(byte[] content, String message) throws IOException {
        assertRefused(content, ModelArchive.MOST_BYTES, message);
    }

    private void assertRefused(byte[] content, long limit, String message) throws IOException {
        Path upload = upload(content);
        assertThatThrownBy(() -> ModelArchive.unpack(upload, folder, limit))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.MODEL_MALFORMED))
                .hasMessageContaining(message);
        assertThat(tree()).containsExactly("upload");
    }

    private List<String> tree() throws IOException {
        try (Stream<Path> files = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(p -> !p.equals(root))
                    .map(p -> root.relativize(p).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aPlainModelIsItsOwnFile() throws IOException {
        Path upload = upload(MODEL);
        assertThat(ModelArchive.unpack(upload, folder)).isEqualTo(upload);
        assertThat(ModelArchive.unpack(upload(new byte[0]), folder)).isEqualTo(upload);
        assertThat(tree()).containsExactly("upload");
    }

    @Test
    void unpacksTheModelWithAllThatIsBesideIt() throws IOException {
        byte[] content = zip(zip -> {
            zip.putNextEntry(new ZipEntry("export/"));
            add(zip, "export/My Model.ONNX", MODEL);
            add(zip, "export/weights/w.bin", new byte[1000]);
            add(zip, "tokenizer.json", "{}".getBytes(StandardCharsets.UTF_8));
            add(zip, "inner.zip", withModelAnd("x"));
            add(zip, "__MACOSX/export/._model.onnx", new byte[] {0});
        });

        Path model = ModelArchive.unpack(upload(content), folder);

        assertThat(model).isEqualTo(folder.resolve("export/My Model.ONNX")).hasBinaryContent(MODEL);
        assertThat(folder.resolve("export/weights/w.bin")).hasSize(1000);
        assertThat(tree())
                .containsExactly(
                        "job",
                        "job/model",
                        "job/model/export",
                        "job/model/export/My Model.ONNX",
                        "job/model/export/weights",
                        "job/model/export/weights/w.bin",
                        "job/model/inner.zip",
                        "job/model/tokenizer.json",
                        "upload");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.bin",
                "a/../../evil.bin",
                "/etc/evil",
                "a//b",
                "./a",
                "a/.",
                "..",
                "a\\..\\..\\evil",
                "C:evil",
                "new\nline",
                "tab\tbed"
            })
    void refusesNamesThatLeadOutOrAreNotPlain(String name) throws IOException {
        assertRefused(withModelAnd(name), "has a name that is not taken");
    }

    @Test
    void refusesNamesTooLongOrTooDeep() throws IOException {
        assertRefused(withModelAnd("n".repeat(256)), "has a name that is not taken");
        assertRefused(withModelAnd("d/".repeat(40) + "x"), "has a name that is not taken");
    }

    @Test
    void wantsExactlyOneModel() throws IOException {
        assertRefused(zip(zip -> add(zip, "readme.txt", MODEL)), "exactly one .onnx file, it holds none");
        assertRefused(withModelAnd("other.onnx"), "it holds 2: model.onnx, other.onnx");
        assertRefused(zip(_ -> {}), "it holds none");
    }

    @Test
    void refusesEntriesThatAreThereTwice() throws IOException {
        byte[] content = withModelAnd("model_onnx");
        assertRefused(replaced(content, "model_onnx", "model.onnx"), "two entries named 'model.onnx'");
        byte[] folderAndFile = zip(zip -> {
            add(zip, "model.onnx", MODEL);
            add(zip, "a", MODEL);
            add(zip, "a/b", MODEL);
        });
        assertRefused(folderAndFile, "'a' is both a file and a folder");
    }

    @Test
    void refusesLinks() throws IOException {
        byte[] content = withModelAnd("link");
        int entry = lastIndexOf(content, "link") - 46;
        content[entry + 5] = 3; // made on UNIX
        ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putInt(entry + 38, 0xA1FF << 16);
        assertRefused(content, "archive entry 'link' is a link or a device");
    }

    @Test
    void refusesEncryptedEntries() throws IOException {
        byte[] content = withModelAnd("secret");
        content[lastIndexOf(content, "secret") - 46 + 8] |= 1;
        assertRefused(content, "archive entry 'secret' is encrypted");
    }

    @Test
    void refusesMoreEntriesThanAnyModelHas() throws IOException {
        byte[] content = zip(zip -> {
            add(zip, "model.onnx", MODEL);
            for (int i = 0; i < 10_000; i++) {
                add(zip, "f" + i, new byte[0]);
            }
        });
        assertRefused(content, "10001 entries");
    }

    @Test
    void refusesArchivesThatUnpackToTooMuch() throws IOException {
        byte[] content = withModelAnd("x");
        assertRefused(content, MODEL.length, "unpacks to more than " + MODEL.length + " bytes");
        byte[] bomb = zip(zip -> {
            add(zip, "model.onnx", MODEL);
            zip.putNextEntry(new ZipEntry("zeros"));
            for (int i = 0; i < 100; i++) {
                zip.write(new byte[1 << 20]);
            }
        });
        assertRefused(bomb, "100 times its own size");
    }

    @Test
    void refusesABombThatLiesAboutItsSize() throws IOException {
        byte[] bomb = zip(zip -> {
            add(zip, "model.onnx", MODEL);
            zip.putNextEntry(new ZipEntry("zeros"));
            for (int i = 0; i < 100; i++) {
                zip.write(new byte[1 << 20]);
            }
        });
        int entry = lastIndexOf(bomb, "zeros") - 46;
        ByteBuffer.wrap(bomb).order(ByteOrder.LITTLE_ENDIAN).putInt(entry + 24, 10);
        assertRefused(bomb, "");
    }

    @Test
    void refusesDamagedContent() throws IOException {
        byte[] stored = zip(zip -> {
            ZipEntry entry = new ZipEntry("model.onnx");
            CRC32 crc = new CRC32();
            crc.update(MODEL);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(MODEL.length);
            entry.setCrc(crc.getValue());
            zip.putNextEntry(entry);
            zip.write(MODEL);
        });
        stored[30 + "model.onnx".length() + 5] ^= 1;
        assertRefused(stored, "its checksum does not match");
    }

    @Test
    void refusesAnArchiveCutOffAnywhere() throws IOException {
        byte[] whole = withModelAnd("x");
        for (int length = 4; length < whole.length; length += 3) {
            assertRefused(Arrays.copyOf(whole, length), "archive");
        }
    }

    @Test
    void refusesADirectoryThatLiesAboutItsPlaceOrCount() throws IOException {
        byte[] content = withModelAnd("x");
        int end = content.length - 22;
        ByteBuffer lie = ByteBuffer.wrap(content.clone()).order(ByteOrder.LITTLE_ENDIAN);
        lie.putShort(end + 10, (short) 7);
        assertRefused(bytes(lie), "has 2 entries and says it has 7");
        lie = ByteBuffer.wrap(content.clone()).order(ByteOrder.LITTLE_ENDIAN);
        lie.putInt(end + 12, 1_000_000);
        assertRefused(bytes(lie), "does not fit into the file");
        lie = ByteBuffer.wrap(content.clone()).order(ByteOrder.LITTLE_ENDIAN);
        lie.putInt(end + 12, -1);
        assertRefused(bytes(lie), "no zip64 locator");
    }

    @Test
    void replacesNothingThatIsThereAlready() throws IOException {
        Files.createDirectories(folder);
        Path mine = Files.writeString(folder.resolve("x"), "mine");
        Path upload = upload(withModelAnd("x"));

        assertThatThrownBy(() -> ModelArchive.unpack(upload, folder)).isInstanceOf(EngineException.class);

        assertThat(mine).hasContent("mine");
        assertThat(tree()).containsExactly("job", "job/model", "job/model/x", "upload");
    }

    @Test
    void readsLargeArchivesWhoseDirectoryIsInZip64() throws IOException {
        byte[] content = withModelAnd("x");
        int end = content.length - 22;
        ByteBuffer old = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer large = ByteBuffer.allocate(56 + 20).order(ByteOrder.LITTLE_ENDIAN);
        large.putInt(0x06064b50)
                .putLong(44)
                .putShort((short) 45)
                .putShort((short) 45)
                .putInt(0)
                .putInt(0);
        large.putLong(2).putLong(2).putLong(old.getInt(end + 12)).putLong(old.getInt(end + 16));
        large.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        write(both, Arrays.copyOf(content, end));
        write(both, bytes(large));
        old.putShort(end + 8, (short) -1)
                .putShort(end + 10, (short) -1)
                .putInt(end + 12, -1)
                .putInt(end + 16, -1);
        write(both, Arrays.copyOfRange(content, end, content.length));

        assertThat(ModelArchive.unpack(upload(both.toByteArray()), folder)).hasBinaryContent(MODEL);
    }

    private static void write(OutputStream out, byte[] bytes) throws IOException {
        out.write(bytes);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.get(0, bytes);
        return bytes;
    }

    private static byte[] replaced(byte[] content, String from, String to) {
        return new String(content, StandardCharsets.ISO_8859_1)
                .replace(from, to)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static int lastIndexOf(byte[] content, String text) {
        return new String(content, StandardCharsets.ISO_8859_1).lastIndexOf(text);
    }
}
