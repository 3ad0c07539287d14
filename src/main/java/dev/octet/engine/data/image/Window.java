package dev.octet.engine.data.image;

import org.jspecify.annotations.Nullable;

/**
 * What is kept of an image after scaling and cropping.
 *
 * @param scaledWidth width to scale the whole image to, in pixels
 * @param scaledHeight height to scale the whole image to, in pixels
 * @param x left edge of what is kept of the scaled image
 * @param y upper edge of what is kept of the scaled image
 * @param width of what is kept; more than the scaled width where it does not fit
 * @param height of what is kept; more than the scaled height where it does not fit
 */
public record Window(long scaledWidth, long scaledHeight, long x, long y, long width, long height) {

    /**
     * The window that torchvision's Resize and CenterCrop give: the shorter side becomes {@code resize}, the longer one keeps
     * the ratio, rounded down; the crop is centred, halves rounded to even.
     *
     * @param resize null to keep the size
     * @param crop null to keep all
     */
    public static Window of(int width, int height, @Nullable Integer resize, @Nullable Integer crop) {
        long scaledWidth = width;
        long scaledHeight = height;
        if (resize != null) {
            scaledWidth = width <= height ? resize : (long) resize * width / height;
            scaledHeight = height <= width ? resize : (long) resize * height / width;
        }
        if (crop == null) {
            return new Window(scaledWidth, scaledHeight, 0, 0, scaledWidth, scaledHeight);
        }
        return new Window(
                scaledWidth,
                scaledHeight,
                (long) Math.rint((scaledWidth - crop) / 2.0),
                (long) Math.rint((scaledHeight - crop) / 2.0),
                crop,
                crop);
    }

    /** Whether the scaled image is at least as large as what is kept of it. */
    public boolean fits() {
        return width <= scaledWidth && height <= scaledHeight;
    }
}
