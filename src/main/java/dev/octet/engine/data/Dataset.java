package dev.octet.engine.data;

import dev.octet.engine.data.npz.NpyArray;
import dev.octet.engine.data.text.TextFile;
import dev.octet.engine.data.text.TokenizerFile;
import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.data.zip.ArchiveEntry;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An open dataset file: named tensors over samples.
 *
 * <p>Opening reads what describes the samples, not the samples; these are streamed by {@link #read}. Several readers may be
 * open at once; close them before the dataset.
 */
public abstract sealed class Dataset implements AutoCloseable permits NpzDataset, ImageDataset, TextDataset {

    /** The name of the array that holds labels. */
    public static final String LABELS = "labels";

    /**
     * Opens a dataset, telling by its content what it is: an npz of arrays, a zip of images, texts by themselves or in a zip.
     *
     * @throws EngineException DATASET_MALFORMED where it can't be read as any of them; IO
     */
    public static Dataset open(Path file) {
        return open(file, null);
    }

    /**
     * The same for the samples of a model.
     *
     * @param tokenizer the model's, for texts without one of their own; null where it has none
     */
    public static Dataset open(Path file, @Nullable TokenizerFile tokenizer) {
        if (TextFile.isText(file)) {
            return TextDataset.of(file, tokenizer);
        }
        Archive archive = Archive.open(file);
        try {
            List<ArchiveEntry> entries = archive.entries();
            if (entries.isEmpty()) {
                throw Archive.malformed("dataset", "is an empty zip");
            }
            if (entries.stream().anyMatch(e -> NpyArray.isArray(e.name()))) {
                return NpzDataset.of(archive);
            }
            return TextDataset.isIn(entries) ? TextDataset.of(archive, tokenizer) : ImageDataset.of(archive);
        } catch (Throwable e) {
            archive.close();
            throw e;
        }
    }

    /** {@code npz}, {@code images}, {@code jsonl}, {@code csv}, or {@code texts} for a zip of these two. */
    public abstract String format();

    /** Number of samples, 0 or more. */
    public abstract long samples();

    /** What each sample holds, without the labels. */
    public abstract List<Field> fields();

    /** Whether each sample is a whole tensor for {@code input}, so that a batch can hold one only. */
    public final boolean isWhole(InputSpec input) {
        return !input.shape().isEmpty()
                && fields().stream()
                        .anyMatch(field ->
                                field.name().equals(input.name()) && SampleShape.isWhole(input.shape(), field.shape()));
    }

    /** Whether it can't be read without a tokenizer that it does not have. */
    public boolean needsTokenizer() {
        return false;
    }

    /** Whether there are labels, without reading them. */
    public abstract boolean hasLabels();

    /**
     * The labels: as many as samples, or half as many where two samples make a pair.
     *
     * @throws EngineException DATASET_NOT_FINITE naming the row of a NaN or an infinity
     */
    public abstract Optional<Labels> labels();

    /**
     * Everything that keeps this dataset from being fed to those inputs that way; empty where it fits.
     *
     * <p>Paths are {@code samples}, {@code inputs.<name>}, {@code arrays.<name>}, {@code preprocessing.<field>}. Whether a
     * cast that depends on the values holds is seen from the first sample only.
     */
    public abstract List<EngineException.Detail> mismatches(List<InputSpec> inputs, Preprocessing preprocessing);

    /**
     * Starts reading samples {@code first} to {@code first + count}, at most {@code batchSize} at a time.
     *
     * @throws EngineException DATASET_MISMATCH with all of {@link #mismatches} where there are any
     * @throws IllegalArgumentException where the dataset has no such samples
     */
    public final BatchReader read(
            List<InputSpec> inputs, Preprocessing preprocessing, long first, long count, int batchSize) {
        if (first < 0 || count < 0 || count > samples() - first || batchSize < 1) {
            throw new IllegalArgumentException(
                    "samples " + first + " + " + count + " of " + samples() + ", " + batchSize + " at a time");
        }
        List<EngineException.Detail> mismatches = mismatches(inputs, preprocessing);
        if (!mismatches.isEmpty()) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    "The dataset does not fit the model: "
                            + mismatches.getFirst().message()
                            + (mismatches.size() > 1 ? " (and " + (mismatches.size() - 1) + " more)" : ""),
                    mismatches);
        }
        return new PrefetchReader(source(inputs, preprocessing, first, count, batchSize));
    }

    /** The reader proper, for inputs that have been found to fit. */
    abstract BatchSource source(
            List<InputSpec> inputs, Preprocessing preprocessing, long first, long count, int batchSize);

    @Override
    public abstract void close();
}
