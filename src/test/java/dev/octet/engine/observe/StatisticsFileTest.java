package dev.octet.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.observe.origin.StatisticsOrigin;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import dev.octet.engine.scheme.ObserverKind;
import dev.octet.engine.scheme.QuantType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsFileTest {

    @TempDir
    private Path folder;

    private static SortedMap<String, TensorStatistics> everything() {
        SortedMap<String, TensorStatistics> all = new TreeMap<>();
        for (Samples kind : Samples.values()) {
            all.put(kind.name(), kind.observed(3000, 1));
        }
        TensorStatistics channels = new TensorStatistics(new StatisticsRequest(true, true));
        channels.accept(FloatBuffer.wrap(Samples.GAUSSIAN.values(600, 1)), 3, 20);
        all.put("channels/é", channels);
        all.put("empty", new TensorStatistics(new StatisticsRequest(false, true)));
        all.put("", Samples.observe(Float.NaN, 1f));
        return all;
    }

    private Path written(Map<String, TensorStatistics> statistics) {
        Path file = folder.resolve("statistics.bin");
        StatisticsFile.write(statistics, file);
        return file;
    }

    @Test
    void whatIsReadIsWhatWasWritten() throws IOException {
        SortedMap<String, TensorStatistics> all = everything();
        SortedMap<String, TensorStatistics> read =
                StatisticsFile.read(written(all)).statistics();
        assertThat(read.keySet()).isEqualTo(all.keySet());
        all.forEach((name, expected) -> {
            TensorStatistics actual = read.get(name);
            assertThat(actual.request()).isEqualTo(expected.request());
            assertThat(actual.count()).isEqualTo(expected.count());
            assertThat(actual.nonFinite()).isEqualTo(expected.nonFinite());
            if (expected.count() > 0) {
                assertThat(actual.histogram()).isEqualTo(expected.histogram());
                for (ObserverKind kind : ObserverKind.values()) {
                    Observer observer = Observers.of(kind, 99);
                    assertThat(observer.range(actual, QuantType.UINT8))
                            .isEqualTo(observer.range(expected, QuantType.UINT8));
                }
            }
        });
        ChannelStatistics channels = read.get("channels/é").channels().orElseThrow();
        assertThat(channels.size()).isEqualTo(3);
        ChannelStatistics expected = all.get("channels/é").channels().orElseThrow();
        for (int c = 0; c < 3; c++) {
            assertThat(channels.range(c)).isEqualTo(expected.range(c));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("statistics.bin"));
        }
    }

    @Test
    void theSameStatisticsGiveTheSameBytesInAnyOrder() throws IOException {
        Map<String, TensorStatistics> reversed = new LinkedHashMap<>();
        everything().reversed().forEach(reversed::put);
        byte[] first = Files.readAllBytes(written(everything()));
        assertThat(Files.readAllBytes(written(reversed))).isEqualTo(first);
        assertThat(Files.readAllBytes(
                        written(StatisticsFile.read(written(everything())).statistics())))
                .isEqualTo(first);
    }

    @Test
    void readStatisticsGoOnWithMoreSamples() {
        SortedMap<String, TensorStatistics> read = StatisticsFile.read(
                        written(new TreeMap<>(Map.of("x", Samples.GAUSSIAN.observed(500, 1)))))
                .statistics();
        read.get("x").merge(Samples.UNIFORM.observed(500, 1));
        TensorStatistics expected = Samples.GAUSSIAN.observed(500, 1);
        expected.merge(Samples.UNIFORM.observed(500, 1));
        assertThat(read.get("x").histogram()).isEqualTo(expected.histogram());
        assertThat(read.get("x").averageRange()).isEqualTo(expected.averageRange());
    }

    @Test
    void anyChangedOrMissingByteIsNoticed() throws IOException {
        Path file = written(new TreeMap<>(Map.of("x", Samples.GAUSSIAN.observed(50, 1))));
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, round % 2 == 0 ? changed : Arrays.copyOf(whole, random.nextInt(whole.length)));
            assertUnusable(file);
        }
    }

    @Test
    void tellsWhatTheStatisticsWereTakenFrom() {
        StatisticsOrigin origin = new StatisticsOrigin(
                "ab".repeat(32), List.of(new StatisticsOrigin.Part(128, 10), new StatisticsOrigin.Part(0, 100)));
        Path file = folder.resolve("statistics.bin");
        StatisticsFile.write(origin, Map.of(), file);
        assertThat(StatisticsFile.read(file).origin()).isEqualTo(origin);
        StatisticsFile.write(Map.of(), file);
        assertThat(StatisticsFile.read(file).origin()).isEqualTo(StatisticsOrigin.UNKNOWN);
    }

    /** Bytes that lie but carry a right checksum, as a hostile writer would make them. */
    @Test
    void hostileContentWithARightChecksumIsRefused() throws Exception {
        Path file = written(new TreeMap<>(Map.of("x", Samples.GAUSSIAN.observed(50, 1))));
        byte[] whole = Files.readAllBytes(file);
        byte[] body = Arrays.copyOf(whole, whole.length - 32);
        int[][] lies = {
            {8, 99},
            {44, Integer.MAX_VALUE},
            {44, -1},
            {44, 1},
            {48, Integer.MAX_VALUE},
            {48, -1},
            {48, 2},
            {52, Integer.MAX_VALUE},
            {52, -5},
            {58, -1}
        };
        for (int[] lie : lies) {
            assertUnusable(sealed(
                    file, ByteBuffer.wrap(body.clone()).putInt(lie[0], lie[1]).array()));
        }
        assertUnusable(sealed(file, Arrays.copyOf(body, body.length + 5)));
        for (int length = 0; length < body.length; length += 7) {
            assertUnusable(sealed(file, Arrays.copyOf(body, length)));
        }
        assertThat(StatisticsFile.read(sealed(file, body)).statistics()).containsOnlyKeys("x");
    }

    @Test
    void randomContentWithARightChecksumNeverEscapesAsAnotherException() throws Exception {
        Path file = written(everything());
        byte[] whole = Files.readAllBytes(file);
        byte[] body = Arrays.copyOf(whole, 2000);
        Random random = new Random(8);
        for (int round = 0; round < 500; round++) {
            byte[] changed = body.clone();
            for (int i = 0; i < 4; i++) {
                changed[44 + random.nextInt(600)] = (byte) random.nextInt(256);
            }
            assertUnusable(sealed(file, changed));
        }
    }

    private static Path sealed(Path file, byte[] body) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
        return Files.write(
                file,
                ByteBuffer.allocate(body.length + 32).put(body).put(digest).array());
    }

    private static void assertUnusable(Path file) {
        assertThatThrownBy(() -> StatisticsFile.read(file))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.IO))
                .hasMessageContaining("statistics.bin");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamedAndNothingIsLeft() {
        Path nowhere = folder.resolve("missing").resolve("statistics.bin");
        assertThatThrownBy(() -> StatisticsFile.write(everything(), nowhere))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.IO))
                .hasMessageContaining("statistics.bin");
        assertThatThrownBy(() -> StatisticsFile.read(nowhere)).isInstanceOf(EngineException.class);
    }
}
