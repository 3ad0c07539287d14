package dev.octet.engine.data;

import dev.octet.engine.data.npz.NpyArray;
import dev.octet.engine.data.values.Cast;
import dev.octet.engine.data.values.ElementReader;
import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.data.zip.EntryStream;
import dev.octet.engine.scheme.EngineException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Arrays of an npz file, read side by side as streams. */
final class NpzDataset extends Dataset {

    private static final long MAX_LABEL_VALUES = 1L << 23;

    private final Archive archive;
    private final Map<String, NpyArray> arrays;
    private final List<Field> fields;
    private final long samples;
    private final @Nullable NpyArray labelArray;

    private NpzDataset(Archive archive, List<NpyArray> all, @Nullable NpyArray labelArray) {
        this.archive = archive;
        this.labelArray = labelArray;
        this.samples = all.getFirst().samples();
        this.arrays = all.stream().collect(Collectors.toMap(NpyArray::name, Function.identity()));
        this.fields = all.stream()
                .map(a -> new Field(a.name(), a.header().type(), a.header().shape()))
                .toList();
    }

    static NpzDataset of(Archive archive) {
        List<NpyArray> all = NpyArray.all(archive);
        List<NpyArray> inputs =
                all.stream().filter(a -> !a.name().equals(LABELS)).toList();
        Optional<NpyArray> labels =
                all.stream().filter(a -> a.name().equals(LABELS)).findFirst();
        if (inputs.isEmpty()) {
            throw Archive.malformed("npz", "holds labels only; one array for each input is needed");
        }
        long samples = inputs.getFirst().samples();
        for (NpyArray a : inputs) {
            if (a.samples() != samples) {
                throw Archive.malformed(
                        a.name(),
                        "has " + a.samples() + " samples, but '"
                                + inputs.getFirst().name() + "' has " + samples
                                + "; the first dimension of all arrays must agree");
            }
        }
        labels.ifPresent(a -> checkLabels(a, samples));
        return new NpzDataset(archive, inputs, labels.orElse(null));
    }

    private static void checkLabels(NpyArray labels, long samples) {
        boolean pairs = samples % 2 == 0 && labels.samples() == samples / 2;
        if (labels.samples() != samples && !pairs) {
            throw Archive.malformed(
                    LABELS,
                    "has " + labels.samples() + " rows for " + samples
                            + " samples; one a sample, or one a pair of samples is needed");
        }
        if (labels.sampleElements() == 0 || labels.header().elements() > MAX_LABEL_VALUES) {
            throw Archive.malformed(
                    LABELS,
                    "holds " + labels.header().elements() + " values; 1 a row to " + MAX_LABEL_VALUES + " in all");
        }
    }

    @Override
    public String format() {
        return "npz";
    }

    @Override
    public long samples() {
        return samples;
    }

    @Override
    public List<Field> fields() {
        return fields;
    }

    @Override
    public boolean hasLabels() {
        return labelArray != null;
    }

    @Override
    public Optional<Labels> labels() {
        return Optional.ofNullable(labelArray).map(this::readLabels);
    }

    private Labels readLabels(NpyArray array) {
        double[] values = new double[(int) array.header().elements()];
        int width = (int) array.sampleElements();
        ElementReader reader = reader(array);
        double[] run = new double[Cast.MAX_RUN];
        byte[] bytes = new byte[Cast.MAX_RUN * reader.elementBytes()];
        try (EntryStream in = array.open(archive, 0)) {
            for (int done = 0; done < values.length; ) {
                int count = Math.min(Cast.MAX_RUN, values.length - done);
                in.read(bytes, 0, count * reader.elementBytes());
                reader.doubles(bytes, count, run);
                for (int i = 0; i < count; i++) {
                    if (!Double.isFinite(run[i])) {
                        throw Cast.notFinite(LABELS, run[i], "row " + (done + i) / width);
                    }
                }
                System.arraycopy(run, 0, values, done, count);
                done += count;
            }
        }
        return new Labels(values, width);
    }

    static ElementReader reader(NpyArray array) {
        return new ElementReader(array.header().type(), array.header().order());
    }

    @Override
    public List<EngineException.Detail> mismatches(List<InputSpec> inputs, Preprocessing preprocessing) {
        return new ArrayMismatches(this, inputs, preprocessing).find();
    }

    @Override
    BatchSource source(List<InputSpec> inputs, Preprocessing preprocessing, long first, long count, int batchSize) {
        return new ArraySource(archive, arrays, inputs, preprocessing, first, count, batchSize);
    }

    @Override
    public void close() {
        archive.close();
    }
}
