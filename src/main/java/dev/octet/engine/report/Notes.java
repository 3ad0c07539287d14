package dev.octet.engine.report;

import dev.octet.engine.evaluate.ChannelNoise;
import dev.octet.engine.recipe.Recipe;
import dev.octet.engine.report.Outcome.Layer;
import dev.octet.engine.report.Outcome.Times;
import dev.octet.engine.report.Report.Advice;
import dev.octet.engine.report.Report.Drift;
import dev.octet.engine.report.Report.Note;
import dev.octet.engine.scheme.MetricKind;
import dev.octet.engine.search.Findings;
import dev.octet.engine.search.auto.SearchAutomatically.Found;
import dev.octet.engine.search.calibration.DataAdvice;
import dev.octet.engine.search.synthesis.DataFree;
import dev.octet.engine.search.torch.TorchArtifact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says in sentences what a reader of the report should know. */
final class Notes {

    private static final int MOST_BLAMED = 5;

    /** A channel of which less is left carries half noise. */
    private static final double LOST_CHANNEL_DB = 6;

    private final Recipe recipe;
    private final Findings findings;
    private final List<Times> latency;
    private final List<Layer> layers;
    private final List<Note> notes = new ArrayList<>();

    private Notes(Recipe recipe, Findings findings, List<Layer> layers) {
        this.layers = layers;
        this.recipe = recipe;
        this.findings = findings;
        this.latency = findings.latency().stream().map(Times::of).toList();
    }

    /** All notes on {@code findings} and the search before it, if there was one, what matters most first. */
    static List<Note> of(
            Recipe recipe,
            Findings findings,
            List<Layer> layers,
            @Nullable TorchArtifact archive,
            @Nullable Found found) {
        Notes notes = new Notes(recipe, findings, layers);
        notes.onSamples();
        notes.onTraining();
        notes.onChannels();
        notes.onCertainty();
        notes.onSpeed();
        if (found != null) {
            found.story().forEach(sentence -> notes.notes.add(Note.info("SEARCHED", sentence)));
        }
        if (archive != null) {
            notes.onArchive(archive);
        }
        notes.onProof();
        notes.onPasses();
        return notes.notes;
    }

    private void onSamples() {
        DataFree dataFree = findings.data().dataFree();
        if (dataFree != null) {
            notes.add(Note.warning(
                    "DATA_FREE",
                    String.format(
                            Locale.ROOT,
                            "There is no calibration set: activation ranges were taken from %d made-up images whose"
                                    + " values come within %.3f of what the model's %d BatchNormalizations remember of its"
                                    + " training (0 is the same, real images are at 0.02 to 0.05, noise is near 1; the"
                                    + " farthest, '%s', at %.3f). Real samples do better.",
                            dataFree.samples(),
                            dataFree.distance(),
                            dataFree.norms(),
                            dataFree.worstValue(),
                            dataFree.worst())));
        }
        String unlearnable = findings.data().unlearnable();
        if (unlearnable != null) {
            notes.add(Note.warning(
                    "NO_CALIBRATION",
                    "There is no calibration set, so fixed activation ranges were not tried. None could be made up: "
                            + unlearnable));
        }
        switch (findings.data().origin()) {
            case EVALUATION -> {
                if (findings.data().metric() == MetricKind.FIDELITY) {
                    notes.add(Note.info(
                            "NO_LABELS",
                            "Without labels the result is held against the float model, not against the truth."));
                }
            }
            case HELD_BACK ->
                notes.add(Note.warning(
                        "NO_EVALUATION",
                        "There is no evaluation set: the result is held against the float model on "
                                + findings.fidelity().samples()
                                + (findings.data().dataFree() == null
                                        ? " samples of the calibration set that were held back."
                                        : " made-up samples, which is no measure of its accuracy on real ones.")));
            case SYNTHETIC ->
                notes.add(Note.warning(
                        "SYNTHETIC_SAMPLES",
                        "There is no data: the result was run on made-up inputs, which prove that it runs and how"
                                + " fast, not how accurate it is."));
        }
    }

    private void onArchive(TorchArtifact archive) {
        String refusal = archive.refusal();
        notes.add(
                refusal == null
                        ? Note.info(
                                "PYTORCH_ARCHIVE",
                                String.format(
                                        Locale.ROOT,
                                        "The archive for PyTorch takes %d bytes. Read back and run, its outputs agree"
                                                + " with those of the ONNX file, executed literally, to %.1f dB.",
                                        archive.sizeBytes(),
                                        archive.agreementDb()))
                        : Note.warning("NO_PYTORCH_ARCHIVE", "There is no archive for PyTorch: " + refusal));
    }

    private void onTraining() {
        TrainingReport training = TrainingReport.of(findings.candidate().training());
        if (training != null) {
            notes.add(
                    training.decision().equals("TRAINED")
                            ? Note.info("TRAINED", training.reason())
                            : Note.warning("START_KEPT", training.reason()));
        }
    }

