package dev.octet.engine.data.image;

/** A decoded image: 8-bit samples, row by row, channels interleaved. */
public final class Pixels {

    private final int width;
    private final int height;
    private final int channels;
    private final byte[] samples;

    /**
     * @param width in pixels
     * @param height in pixels
     * @param channels 1 (grey) or 3 (red, green, blue)
     * @param samples {@code height * width * channels} bytes, unsigned; not copied
     */
    public Pixels(int width, int height, int channels, byte[] samples) {
        if (samples.length != width * height * channels) {
            throw new IllegalArgumentException(
                    width + "x" + height + "x" + channels + " pixels in " + samples.length + " bytes");
        }
        this.width = width;
        this.height = height;
        this.channels = channels;
        this.samples = samples;
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** 1 (grey) or 3 (red, green, blue). */
    public int channels() {
        return channels;
    }

    /** The samples themselves, not a copy. */
    public byte[] samples() {
        return samples;
    }

    /** The luma of ITU-R BT.601, in the fixed point and rounding of Pillow's mode L; itself where grey already. */
    public Pixels toGray() {
        if (channels == 1) {
            return this;
        }
        byte[] gray = new byte[width * height];
        for (int i = 0; i < gray.length; i++) {
            int r = Byte.toUnsignedInt(samples[3 * i]);
            int g = Byte.toUnsignedInt(samples[3 * i + 1]);
            int b = Byte.toUnsignedInt(samples[3 * i + 2]);
            gray[i] = (byte) ((19595 * r + 38470 * g + 7471 * b + 0x8000) >> 16);
        }
        return new Pixels(width, height, 1, gray);
    }

    /** Grey repeated three times; itself where in colour already. */
    public Pixels toRgb() {
        if (channels == 3) {
            return this;
        }
        byte[] rgb = new byte[Math.multiplyExact(3, samples.length)];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = samples[i / 3];
        }
        return new Pixels(width, height, 3, rgb);
    }
}
