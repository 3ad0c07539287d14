package dev.octet.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.octet.engine.graph.GraphVerifier;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * True archives with a few bytes or words changed: read as a model that holds together, or refused with the user's fault.
 *
 * <p>The seed stands in each failure.
 */
class TorchFuzzTest {

    private static final long SEED = 20_261_124;

    /** What a number or name of a program is changed to. */
    private static final List<String> VALUES = List.of(
            "-1",
            "0",
            "1",
            "7",
            "9223372036854775807",
            "-9223372036854775808",
            "1e400",
            "null",
            "[]",
            "{}",
            "\"\"",
            "true");

    @TempDir
    Path folder;

    @Test
    void bytesOfAnArchive() {
        byte[] whole = Archives.newest("lstm_state");
        fuzz(200, random -> {
            byte[] changed = whole.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            return random.nextInt(10) == 0 ? java.util.Arrays.copyOf(changed, random.nextInt(whole.length)) : changed;
        });
    }

    @Test
    void wordsOfAProgram() {
        fuzzWords(
                "models/model.json", List.of("lstm_state", "gpt", "yolo-decomposed", "bert", "in_place", "projected"));
    }

    @Test
    void wordsOfTheListOfWeights() {
        fuzzWords("data/weights/model_weights_config.json", List.of("lstm_state", "gpt"));
    }

    private void fuzzWords(String entry, List<String> networks) {
        fuzz(200, random -> {
            TamperedArchive archive =
                    TamperedArchive.of(Archives.newest(networks.get(random.nextInt(networks.size()))));
            String text = new String(archive.get(entry), java.nio.charset.StandardCharsets.UTF_8);
            // The value behind a colon gives way to another.
            int from = text.indexOf(": ", random.nextInt(text.length() - 10)) + 2;
            int to = from;
            while (to < text.length() && ",}]".indexOf(text.charAt(to)) < 0) {
                to++;
            }
            String changed = text.substring(0, from) + VALUES.get(random.nextInt(VALUES.size())) + text.substring(to);
            return archive.put(entry, changed.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .bytes();
        });
    }

    private interface Mutation {
        byte[] of(Random random) throws IOException;
    }

    private void fuzz(int rounds, Mutation mutation) {
        int[] outcomes = new int[2];
        assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            for (int round = 0; round < rounds; round++) {
                outcomes[reads(mutation.of(new Random(SEED + round)), round) ? 1 : 0]++;
            }
        });
        assertThat(outcomes[0]).as("refused").isGreaterThan(rounds / 20);
        assertThat(outcomes[1]).as("read").isGreaterThan(rounds / 50);
    }

    private boolean reads(byte[] content, int round) throws IOException {
        Path file = Files.write(folder.resolve("fuzzed.pt2"), content);
        try (Arena arena = Arena.ofConfined()) {
            if (!TorchReader.recognises(file)) {
                return false;
            }
            GraphVerifier.verify(TorchReader.read(file, arena));
            return true;
        } catch (EngineException e) {
            assertThat(e.fault())
                    .as("seed %d: %s", SEED + round, e.getMessage())
                    .isIn(Fault.MODEL_MALFORMED, Fault.MODEL_UNSUPPORTED);
            assertThat(e.getMessage()).isNotBlank();
            return false;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + (SEED + round) + ": " + e, e);
        }
    }
}
