package dev.octet.engine.search.training;

import dev.octet.engine.data.Batch;
import dev.octet.engine.data.BatchReader;
import dev.octet.engine.evaluate.Scorer;
import dev.octet.engine.evaluate.SignalNoise;
import dev.octet.engine.runtime.RuntimeOptions;
import dev.octet.engine.runtime.RuntimeSession;
import dev.octet.engine.search.SampleSet;
import dev.octet.engine.search.training.FindAnswers.Form;
import dev.octet.engine.search.training.FindAnswers.Found;
import dev.octet.engine.train.task.Answer.Scores;
import dev.octet.engine.train.task.HoldOut;
import dev.octet.engine.train.task.TrainingStory.Nearness;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Holds quantized files against the float model's, in the runtime, on samples that were not trained on. */
final class CompareHeldOut {

    private static final double SMALLEST = 1e-12;

    /** A quantized Softmax gives shares of nothing. */
    private static final double LEAST_SHARE = 1e-6;

    private final SampleSet samples;
    private final HoldOut holdOut;
    private final List<Found> answers;
    private final int threads;

    CompareHeldOut(SampleSet samples, HoldOut holdOut, List<Found> answers, int threads) {
        this.samples = samples;
        this.holdOut = holdOut;
        this.answers = answers;
        this.threads = threads;
    }

    /** How near {@code quantized} is to {@code exact}, one file open at a time. */
    Nearness compare(Path exact, Path quantized) {
        return nearness(outputs(exact), outputs(quantized));
    }

    /** All outputs of each held-out batch of one sample, or of as many as the model insists on. */
    private List<List<Numbers>> outputs(Path file) {
        List<List<Numbers>> outputs = new ArrayList<>();
        try (RuntimeSession session = RuntimeSession.open(file, RuntimeOptions.optimized(threads));
                BatchReader reader = samples.read(1)) {
            long position = 0;
            for (Batch batch = reader.next(); batch != null; batch = reader.next()) {
                if (holdOut.holds(position)) {
                    outputs.add(session.run(batch).stream().map(Numbers::of).toList());
                }
                position += batch.size();
            }
        }
        return outputs;
    }

    private Nearness nearness(List<List<Numbers>> exact, List<List<Numbers>> quantized) {
        double distance = heads(exact, quantized);
        for (Found found : answers) {
            List<Numbers> a = exact.stream().map(run -> run.get(found.output())).toList();
            List<Numbers> b =
                    quantized.stream().map(run -> run.get(found.output())).toList();
            distance += switch (found.form()) {
                        case NUMBERS -> noise(a, b);
                        case INDICES -> differing(a, b);
                        case LOGITS, SHARES -> divergence(a, b, found.form() == Form.SHARES);
                        case BOXES, SCORES -> 0;
                    }
                    / answers.size();
        }
        double cosine = 0;
        double same = 0;
        for (int i = 0; i < exact.size(); i++) {
            float[] a = exact.get(i).getFirst().values();
            float[] b = quantized.get(i).getFirst().values();
            cosine += SignalNoise.cosine(a, b) / exact.size();
            same += Scorer.largest(a) == Scorer.largest(b) ? 1.0 / exact.size() : 0;
        }
        return new Nearness(distance, cosine, same);
    }

    /** The distance of a detector's heads; 0 where there are none. */
    private double heads(List<List<Numbers>> exact, List<List<Numbers>> quantized) {
        Scores form = answers.getFirst().answer().scores();
        return form == null
                ? 0
                : new CompareHeads(answers.getFirst(), answers.getLast(), form).distance(exact, quantized);
    }

    /** Noise over signal. */
    private static double noise(List<Numbers> exact, List<Numbers> quantized) {
        double noise = 0;
        double signal = 0;
        for (int i = 0; i < exact.size(); i++) {
            float[] a = exact.get(i).values();
            float[] b = quantized.get(i).values();
            for (int n = 0; n < a.length; n++) {
                noise += ((double) a[n] - b[n]) * ((double) a[n] - b[n]);
                signal += (double) a[n] * a[n];
            }
        }
        return noise / Math.max(SMALLEST, signal);
    }

    /** The share of numbers that are not the same. */
    private static double differing(List<Numbers> exact, List<Numbers> quantized) {
        double different = 0;
        double all = 0;
        for (int i = 0; i < exact.size(); i++) {
            float[] a = exact.get(i).values();
            for (int n = 0; n < a.length; n++) {
                different += a[n] == quantized.get(i).values()[n] ? 0 : 1;
                all++;
            }
        }
        return different / all;
    }

    /** Kullback-Leibler divergence, mean over rows. */
    private static double divergence(List<Numbers> exact, List<Numbers> quantized, boolean shares) {
        double sum = 0;
        long rows = 0;
        for (int i = 0; i < exact.size(); i++) {
            Numbers a = exact.get(i);
            for (int from = 0; from < a.values().length; from += a.width()) {
                double[] p = logarithms(a.values(), from, a.width(), shares);
                double[] q = logarithms(quantized.get(i).values(), from, a.width(), shares);
                for (int n = 0; n < p.length; n++) {
                    sum += Math.exp(p[n]) * (p[n] - q[n]);
                }
                rows++;
            }
        }
        return sum / rows;
    }

    private static double[] logarithms(float[] values, int from, int width, boolean shares) {
        double[] row = new double[width];
        double most = Double.NEGATIVE_INFINITY;
        for (int n = 0; n < width; n++) {
            row[n] = shares ? Math.log(Math.max(LEAST_SHARE, values[from + n])) : values[from + n];
            most = Math.max(most, row[n]);
        }
        double sum = 0;
        for (double value : row) {
            sum += Math.exp(value - most);
        }
        for (int n = 0; n < width; n++) {
            row[n] -= most + Math.log(sum);
        }
        return row;
    }
}