    /** Where the whole looks close but a channel is lost. */
    private void onChannels() {
        ChannelNoise.Worst worst = findings.fidelity().worst();
        if (worst != null
                && worst.sqnrDb() < LOST_CHANNEL_DB
                && worst.sqnrDb() < findings.fidelity().sqnrDb() - 10) {
            notes.add(Note.warning(
                    "WIDE_OUTPUT",
                    String.format(
                            Locale.ROOT,
                            "Channel %d of output '%s' (axis %d) keeps %.1f dB of its signal, the outputs as a whole"
                                    + " %.1f: channels of very different range share an encoding. Exclude the layers that"
                                    + " make this output, or the Concat that joins them.",
                            worst.channel(),
                            worst.output(),
                            worst.axis(),
                            worst.sqnrDb(),
                            findings.fidelity().sqnrDb())));
        }
    }

    private void onCertainty() {
        double allowed = recipe.objective().allowedDrop(findings.score().fp32());
        double drop = findings.score().drop();
        double worst = findings.score().dropInterval().high();
        if (drop <= allowed && worst > allowed) {
            notes.add(Note.warning(
                    "TOO_FEW_SAMPLES",
                    String.format(
                            Locale.ROOT,
                            "On %d samples the drop may be as much as %.4f, more than the %.4f that are allowed; a"
                                    + " larger evaluation set would tell.",
                            findings.score().samples(),
                            worst,
                            allowed)));
        }
    }

    private void onSpeed() {
        for (Times times : latency) {
            String where = "at batch " + times.batchSize() + " with " + threads(times.threads());
            if (times.speedupInterval().low() > 1) {
                notes.add(Note.info(
                        "FASTER",
                        String.format(
                                Locale.ROOT, "%.2f times as fast as the float model %s.", times.speedup(), where)));
            } else {
                notes.add(Note.warning(
                        times.speedupInterval().high() < 1 ? "SLOWER" : "NO_DIFFERENCE",
                        String.format(
                                Locale.ROOT,
                                "Not faster %s: float time over INT8 time is %.2f (%.2f to %.2f). %s",
                                where,
                                times.speedup(),
                                times.speedupInterval().low(),
                                times.speedupInterval().high(),
                                blame())));
            }
        }
        recipe.measure().batchSizes().stream()
                .filter(size -> latency.stream().noneMatch(times -> times.batchSize() == size))
                .forEach(size -> notes.add(Note.info(
                        "NOT_MEASURED",
                        "Latency at batch " + size
                                + " was not measured: this is not the target's processor, the model has "
                                + "another fixed batch, or there are too few samples.")));
    }

    /** What keeps the quantized model from being faster: the nodes that lose most, conversions, float islands. */
    private String blame() {
        long conversions = findings.executed().nodes().stream()
                .filter(node -> node.conversion())
                .count();
        String slower = layers.stream()
                .filter(layer -> lost(layer) > 0)
                .sorted(Comparator.comparingDouble(Notes::lost).reversed())
                .limit(MOST_BLAMED)
                .map(layer -> String.format(
                        Locale.ROOT,
                        "%s (%s, %.0f to %.0f µs)",
                        layer.name(),
                        layer.operator(),
                        layer.fp32Micros(),
                        layer.int8Micros()))
                .collect(Collectors.joining(", "));
        return (slower.isEmpty() ? "" : "Slower on integers than in floating point: " + slower + ". ")
                + "The runtime executes " + findings.executed().islands().size()
                + " parts in floating point and converts " + conversions + " times between floats and integers.";
    }

    /** By how many microseconds {@code layer} is slower than in the float model. */
    private static double lost(Layer layer) {
        Double fp32 = layer.fp32Micros();
        Double int8 = layer.int8Micros();
        return fp32 == null || int8 == null || layer.decision().equals("FLOAT") ? 0 : int8 - fp32;
    }

    private void onProof() {
        notes.add(Note.info(
                "PREPARED",
                String.format(Locale.ROOT, "Folding kept the model's outputs to %.0f dB.", findings.preparedDb())));
        notes.add(
                findings.fusedDb().isPresent()
                        ? Note.info(
                                "PROVEN",
                                String.format(
                                        Locale.ROOT,
                                        "The integer kernels agree with the file as written to %.0f dB.",
                                        findings.fusedDb().getAsDouble()))
                        : Note.warning(
                                "SIMULATED",
                                "This machine is not the target: the file was scored by executing it as written, and"
                                        + " its latency was not measured."));
    }

    private void onPasses() {
        findings.candidate().notes().forEach(note -> notes.add(Note.info("CORRECTED", note)));
        findings.prepared().notes().stream()
                .filter(note -> !note.contains(": skipped: "))
                .forEach(note -> notes.add(Note.info("PREPARED", note)));
    }

    private static String threads(int threads) {
        return threads == 1 ? "1 thread" : threads + " threads";
    }

    /** What the calibration set was worth; null where there is none. */
    static @Nullable Advice advice(@Nullable DataAdvice data) {
        if (data == null) {
            return null;
        }
        boolean settled = data.samplesEnough() < data.samples();
        String message = data.sentences().isEmpty()
                ? String.format(
                        Locale.ROOT,
                        "The calibration samples resemble those that the result is scored on; %s.",
                        settled
                                ? data.samplesEnough() + " of the " + data.samples() + " would have been enough"
                                : "ranges grew until the last of the " + data.samples())
                : String.join(" ", data.sentences());
        return new Advice(
                data.samples(),
                settled ? data.samplesEnough() : null,
                message,
                data.values(),
                data.drifted(),
                data.worst().stream()
                        .map(drift -> new Drift(
                                drift.value(), drift.calibrated(), drift.evaluated(), drift.ratio(), drift.saturated()))
                        .toList());
    }
}
