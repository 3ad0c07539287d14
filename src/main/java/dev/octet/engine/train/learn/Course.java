package dev.octet.engine.train.learn;

import dev.octet.engine.scheme.Encoding;
import dev.octet.engine.scheme.TrainingOptions;
import dev.octet.engine.train.learn.Lesson.Standing;
import dev.octet.engine.train.task.Epoch;
import dev.octet.engine.train.task.Trained;
import dev.octet.engine.train.task.TrainingListener;
import dev.octet.engine.train.task.TrainingTask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;

/** A training from its first epoch, or the one after the last that was kept, to its end. */
public final class Course implements AutoCloseable {

    /** Steps that suit most where nothing is said. */
    private static final long STEPS = 2_000;

    private static final int FEWEST_EPOCHS = 3;
    private static final int MOST_EPOCHS = 100;

    /** Peaks of the schedule where nothing is said: coarse grids ask for larger moves. */
    private static final double RATE = 0.0003;

    private static final double COARSE_RATE = 0.005;
    private static final double SGD_RATE = 0.01;

    /** The share of the time after which it is told whether all steps will be done within it. */
    private static final double TELLING = 0.05;

    private final TrainingTask task;
    private final TrainingOptions options;
    private final Student student;
    private final Lesson lesson;
    private final Chunks samples;
    private final Chunks heldOut;
    private final TrainingListener listener;
    private final Descent descent;
    private final int batchSize;
    private final int epochs;
    private final long stepsPerEpoch;
    private final Schedule schedule;
    private final List<Epoch> history = new ArrayList<>();
    private Snapshot best;
    private double secondsBefore;
    private long started;

    /** A course; the caller closes what it is given. */
    public Course(
            TrainingTask task,
            Student student,
            Lesson lesson,
            Chunks samples,
            Chunks heldOut,
            TrainingListener listener) {
        this.task = task;
        this.options = task.options();
        this.student = student;
        this.lesson = lesson;
        this.samples = samples;
        this.heldOut = heldOut;
        this.listener = listener;
        this.descent = new Descent(student.parameters(), options);
        long fixed = task.samples().fixedBatch();
        this.batchSize = fixed > 0 ? Math.toIntExact(fixed) : options.batchSize();
        long count = task.samples().count();
        this.stepsPerEpoch = Math.max(1, Math.ceilDiv(count - task.holdOut().of(count), batchSize));
        Integer asked = options.epochs();
        this.epochs =
                asked != null ? asked : Math.clamp(Math.ceilDiv(STEPS, stepsPerEpoch), FEWEST_EPOCHS, MOST_EPOCHS);
        Double rate = options.learningRate();
        this.schedule = new Schedule(rate == null ? usualRate() : rate);
        this.best = Snapshot.of(student.parameters());
    }

    private double usualRate() {
        if (options.optimizer() == TrainingOptions.Optimizer.SGD) {
            return SGD_RATE;
        }
        int bits = Stream.concat(task.plan().activations().values().stream(), task.plan().weights().values().stream())
                .map(Encoding::type)
                .mapToInt(type -> type.bits())
                .min()
                .orElse(8);
        return bits < 8 ? COARSE_RATE : RATE;
    }

    /** Runs to the end. */
    public Trained run() {
        started = System.nanoTime();
        goOn();
        int resumed = history.isEmpty() ? 0 : history.getLast().number();
        if (history.isEmpty()) {
            listener.step(0, total(), "comparing the start with the float model on samples held out");
            Standing start = lesson.examine(heldOut, batchSize);
            note(new Epoch(0, Double.NaN, start.loss(), start.agreement(), 0, elapsed()));
        } else {
            listener.step(
                    resumed * stepsPerEpoch, total(), "going on after epoch " + resumed + " of an earlier attempt");
        }
        String ending = "all " + epochs + " epochs were done";
        for (int epoch = history.getLast().number() + 1; epoch <= epochs; epoch++) {
            double loss = epoch(epoch);
            if (!Double.isFinite(loss)) {
                ending = "the loss was no number in epoch " + epoch;
                break;
            }
            // While steps are large, results go up and down; only then does standing still say something.
            if (epoch - Math.max(bestEpoch(), epochs / 2) >= options.patience()) {
                ending = "no epoch after " + bestEpoch() + " was better";
                break;
            }
            if (isOver()) {
                ending = "its time of " + options.most().toSeconds() + " s was up";
                break;
            }
        }
        best.restore(student.parameters());
        return new Trained(student.learnedGraph(), student.learnedPlan(), history, bestEpoch(), resumed, ending);
    }

