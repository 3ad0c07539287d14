package dev.octet.engine.onnx;

import static dev.octet.engine.onnx.Protos.addition;
import static dev.octet.engine.onnx.Protos.attribute;
import static dev.octet.engine.onnx.Protos.model;
import static dev.octet.engine.onnx.Protos.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.google.protobuf.ByteString;
import dev.octet.engine.graph.GraphVerifier;
import dev.octet.engine.graph.Model;
import dev.octet.engine.onnx.proto.GraphProto;
import dev.octet.engine.onnx.proto.ModelProto;
import dev.octet.engine.onnx.proto.TensorProto;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Valid files with a few bytes changed: read as a whole model, or refused with the user's fault.
 *
 * <p>What is read must hold together and be writable. The seed stands in each failure.
 */
class ReaderFuzzTest {

    private static final long SEED = 20_261_124;

    @TempDir
    Path folder;

    @Test
    void mutationsOfASmallModelWithEverythingInIt() {
        GraphProto.Builder body = addition().clearInput().setNode(0, node("Mul", List.of("x", "w"), "y"));
        ModelProto.Builder rich = model(addition()
                        .addInitializer(Protos.tensor("i", TensorProto.DataType.INT64, 2)
                                .addInt64Data(-1)
                                .addInt64Data(3))
                        .addInitializer(Protos.tensor("s", TensorProto.DataType.STRING, 1)
                                .addStringData(ByteString.copyFromUtf8("text")))
                        .addValueInfo(Protos.floats("v", 2, 3))
                        .addNode(node("If", List.of("x"), "z")
                                .addAttribute(attribute("then_branch", body))
                                .addAttribute(attribute("else_branch", body))))
                .addMetadataProps(Protos.entry("key", "value"));
        fuzz(rich.build().toByteArray(), 2_000, 2);
    }

    @Test
    void mutationsOfARealModel() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of("src/test/resources/fixtures/ppocr-cls.onnx"));
        fuzz(whole, 150, 10);
    }

    private void fuzz(byte[] valid, int rounds, int mostChanges) {
        int[] outcomes = new int[2];
        assertTimeoutPreemptively(Duration.ofSeconds(90), () -> {
            for (int round = 0; round < rounds; round++) {
                Random random = new Random(SEED + round);
                byte[] mutated = mutate(valid, mostChanges, random);
                outcomes[reads(mutated, round) ? 1 : 0]++;
            }
        });
        assertThat(outcomes[0]).as("refused").isGreaterThan(rounds / 10);
        assertThat(outcomes[1]).as("read").isGreaterThan(rounds / 100);
    }

    private boolean reads(byte[] content, int round) throws IOException {
        Path file = Protos.write(content, folder);
        try (Arena arena = Arena.ofConfined()) {
            Model model = OnnxReader.read(file, folder, arena);
            GraphVerifier.verify(model);
            assertThat(new GraphWriter(TensorWriter.internal()).model(model).size())
                    .isPositive();
            return true;
        } catch (EngineException e) {
            assertThat(e.fault())
                    .as("seed %d: %s", SEED + round, e.getMessage())
                    .isIn(Fault.MODEL_MALFORMED, Fault.MODEL_UNSUPPORTED);
            assertThat(e.getMessage()).isNotBlank();
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + (SEED + round), e);
        } finally {
            Files.delete(file);
        }
    }

    private static byte[] mutate(byte[] valid, int mostChanges, Random random) {
        byte[] bytes = valid.clone();
        int changes = 1 + random.nextInt(mostChanges);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes[at] = (byte) 0xFF;
                case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                case 4 ->
                    System.arraycopy(
                            valid,
                            random.nextInt(valid.length / 2),
                            bytes,
                            at,
                            Math.min(8, Math.min(bytes.length - at, valid.length / 2)));
                default -> bytes[at]++;
            }
        }
        return bytes;
    }
}
