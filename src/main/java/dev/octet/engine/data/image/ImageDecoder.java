package dev.octet.engine.data.image;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes PNG and JPEG files to 8-bit grey or RGB.
 *
 * <p>As training pipelines load images: samples as they are stored, embedded colour profiles and EXIF orientation not
 * applied; alpha dropped, not blended; palettes expanded; of 16-bit samples the upper 8 bits; YCbCr turned into RGB by JFIF's
 * formula in libjpeg's fixed point. A file that is damaged or ends early is refused, naming it.
 */
public final class ImageDecoder {

    private ImageDecoder() {}

    /**
     * The pixels of {@code content}.
     *
     * @param file its name, for messages
     * @param header what the file was found to be
     * @throws EngineException DATASET_MALFORMED
     */
    public static Pixels decode(String file, byte[] content, ImageHeader header) {
        boolean png = header.format() == ImageHeader.Format.PNG;
        if (png) {
            PngFormat.checkChunks(file, content);
        }
        ImageReader reader =
                ImageIO.getImageReadersByFormatName(png ? "png" : "jpeg").next();
        Damage damage = new Damage();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            reader.addIIOReadWarningListener((source, warning) -> damage.note(warning));
            reader.setInput(in, true, true);
            Pixels pixels;
            if (png) {
                pixels = png(reader.read(0), header.channels());
            } else {
                // As a raster, since reading as an image would apply an embedded colour profile.
                pixels = jpeg(reader.readRaster(0, null), header);
            }
            if (damage.found != null) {
                throw Archive.malformed(file, "is damaged: " + damage.found);
            }
            if (pixels.width() != header.width() || pixels.height() != header.height()) {
                throw Archive.malformed(file, "does not have the size it claims");
            }
            return pixels;
        } catch (IOException e) {
            throw refused(file, e);
        } catch (EngineException e) {
            throw e;
        } catch (RuntimeException e) {
            // The decoders meet hostile bytes with all kinds of unchecked exceptions.
            throw refused(file, e);
        } finally {
            reader.dispose();
        }
    }

    private static EngineException refused(String file, Exception e) {
        String what = "can't be decoded: " + e.getMessage();
        return new EngineException(
                Fault.DATASET_MALFORMED, file + ": " + what, List.of(new EngineException.Detail(file, what)), e);
    }

    /** The first warning that speaks of damage; others, such as of odd metadata, do not concern the pixels. */
    private static final class Damage {
        private @Nullable String found;

        void note(String warning) {
            String text = warning.toLowerCase(Locale.ROOT);
            if (found == null && (text.contains("truncated") || text.contains("corrupt"))) {
                found = warning;
            }
        }
    }

    private static Pixels png(BufferedImage image, int channels) {
        Raster raster = image.getRaster();
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), channels)];
        int bands = raster.getNumBands();
        int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
        IndexColorModel palette = image.getColorModel() instanceof IndexColorModel p ? p : null;
        int[] row = new int[width * bands];
        int at = 0;
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    int sample = palette == null ? row[x * bands + c] >> shift : palette.getRGB(row[x]) >> (16 - 8 * c);
                    out[at++] = (byte) sample;
                }
            }
        }
        return new Pixels(width, height, channels, out);
    }

    private static Pixels jpeg(Raster raster, ImageHeader header) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bands = header.channels();
        if (raster.getNumBands() != bands) {
            throw new IllegalArgumentException(raster.getNumBands() + " components instead of " + bands);
        }
        byte[] out = new byte[Math.multiplyExact(Math.multiplyExact(width, height), bands)];
        int[] row = new int[width * bands];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            if (header.yCbCr()) {
                toRgb(row);
            }
            int start = y * row.length;
            for (int i = 0; i < row.length; i++) {
                out[start + i] = (byte) row[i];
            }
        }
        return new Pixels(width, height, bands, out);
    }

    /** R = Y + 1.402 Cr, G = Y - 0.34414 Cb - 0.71414 Cr, B = Y + 1.772 Cb, with 16 bits of fraction. */
    private static void toRgb(int[] row) {
        int half = 1 << 15;
        for (int i = 0; i < row.length; i += 3) {
            int y = row[i];
            int cb = row[i + 1] - 128;
            int cr = row[i + 2] - 128;
            row[i] = clamp(y + ((91881 * cr + half) >> 16));
            row[i + 1] = clamp(y + ((-22554 * cb - 46802 * cr + half) >> 16));
            row[i + 2] = clamp(y + ((116130 * cb + half) >> 16));
        }
    }

    private static int clamp(int value) {
        return Math.clamp(value, 0, 255);
    }
}
