package dev.octet.engine.data.image;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Encodes images for tests, whole or broken. */
public final class ImageFiles {

    private ImageFiles() {}

    /** A PNG of 8-bit samples, interleaved; {@code channels} 1 is grey, 2 grey and alpha, 3 RGB, 4 RGBA. */
    public static byte[] png(int width, int height, int channels, int... samples) {
        return png(component(width, height, channels, DataBuffer.TYPE_BYTE, samples));
    }

    /** A PNG of 16-bit samples. */
    public static byte[] png16(int width, int height, int channels, int... samples) {
        return png(component(width, height, channels, DataBuffer.TYPE_USHORT, samples));
    }

    /** A PNG whose samples are places in a palette of 0xrrggbb colours. */
    public static byte[] palettePng(int width, int height, int[] palette, int... samples) {
        byte[][] colours = new byte[3][palette.length];
        for (int i = 0; i < palette.length; i++) {
            colours[0][i] = (byte) (palette[i] >> 16);
            colours[1][i] = (byte) (palette[i] >> 8);
            colours[2][i] = (byte) palette[i];
        }
        IndexColorModel model = new IndexColorModel(2, palette.length, colours[0], colours[1], colours[2]);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_BINARY, model);
        image.getRaster().setPixels(0, 0, width, height, samples);
        return png(image);
    }

    private static BufferedImage component(int width, int height, int channels, int type, int[] samples) {
        boolean alpha = channels % 2 == 0;
        ComponentColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(channels <= 2 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB),
                alpha,
                false,
                alpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
                type);
        WritableRaster raster = model.createCompatibleWritableRaster(width, height);
        raster.setPixels(0, 0, width, height, samples);
        return new BufferedImage(model, raster, false, null);
    }

    private static byte[] png(BufferedImage image) {
        return write(image, "png");
    }

    /** A JPEG of one colour, 0xrrggbb. */
    public static byte[] jpeg(int width, int height, int colour) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] row = new int[width * height];
        Arrays.fill(row, colour);
        image.setRGB(0, 0, width, height, row, 0, width);
        return write(image, "jpeg");
    }

    public static byte[] grayJpeg(int width, int height, int level) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        int[] samples = new int[width * height];
        Arrays.fill(samples, level);
        image.getRaster().setPixels(0, 0, width, height, samples);
        return write(image, "jpeg");
    }

    private static byte[] write(BufferedImage image, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(new IIOImage(image, null, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** {@code png} with another chunk put behind its header, its CRC right. */
    public static byte[] withChunk(byte[] png, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        byte[] chunk = new byte[12 + data.length];
        ByteBuffer.wrap(chunk).putInt(data.length).put(name).put(data).putInt((int) crc.getValue());
        return insert(png, 33, chunk);
    }

    /** {@code png} with the bytes of its header chunk changed from offset {@code at} on, its CRC right. */
    public static byte[] withHeader(byte[] png, int at, byte... values) {
        byte[] changed = png.clone();
        System.arraycopy(values, 0, changed, 16 + at, values.length);
        CRC32 crc = new CRC32();
        crc.update(changed, 12, 17);
        ByteBuffer.wrap(changed).putInt(29, (int) crc.getValue());
        return changed;
    }

    /** {@code content} with {@code more} put in at {@code at}. */
    public static byte[] insert(byte[] content, int at, byte... more) {
        byte[] all = new byte[content.length + more.length];
        System.arraycopy(content, 0, all, 0, at);
        System.arraycopy(more, 0, all, at, more.length);
        System.arraycopy(content, at, all, at + more.length, content.length - at);
        return all;
    }

    /** {@code jpeg} with the payload of its first segment of kind {@code marker} changed at {@code at}. */
    public static byte[] withSegment(byte[] jpeg, int marker, int at, int... values) {
        byte[] changed = jpeg.clone();
        for (int i = 0; i + 1 < jpeg.length; i++) {
            if (jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) marker) {
                for (int k = 0; k < values.length; k++) {
                    changed[i + 4 + at + k] = (byte) values[k];
                }
                return changed;
            }
        }
        throw new IllegalArgumentException("no such segment");
    }

    /** {@code png}, which may be broken, with the checksum of each chunk that can be found made right. */
    public static byte[] withChecksums(byte[] png) {
        byte[] fixed = png.clone();
        ByteBuffer view = ByteBuffer.wrap(fixed);
        for (int at = 8; fixed.length - at >= 12; ) {
            int length = view.getInt(at);
            if (length < 0 || length > fixed.length - at - 12) {
                break;
            }
            CRC32 crc = new CRC32();
            crc.update(fixed, at + 4, length + 4);
            view.putInt(at + 8 + length, (int) crc.getValue());
            at += 12 + length;
        }
        return fixed;
    }
}
