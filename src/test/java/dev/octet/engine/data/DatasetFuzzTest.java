package dev.octet.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.octet.engine.data.image.ImageFiles;
import dev.octet.engine.data.zip.ZipFiles;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mutates datasets at random, within the files of the zip and across the whole of it: whatever comes of it, it is read or
 * refused as an {@link EngineException}. A failure names the seed that gives the same bytes again.
 */
class DatasetFuzzTest {

    private static final long SEED = 20261124;
    private static final int ROUNDS = 600;

    @TempDir
    Path folder;

    private interface Maker {
        byte[] make(Random random);
    }

    @Test
    void mutatedArraysAreReadOrRefused() throws IOException {
        byte[] a = NpzFiles.npy(1, NpzFiles.header("<f4", false, 3, 2), new byte[24]);
        byte[] b = NpzFiles.npy(2, NpzFiles.header(">i8", false, 3), new byte[24]);
        byte[] labels = NpzFiles.npy(3, NpzFiles.header("|u1", false, 3), new byte[3]);
        int[] outcomes = run(
                ROUNDS,
                random -> ZipFiles.zip()
                        .add(ZipFiles.deflated("a.npy", mutated(a, random)))
                        .add(ZipFiles.stored("b.npy", mutated(b, random)))
                        .add(ZipFiles.stored("labels.npy", mutated(labels, random)))
                        .toBytes());
        assertThat(outcomes[0]).as("read").isPositive();
        assertThat(outcomes[1]).as("refused").isPositive();
    }

    @Test
    void mutatedImagesAreReadOrRefused() throws IOException {
        byte[] png = ImageFiles.png(5, 4, 3, new Random(1).ints(60, 0, 256).toArray());
        byte[] palette = ImageFiles.palettePng(3, 3, new int[] {1, 2, 3, 4}, 0, 1, 2, 3, 0, 1, 2, 3, 0);
        byte[] jpeg = ImageFiles.jpeg(9, 7, 0x336699);
        byte[] csv = "file,label\na.png,1\nb.png,2\nc.jpg,3\n".getBytes(StandardCharsets.UTF_8);
        int[] outcomes = run(
                ROUNDS,
                random -> ZipFiles.zip()
                        .add(ZipFiles.stored("a.png", ImageFiles.withChecksums(mutated(png, random))))
                        .add(ZipFiles.deflated("b.png", ImageFiles.withChecksums(mutated(palette, random))))
                        .add(ZipFiles.stored("c.jpg", mutated(jpeg, random)))
                        .add(ZipFiles.stored("labels.csv", mutated(csv, random)))
                        .toBytes());
        assertThat(outcomes[0]).as("read").isPositive();
        assertThat(outcomes[1]).as("refused").isPositive();
    }

    @Test
    void mutatedZipsAreReadOrRefused() throws IOException {
        ZipFiles.Entry wide =
                ZipFiles.deflated("b.npy", NpzFiles.npy(1, NpzFiles.header("<i2", false, 3), new byte[6]));
        wide.zip64 = true;
        byte[] whole = ZipFiles.zip()
                .add(ZipFiles.stored("a.npy", NpzFiles.npy(1, NpzFiles.header("<f2", false, 3, 1), new byte[6])))
                .add(wide)
                .zip64End()
                .toBytes();
        int[] outcomes = run(ROUNDS, random -> mutated(whole, random));
        assertThat(outcomes[0]).as("read").isPositive();
        assertThat(outcomes[1]).as("refused").isPositive();
    }

    /** Counts what was read and what was refused. */
    private int[] run(int rounds, Maker maker) throws IOException {
        int[] outcomes = new int[2];
        for (int round = 0; round < rounds; round++) {
            long seed = SEED + round;
            Path file = Files.write(folder.resolve("fuzz"), maker.make(new Random(seed)));
            try {
                readEverything(file);
                outcomes[0]++;
            } catch (EngineException e) {
                assertThat(e.fault().isUsers()).as("seed %d: %s", seed, e).isTrue();
                outcomes[1]++;
            } catch (Exception | Error e) {
                fail("seed " + seed + " gives " + e, e);
            }
        }
        return outcomes;
    }

    private static void readEverything(Path file) {
        try (Dataset dataset = Dataset.open(file)) {
            dataset.labels();
            List<InputSpec> inputs = new ArrayList<>();
            for (Field field : dataset.fields()) {
                boolean images = dataset.format().equals("images");
                List<Long> shape = images ? List.of(-1L, 3L, -1L, -1L) : field.shape();
                inputs.add(new InputSpec(field.name(), ElementType.FLOAT, shape));
            }
            try (BatchReader reader = dataset.read(inputs, Preprocessing.NONE, 0, dataset.samples(), 2)) {
                for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                    assertThat(batch.columns()).hasSameSizeAs(inputs);
                }
            }
        }
    }

    /** One time in three unchanged; else up to four changes: a bit, a byte of the nasty kind, a cut, a repeated part. */
    private static byte[] mutated(byte[] content, Random random) {
        if (random.nextInt(3) == 0) {
            return content;
        }
        byte[] bytes = content.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 3, 4 -> bytes[at] = (byte) new int[] {0, 1, 0x7f, 0x80, 0xff, '9', '(', '-'}[random.nextInt(8)];
                case 5 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), (byte) 0xff);
                case 6 -> {
                    if (random.nextInt(4) == 0) {
                        bytes = Arrays.copyOf(bytes, at);
                    }
                }
                default ->
                    bytes = ImageFiles.insert(
                            bytes, at, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + random.nextInt(12))));
            }
        }
        return bytes;
    }
}
