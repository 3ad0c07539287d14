package dev.octet.engine.data;

import dev.octet.engine.data.values.Cast;
import dev.octet.engine.data.values.ElementWriter;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds everything that keeps arrays from being fed to a model's inputs. */
final class ArrayMismatches {

    private final NpzDataset dataset;
    private final List<InputSpec> inputs;
    private final Preprocessing preprocessing;
    private final List<Detail> found = new ArrayList<>();

    ArrayMismatches(NpzDataset dataset, List<InputSpec> inputs, Preprocessing preprocessing) {
        this.dataset = dataset;
        this.inputs = inputs;
        this.preprocessing = preprocessing;
    }

    List<Detail> find() {
        if (dataset.samples() == 0) {
            add("samples", "The dataset has no samples");
        }
        checkPreprocessing();
        for (InputSpec input : inputs) {
            dataset.fields().stream()
                    .filter(f -> f.name().equals(input.name()))
                    .findFirst()
                    .ifPresentOrElse(
                            f -> check(input, f),
                            () -> add(
                                    "inputs." + input.name(),
                                    "Input '" + input.name() + "' " + input.signature()
                                            + " has no array of that name; the dataset has " + arrayList()
                                            + (input.name().equals(Dataset.LABELS) ? " beside its labels" : "")));
        }
        for (Field field : dataset.fields()) {
            if (inputs.stream().noneMatch(i -> i.name().equals(field.name()))) {
                add(
                        "arrays." + field.name(),
                        "Array '" + field.name() + "' " + field.signature() + " is no input of the model, which has "
                                + inputList());
            }
        }
        return List.copyOf(found);
    }

    private void check(InputSpec input, Field field) {
        int before = found.size();
        String path = "inputs." + input.name();
        String both = "Input '" + input.name() + "' is " + input.signature() + ", array '" + field.name() + "' is "
                + field.signature() + ": ";
        if (!ElementWriter.writes(input.type())) {
            add(path, both + "inputs of type " + input.type() + " can't be fed from arrays");
        }
        // A decoder's past is empty at first, beside tokens that are not.
        boolean empties =
                dataset.fields().stream().anyMatch(other -> !other.shape().contains(0L));
        SampleShape.check(input.shape(), field.shape(), dataset.samples(), true, empties)
                .forEach(fault -> add(path, both + fault));
        checkChannels("mean", preprocessing.mean(), input, field);
        checkChannels("std", preprocessing.std(), input, field);
        if (found.size() == before && dataset.samples() > 0 && Cast.mayFail(field.type(), input.type())) {
            tryFirstSample(input, path);
        }
    }

    /** Whether a cast that depends on values works is seen from the first sample; the others are checked as they are read. */
    private void tryFirstSample(InputSpec input, String path) {
        try (BatchSource source = dataset.source(List.of(input), preprocessing, 0, 1, 1);
                BatchSlot slot = new BatchSlot()) {
            source.fill(slot);
        } catch (EngineException e) {
            if (e.fault() != Fault.DATASET_MISMATCH) {
                throw e;
            }
            add(path, "Input '" + input.name() + "' is " + input.signature() + ": " + e.getMessage());
        }
    }

    private void checkChannels(String what, List<Double> values, InputSpec input, Field field) {
        if (!input.type().isFloatingPoint() || values.size() <= 1) {
            return;
        }
        long channels = field.shape().size() > 1 ? field.shape().get(1) : 1;
        if (values.size() != channels) {
            add(
                    "preprocessing." + what,
                    "has " + values.size() + " values, but array '" + field.name() + "' " + field.signature() + " has "
                            + channels + (field.shape().size() > 1 ? " channels along axis 1" : " channel"));
        }
    }

    private void checkPreprocessing() {
        if (preprocessing.resize() != null) {
            add("preprocessing.resize", "is for images; the dataset holds arrays, which keep their size");
        }
        if (preprocessing.crop() != null) {
            add("preprocessing.crop", "is for images; the dataset holds arrays, which keep their size");
        }
        if (preprocessing.channels() != Preprocessing.Channels.RGB) {
            add(
                    "preprocessing.channels",
                    preprocessing.channels()
                            + " is for images; the dataset holds arrays, whose channels stay in their order");
        }
        if (preprocessing.layout() != Preprocessing.Layout.NCHW) {
            add(
                    "preprocessing.layout",
                    preprocessing.layout()
                            + " is for images; the dataset holds arrays, whose channels are along axis 1");
        }
        if (preprocessing.maxLength() != null) {
            add("preprocessing.maxLength", "is for texts; the dataset holds arrays, which keep their size");
        }
        boolean floats = inputs.stream().map(InputSpec::type).anyMatch(ElementType::isFloatingPoint);
        if (!preprocessing.keepsValues() && !floats) {
            add("preprocessing", "changes values, but the model has no floating-point input: " + inputList());
        }
    }

    private String arrayList() {
        return dataset.fields().stream()
                .map(f -> "'" + f.name() + "' " + f.signature())
                .collect(Collectors.joining(", "));
    }

    private String inputList() {
        return inputs.isEmpty()
                ? "none"
                : inputs.stream()
                        .map(i -> "'" + i.name() + "' " + i.signature())
                        .collect(Collectors.joining(", "));
    }

    private void add(String path, String message) {
        found.add(new Detail(path, message));
    }
}
