package dev.octet.engine.data;

import dev.octet.engine.data.values.Normalization;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a sample become a model's input.
 *
 * <p>An image is resized, cropped, brought into channel order and layout; then every value becomes {@code (value * scale -
 * mean[c]) / std[c]}, c along the channel axis, computed in double precision and rounded once. Arrays know the last step
 * only: channel axis 1, on all inputs of floating point, no others. Out of bounds: all faults at once as
 * {@link Fault#RECIPE_INVALID}.
 *
 * @param resize the shorter side in pixels after scaling, 1 to 8192; null to leave the size
 * @param crop side of the centred square that is kept, in pixels, 1 to 8192 and not above resize; null to keep all
 * @param channels order of the colour channels
 * @param layout order of the axes
 * @param scale factor on every value, finite and not 0
 * @param mean taken off after scaling, finite; empty (0), one value, or one a channel
 * @param std divided by last, finite and not 0; empty (1), one value, or one a channel
 * @param maxLength tokens of a text at most, 1 to 8192; null for as many as the model takes
 */
public record Preprocessing(
        @Nullable Integer resize,
        @Nullable Integer crop,
        Channels channels,
        Layout layout,
        double scale,
        List<Double> mean,
        List<Double> std,
        @Nullable Integer maxLength) {

    /** Order of the colour channels. */
    public enum Channels {
        RGB,
        BGR,
        GRAY
    }

    /** Order of the axes: batch, channels, height, width. */
    public enum Layout {
        NCHW,
        NHWC
    }

    /** Leaves every value as it is. */
    public static final Preprocessing NONE =
            new Preprocessing(null, null, Channels.RGB, Layout.NCHW, 1, List.of(), List.of(), null);

    private static final int MAX_PIXELS = 8192;
    private static final int MAX_CHANNELS = 4096;
    private static final int MAX_TOKENS = 8192;

    /** Of arrays and images. */
    public Preprocessing(
            @Nullable Integer resize,
            @Nullable Integer crop,
            Channels channels,
            Layout layout,
            double scale,
            List<Double> mean,
            List<Double> std) {
        this(resize, crop, channels, layout, scale, mean, std, null);
    }

    public Preprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        List<EngineException.Detail> faults = new ArrayList<>();
        checkPixels(faults, "resize", resize);
        checkPixels(faults, "crop", crop);
        if (maxLength != null && (maxLength < 1 || maxLength > MAX_TOKENS)) {
            faults.add(new EngineException.Detail("maxLength", maxLength + " is not between 1 and " + MAX_TOKENS));
        }
        if (resize != null && crop != null && crop > resize) {
            faults.add(new EngineException.Detail("crop", crop + " is more than resize leaves, " + resize));
        }
        if (!Double.isFinite(scale) || scale == 0) {
            faults.add(new EngineException.Detail("scale", scale + " is not a finite number other than 0"));
        }
        checkChannels(faults, "mean", mean, false);
        checkChannels(faults, "std", std, true);
        if (!faults.isEmpty()) {
            throw new EngineException(Fault.RECIPE_INVALID, "The preprocessing is out of bounds: " + faults, faults);
        }
    }

    /** Whether values stay as they are; size, channels and layout may still change. */
    public boolean keepsValues() {
        return scale == 1 && mean.stream().allMatch(m -> m == 0) && std.stream().allMatch(s -> s == 1);
    }

    /** Whether it asks for nothing at all. */
    public boolean isIdentity() {
        return keepsValues()
                && resize == null
                && crop == null
                && channels == Channels.RGB
                && layout == Layout.NCHW
                && maxLength == null;
    }

    /** The same for texts of so many tokens at most. */
    Preprocessing withMaxLength(@Nullable Integer tokens) {
        return new Preprocessing(resize, crop, channels, layout, scale, mean, std, tokens);
    }

    /** The step on values; null where it would leave them as they are. */
    @Nullable
    Normalization normalization(int channels, long inner) {
        return keepsValues() ? null : new Normalization(scale, mean, std, channels, inner);
    }

    private static void checkPixels(List<EngineException.Detail> faults, String field, @Nullable Integer value) {
        if (value != null && (value < 1 || value > MAX_PIXELS)) {
            faults.add(new EngineException.Detail(field, value + " is not between 1 and " + MAX_PIXELS));
        }
    }

    private static void checkChannels(
            List<EngineException.Detail> faults, String field, List<Double> values, boolean divisor) {
        if (values.size() > MAX_CHANNELS) {
            faults.add(new EngineException.Detail(
                    field, "has " + values.size() + " values; at most " + MAX_CHANNELS + ", one a channel"));
        }
        for (double v : values) {
            if (!Double.isFinite(v) || (divisor && v == 0)) {
                faults.add(new EngineException.Detail(
                        field, v + " is not a finite number" + (divisor ? " other than 0" : "")));
            }
        }
    }
}
