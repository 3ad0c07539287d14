package dev.octet.engine.scheme;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a calibrated range is chosen from a tensor's statistics.
 *
 * <p>Each is also known by the names that other tools give it: PyTorch's classes of observers, the calibration methods of ONNX Runtime,
 * TensorRT and Neural Compressor.
 */
public enum ObserverKind {
    /** The smallest and largest value seen. */
    MIN_MAX,
    /** Exponential moving average of each sample's smallest and largest value (Jacob et al. 2018, arXiv 1712.05877). */
    MOVING_AVERAGE,
    /** The histogram's range that loses least in squared error, by search over its bins. */
    HISTOGRAM,
    /** The range that holds a given percentage of all values. */
    PERCENTILE,
    /** The clipping threshold of least Kullback-Leibler divergence (Migacz 2017). */
    ENTROPY,
    /** The clipping of least mean squared error, by Newton's iteration (Sakr et al. 2022, arXiv 2206.06501). */
    MSE;

    /** What other tools call it, where that is more than its own name in another spelling. */
    public List<String> aliases() {
        return switch (this) {
            case MIN_MAX -> List.of("MinMaxObserver", "PerChannelMinMaxObserver", "max");
            case MOVING_AVERAGE -> List.of("MovingAverageMinMaxObserver", "MovingAveragePerChannelMinMaxObserver");
            case HISTOGRAM -> List.of("HistogramObserver");
            case ENTROPY -> List.of("kl");
            case PERCENTILE, MSE -> List.of();
        };
    }

    /**
     * An observer as it was asked for.
     *
     * @param perChannel whether the name says that weights have one scale a channel
     */
    public record Named(ObserverKind kind, boolean perChannel) {}

    /** The observer called {@code name}, here or elsewhere; capitals, underscores and hyphens do not matter. */
    public static Optional<Named> named(String name) {
        String plain = plain(name);
        return Arrays.stream(values())
                .filter(kind -> Stream.concat(Stream.of(kind.name()), kind.aliases().stream())
                        .anyMatch(each -> plain(each).equals(plain)))
                .findFirst()
                .map(kind -> new Named(kind, plain.contains("perchannel")));
    }

    private static String plain(String name) {
        return name.replaceAll("[_-]", "").toLowerCase(Locale.ROOT);
    }
}
