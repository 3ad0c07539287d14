package dev.octet.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no export archive, or none that can be read, is refused saying what it is, where, and what to do. */
class RefusedUploadsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "m/data.pkl m/version m/data/0|torch.save|torch.export.save(",
                "m/data.pkl m/constants.pkl m/code/__torch__.py|TorchScript|torch.export.save(",
                "data/aotinductor/model/model.so archive_format|AOTInductor|torch.export.save(",
                "serialized_exported_program.json serialized_state_dict.pt version|old release|torch.export.save(",
                "config.json metadata.json model.weights.h5|Keras|format=\"onnx\"",
            })
    void zipsAreKnownByTheirEntries(String entries, String what, String remedy) throws IOException {
        Map<String, byte[]> content = new LinkedHashMap<>();
        for (String entry : entries.split(" ", -1)) {
            content.put(entry, new byte[] {1});
        }
        assertThat(refusal(zip(content), Fault.MODEL_UNSUPPORTED))
                .contains(what)
                .contains(remedy);
    }

    @ParameterizedTest
    @CsvSource({
        "800263,a Python pickle",
        "80028a0a6cfc9c46f9206aa85019,torch.save",
        "4000000000000000,a safetensors file",
        "1c00000054464c33,a TensorFlow Lite model",
        "1c00000045543132,an ExecuTorch program",
        "894844460d0a1a0a,a Keras model",
    })
    void filesAreKnownByTheirFirstBytes(String hex, String what) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(java.util.HexFormat.of().parseHex(hex));
        content.write("{\"weight\": 1}, and more of it".getBytes(StandardCharsets.UTF_8));
        assertThat(refusal(content.toByteArray(), Fault.MODEL_UNSUPPORTED)).contains(what);
    }

    @Test
    void whatIsNotKnownIsLeftToOthers() throws IOException {
        Path file = Files.write(folder.resolve("model.onnx"), new byte[] {8, 7, 18, 4});
        assertThat(TorchReader.recognises(file)).isFalse();
    }

    @Test
    void allOperatorsThatCannotBeImportedAreListedAtOnceWithTheirModules() throws IOException {
        byte[] changed = TamperedArchive.of(Archives.newest("resnet"))
                .replaceAll("models/model.json", "aten.max_pool2d.default", "aten.fractional_pool.default")
                .replaceAll("models/model.json", "aten.linear.default", "mine::special.default")
                .bytes();
        EngineException e = refused(changed);
        assertThat(e.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED);
        assertThat(e.details()).extracting(EngineException.Detail::path).containsExactly("maxpool", "fc");
        assertThat(e.details().getFirst().message()).contains("aten.fractional_pool.default in maxpool");
        assertThat(e.getMessage()).contains("2 calls").contains("mine::special.default");
    }

    @Test
    void whatAutocastRoundsWithoutACastIsRefused() throws IOException {
        byte[] changed = TamperedArchive.of(Archives.newest("regions"))
                .replaceFirst(
                        "models/model.json",
                        "13}, \"kind\": 1}, {\"name\": \"\", \"arg\": {\"as_bool\": false}",
                        "13}, \"kind\": 1}, {\"name\": \"\", \"arg\": {\"as_bool\": true}")
                .replaceAll("models/model.json", "\"linear_1\": {\"dtype\": 7", "\"linear_1\": {\"dtype\": 13")
                .bytes();
        EngineException e = refused(changed);
        assertThat(e.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED);
        assertThat(e.getMessage()).contains("torch.autocast computes in BFLOAT16", "run_decompositions");
    }

    @Test
    void aRegionThatWritesToWhatComesFromOutsideIsRefused() throws IOException {
        byte[] changed = TamperedArchive.of(Archives.newest("regions"))
                .replaceAll("models/model.json", "aten.add.Tensor", "aten.add_.Tensor")
                .bytes();
        EngineException e = refused(changed);
        assertThat(e.fault()).isEqualTo(Fault.MODEL_UNSUPPORTED);
        assertThat(e.getMessage()).contains("from outside");
    }

    @Test
    void nothingIsGivenTwice() throws IOException {
        byte[] changed = TamperedArchive.of(Archives.newest("in_place"))
                .replaceAll(
                        "models/model.json",
                        "\"outputs\": [{\"as_tensor\": {\"name\": \"clone\"}}]",
                        "\"outputs\": [{\"as_tensor\": {\"name\": \"mul\"}}]")
                .bytes();
        EngineException e = refused(changed);
        assertThat(e.fault()).isEqualTo(Fault.MODEL_MALFORMED);
        assertThat(e.getMessage()).contains("'mul' a second time");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data/weights/model_weights_config.json|\"use_pickle\": false|\"use_pickle\": true |pickle",
                "data/weights/model_weights_config.json|\"as_int\": 147|\"as_int\": 999|reaches to byte",
                "data/weights/model_weights_config.json|\"as_int\": 147|\"as_int\": -47|is negative",
                "data/weights/model_weights_config.json|\"weight_0\"|\"../w_0/\"|is not in the archive",
                "data/weights/model_weights_config.json|\"conv1.weight\"|\"conv9.weight\"|stored nowhere",
                "models/model.json|\"training\", \"arg\": {\"as_bool\": false}|\"training\", \"arg\": {\"as_bool\": "
                        + " true}|model.eval()",
                "models/model.json|{\"as_tensor\": {\"name\": \"conv2d\"}}|{\"as_tensor\": {\"name\":"
                        + " \"conv99\"}}|nothing",
                "models/model.json|\"major\": 8|\"major\": 9|export schema 9",
                "byteorder|little|big___|little-endian",
            })
    void liesAreFoundAndTold(String entry, String from, String to, String told) throws IOException {
        byte[] changed = TamperedArchive.of(Archives.newest("resnet"))
                .replaceFirst(entry, from, to)
                .bytes();
        EngineException e = refused(changed);
        assertThat(e.fault().isUsers()).isTrue();
        assertThat(e.getMessage()).contains(told);
    }

    @Test
    void deepAndHugeDocumentsAreRefusedEarly() throws IOException {
        TamperedArchive deep = TamperedArchive.of(Archives.newest("resnet"))
                .put("models/model.json", "[".repeat(100_000).getBytes(StandardCharsets.UTF_8));
        assertThat(refused(deep.bytes()).getMessage())
                .contains("models/model.json")
                .contains("JSON");
        TamperedArchive huge =
                TamperedArchive.of(Archives.newest("resnet")).put("models/model.json", new byte[100 << 20]);
        assertThat(refused(huge.bytes()).getMessage()).contains("models/model.json");
    }

    @Test
    void damagedWeightsAreFoundByTheirChecksum() throws IOException {
        byte[] archive = Archives.newest("resnet");
        int at = TamperedArchive.positionOf(archive, "data/weights/weight_0");
        archive[at + 200] ^= 1;
        assertThat(refused(archive).getMessage()).contains("CRC-32");
    }

    private String refusal(byte[] content, Fault fault) throws IOException {
        Path file = Files.write(folder.resolve("upload"), content);
        EngineException e = catchThrowableOfType(EngineException.class, () -> TorchReader.recognises(file));
        assertThat(e).isNotNull();
        assertThat(e.fault()).isEqualTo(fault);
        return String.valueOf(e.getMessage());
    }

    private EngineException refused(byte[] archive) throws IOException {
        Path file = Files.write(folder.resolve("upload.pt2"), archive);
        assertThat(TorchReader.recognises(file)).isTrue();
        try (Arena arena = Arena.ofConfined()) {
            EngineException e = catchThrowableOfType(EngineException.class, () -> TorchReader.read(file, arena));
            assertThat(e).as("no refusal").isNotNull();
            return e;
        }
    }

    private static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }
}
