package dev.octet.engine.data;

import dev.octet.engine.data.image.ImageListing;
import dev.octet.engine.data.image.Window;
import dev.octet.engine.data.values.ElementWriter;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException.Detail;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds everything that keeps images from being fed to a model's input. */
final class ImageMismatches {

    private final List<ImageListing.Item> images;
    private final List<InputSpec> inputs;
    private final Preprocessing preprocessing;
    private final List<Detail> found = new ArrayList<>();

    ImageMismatches(List<ImageListing.Item> images, List<InputSpec> inputs, Preprocessing preprocessing) {
        this.images = images;
        this.inputs = inputs;
        this.preprocessing = preprocessing;
    }

    List<Detail> find() {
        checkChannels("mean", preprocessing.mean());
        checkChannels("std", preprocessing.std());
        checkCrop();
        if (inputs.size() != 1) {
            String list = inputs.stream()
                    .map(i -> "'" + i.name() + "' " + i.signature())
                    .collect(Collectors.joining(", "));
            found.add(new Detail(
                    "inputs", "Images feed a model with one input; this one has " + inputs.size() + ": " + list));
        } else {
            checkType(inputs.getFirst());
            checkShape(inputs.getFirst());
        }
        return List.copyOf(found);
    }

    private void checkType(InputSpec input) {
        ElementType type = input.type();
        if (!ElementWriter.writes(type) || type == ElementType.BOOL || type == ElementType.INT8) {
            add(input, "pixels, 0 to 255, can't be fed as " + type);
        } else if (!type.isFloatingPoint() && !preprocessing.keepsValues()) {
            found.add(new Detail(
                    "preprocessing",
                    "changes values, but input '" + input.name() + "' " + input.signature() + " takes whole numbers"));
        }
    }

    private void checkShape(InputSpec input) {
        String first = null;
        int differing = 0;
        for (ImageListing.Item image : images) {
            if (!ImageSource.window(image, preprocessing).fits()) {
                continue;
            }
            List<Long> given = new ArrayList<>(ImageSource.sampleShape(image, preprocessing));
            given.addFirst((long) images.size());
            List<String> faults = SampleShape.check(input.shape(), given, images.size(), false, false);
            if (faults.isEmpty()) {
                continue;
            }
            differing++;
            if (first == null) {
                first = "image '" + image.entry().name() + "' of "
                        + image.header().width() + "x"
                        + image.header().height() + " pixels becomes "
                        + Field.signature(input.type(), given.subList(1, given.size())) + ": "
                        + String.join("; ", faults);
            }
        }
        if (first != null) {
            add(
                    input,
                    first + (differing > 1 ? " (" + differing + " of " + images.size() + " images do not fit)" : ""));
        }
    }

    private void checkCrop() {
        List<ImageListing.Item> small = images.stream()
                .filter(i -> !ImageSource.window(i, preprocessing).fits())
                .toList();
        if (!small.isEmpty()) {
            Window window = ImageSource.window(small.getFirst(), preprocessing);
            found.add(new Detail(
                    "preprocessing.crop",
                    "cuts out " + window.width() + "x" + window.height() + " pixels, but image '"
                            + small.getFirst().entry().name() + "' has only " + window.scaledWidth() + "x"
                            + window.scaledHeight() + " (" + small.size() + " of " + images.size()
                            + " images are too small); set resize"));
        }
    }

    private void checkChannels(String what, List<Double> values) {
        int channels = preprocessing.channels() == Preprocessing.Channels.GRAY ? 1 : 3;
        if (values.size() > 1 && values.size() != channels) {
            found.add(new Detail(
                    "preprocessing." + what,
                    "has " + values.size() + " values, but images in " + preprocessing.channels() + " have " + channels
                            + (channels == 1 ? " channel" : " channels")));
        }
    }

    private void add(InputSpec input, String what) {
        found.add(new Detail(
                "inputs." + input.name(), "Input '" + input.name() + "' is " + input.signature() + ": " + what));
    }
}
