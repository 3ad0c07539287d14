package dev.octet.engine.data;

import dev.octet.engine.data.image.ImageListing;
import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Images of a zip, decoded as they are read. */
final class ImageDataset extends Dataset {

    private final Archive archive;
    private final ImageListing listing;

    private ImageDataset(Archive archive, ImageListing listing) {
        this.archive = archive;
        this.listing = listing;
    }

    static ImageDataset of(Archive archive) {
        return new ImageDataset(archive, ImageListing.of(archive));
    }

    @Override
    public String format() {
        return "images";
    }

    @Override
    public long samples() {
        return listing.images().size();
    }

    /** One field {@code image}: samples, height, width, channels. */
    @Override
    public List<Field> fields() {
        return List.of(new Field(
                "image",
                ElementType.UINT8,
                List.of(
                        samples(),
                        common(i -> i.header().height()),
                        common(i -> i.header().width()),
                        common(i -> i.header().channels()))));
    }

    private long common(ToLongFunction<ImageListing.Item> size) {
        long[] distinct =
                listing.images().stream().mapToLong(size).distinct().limit(2).toArray();
        return distinct.length == 1 ? distinct[0] : -1;
    }

    @Override
    public boolean hasLabels() {
        return listing.labels() != null;
    }

    @Override
    public Optional<Labels> labels() {
        return Optional.ofNullable(listing.labels())
                .map(values -> new Labels(
                        values.stream().mapToDouble(Double::doubleValue).toArray(), 1));
    }

    @Override
    public List<EngineException.Detail> mismatches(List<InputSpec> inputs, Preprocessing preprocessing) {
        return new ImageMismatches(listing.images(), inputs, preprocessing).find();
    }

    @Override
    BatchSource source(List<InputSpec> inputs, Preprocessing preprocessing, long first, long count, int batchSize) {
        List<ImageListing.Item> images = listing.images().subList((int) first, (int) (first + count));
        return new ImageSource(archive, images, inputs.getFirst(), preprocessing, first, batchSize);
    }

    @Override
    public void close() {
        archive.close();
    }
}
