package dev.octet.engine.search.comparison;

import dev.octet.engine.scheme.ElementType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Both models' answers to a few samples, side by side.
 *
 * @param total samples in the dataset, of which the first were taken
 * @param asWritten whether the quantized file was executed as written, since this machine is not its target
 * @param samples one for each sample, in their order
 */
public record Comparison(long total, boolean asWritten, List<Sample> samples) {

    public Comparison {
        samples = List.copyOf(samples);
    }

    /**
     * What both models answer to one sample.
     *
     * @param index of the sample in the dataset, from 0
     * @param labels its true answer; empty where the dataset has none for each sample
     * @param agree whether all outputs that are answers agree; null where none is
     * @param outputs the first outputs, in the model's order
     * @param moreOutputs how many further outputs the model has
     */
    public record Sample(
            long index, List<Double> labels, @Nullable Boolean agree, List<Output> outputs, int moreOutputs) {
        public Sample {
            labels = List.copyOf(labels);
            outputs = List.copyOf(outputs);
        }
    }

    /** What an output's numbers seem to be. */
    public enum Form {
        /** Of classes, before a softmax. */
        SCORES,
        /** Of classes, adding up to 1. */
        SHARES,
        /** Whole numbers, such as those of classes. */
        INDICES,
        NUMBERS
    }

    /**
     * One output of both models.
     *
     * @param name the output's name
     * @param type of its elements, as the float model gives them
     * @param shape for this sample, outermost first
     * @param int8Shape the quantized model's; where it is another, nothing else is compared
     * @param elements number of values
     * @param form what the numbers seem to be
     * @param agree whether the answer is the same: the largest score, or every index; null where the output is no such answer
     * @param classes those with the largest scores in either model, the float model's order; empty where there are no classes
     * @param values the first values
     * @param cells all values in equal parts, in their order; empty where {@code values} has all
     * @param cosine between both; null where one is not finite
     * @param sqnrDb signal to quantization noise ratio in dB; null where one is not finite
     * @param largestDifference where both differ most; null where nothing finite can be compared
     * @param nonFinite how many values are NaN or infinite
     */
    public record Output(
            String name,
            ElementType type,
            List<Long> shape,
            List<Long> int8Shape,
            long elements,
            Form form,
            @Nullable Boolean agree,
            List<ClassScores> classes,
            Values values,
            List<Cell> cells,
            @Nullable Double cosine,
            @Nullable Double sqnrDb,
            @Nullable Difference largestDifference,
            NonFinite nonFinite) {
        public Output {
            shape = List.copyOf(shape);
            int8Shape = List.copyOf(int8Shape);
            classes = List.copyOf(classes);
            cells = List.copyOf(cells);
        }
    }

    /** One class in both models. */
    public record ClassScores(int index, ClassScore fp32, ClassScore int8) {}

    /**
     * What one model gives a class.
     *
     * @param value the model's own number
     * @param share of all classes, 0 to 1: the softmax of the numbers where they are not shares already
     */
    public record ClassScore(float value, float share) {}

    /** The first values of both models; empty where one of them is not finite. */
    public record Values(List<Float> fp32, List<Float> int8) {
        public Values {
            fp32 = List.copyOf(fp32);
            int8 = List.copyOf(int8);
        }
    }

    /**
     * A run of consecutive values, row-major; what is not finite counts as 0.
     *
     * @param first index of its first value
     * @param count number of values
     * @param fp32 mean of the float model's
     * @param int8 mean of the quantized model's
     * @param difference the largest absolute one
     */
    public record Cell(long first, int count, float fp32, float int8, float difference) {}

    /**
     * Two values that differ.
     *
     * @param value the absolute difference
     * @param index where, one number an axis
     */
    public record Difference(float value, List<Long> index, float fp32, float int8) {
        public Difference {
            index = List.copyOf(index);
        }
    }

    /** Numbers of values that are NaN or infinite. */
    public record NonFinite(long fp32, long int8) {}
}
