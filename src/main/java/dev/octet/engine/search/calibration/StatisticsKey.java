package dev.octet.engine.search.calibration;

import dev.octet.engine.data.Preprocessing;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.GraphPrinter;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.observe.origin.StatisticsOrigin;
import dev.octet.engine.runtime.OrtRunner;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.Sha256;
import dev.octet.engine.search.SampleSet;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * Hashes all that decides what a sample shows of a model's values.
 *
 * <p>SHA-256 over the uploaded model, the model as it is calibrated (its printed graph and its constants, so that another version of
 * the preparation, or a correction of the weights before calibration, makes another key), the dataset, the preprocessing, and the
 * version of the runtime. Which samples and which statistics is not part of it: the file says both, since statistics of some
 * samples can be joined, and richer ones serve whoever asks for less.
 */
public final class StatisticsKey {

    private static final String FORMAT = "octet statistics 1";

    private final MessageDigest digest = Sha256.digest();

    private StatisticsKey() {}

    /**
     * What statistics of {@code samples} come from.
     *
     * @param upload the model's file
     * @param model what is run: the prepared model
     * @param dataset the file that {@code samples} are of
     */
    public static StatisticsOrigin origin(Path upload, Model model, Path dataset, SampleSet samples) {
        return StatisticsOrigin.of(
                of(upload, model, dataset, samples.preprocessing()), samples.first(), samples.count());
    }

    /** The key, in 64 hexadecimal digits. */
    static String of(Path upload, Model model, Path dataset, Preprocessing preprocessing) {
        StatisticsKey key = new StatisticsKey();
        key.add(FORMAT);
        key.add(OrtRunner.version());
        key.add(Sha256.of(upload));
        key.add(new TreeMap<>(model.opsets()).toString());
        key.add(model.withoutTypes().graph());
        key.add(Sha256.of(dataset));
        key.add(preprocessing.toString());
        return HexFormat.of().formatHex(key.digest.digest());
    }

    private void add(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private void add(Graph graph) {
        add(GraphPrinter.print(graph));
        for (Tensor constant : graph.initializers().values()) {
            if (constant.type() == ElementType.STRING) {
                add(constant.strings().toString());
            } else {
                add(constant.data());
            }
        }
    }

    private void add(MemorySegment data) {
        long piece = 1L << 20;
        for (long at = 0; at < data.byteSize(); at += piece) {
            digest.update(
                    data.asSlice(at, Math.min(piece, data.byteSize() - at)).asByteBuffer());
        }
    }
}