    private void goOn() {
        Path from = task.goOnFrom();
        if (from != null) {
            Checkpoint.read(from, task.run(), student.parameters(), descent).ifPresent(state -> {
                best.close();
                best = state.best();
                history.addAll(state.epochs());
                secondsBefore = state.seconds();
            });
        }
    }

    /** One pass over the samples in an order of its own, and what it brought; the mean loss. */
    private double epoch(int number) {
        long begun = System.nanoTime();
        SplittableRandom random = new SplittableRandom(task.seed() + 0x9E3779B97F4A7C15L * number);
        double[] sum = new double[2];
        double[] rate = new double[1];
        samples.forEach(chunk -> {
            for (long[] indices : batches(chunk.size(), random)) {
                if (!Double.isFinite(sum[0]) || (isOver() && sum[1] > 0)) {
                    return;
                }
                long done = (number - 1) * stepsPerEpoch + (long) sum[1];
                rate[0] = schedule.at(over(done));
                sum[0] += step(chunk, indices, rate[0]);
                sum[1]++;
                listener.step(
                        Math.min(done + 1, total()),
                        total(),
                        String.format(Locale.ROOT, "epoch %d of %d: loss %.5f", number, epochs, sum[0] / sum[1]));
            }
        });
        double loss = sum[0] / sum[1];
        if (Double.isFinite(loss)) {
            Standing standing = lesson.examine(heldOut, batchSize);
            note(new Epoch(number, loss, standing.loss(), standing.agreement(), rate[0], seconds(begun)));
        }
        return loss;
    }

    private double step(Chunk chunk, long[] indices, double rate) {
        try (PointerScope _ = new PointerScope()) {
            descent.clear();
            double loss = lesson.learn(chunk.select(indices));
            if (Double.isFinite(loss)) {
                descent.step(rate);
            }
            return loss;
        }
    }

    /** All indices below {@code size} once, in a random order, cut to batches; a model of a fixed batch gets whole ones only. */
    private List<long[]> batches(long size, SplittableRandom random) {
        long[] order = new long[Math.toIntExact(size)];
        Arrays.setAll(order, i -> i);
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            long swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
        List<long[]> batches = new ArrayList<>();
        for (int from = 0; from < order.length; from += batchSize) {
            batches.add(Arrays.copyOfRange(order, from, Math.min(order.length, from + batchSize)));
        }
        return batches;
    }

    private void note(Epoch epoch) {
        boolean better = history.isEmpty()
                || epoch.heldOutLoss()
                        < history.stream().mapToDouble(Epoch::heldOutLoss).min().orElseThrow();
        history.add(epoch);
        if (better) {
            best.close();
            best = Snapshot.of(student.parameters());
        }
        Path checkpoint = task.checkpoint();
        if (checkpoint != null && epoch.number() > 0) {
            Checkpoint.State state = new Checkpoint.State(best, history, elapsed());
            Checkpoint.write(checkpoint, task.run(), state, student.parameters(), descent);
        }
        listener.epoch(epoch);
    }

    private int bestEpoch() {
        double least = history.stream().mapToDouble(Epoch::heldOutLoss).min().orElseThrow();
        return history.stream()
                .filter(epoch -> epoch.heldOutLoss() == least)
                .findFirst()
                .map(Epoch::number)
                .orElse(0);
    }

    private long total() {
        return epochs * stepsPerEpoch;
    }

    /**
     * The share of the course that is over: by steps, so that the same run learns the same; by time only where not all steps will be
     * done within it, so that the rate falls to its end all the same.
     */
    private double over(long done) {
        double bySteps = (double) done / total();
        double byTime = elapsed() / seconds(options.most());
        return byTime > TELLING && byTime > bySteps ? byTime : bySteps;
    }

    private boolean isOver() {
        return elapsed() >= seconds(options.most());
    }

    private double elapsed() {
        return secondsBefore + seconds(started);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    @Override
    public void close() {
        best.close();
        descent.close();
    }
}
