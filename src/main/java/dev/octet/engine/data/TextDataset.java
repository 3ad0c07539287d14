package dev.octet.engine.data;

import dev.octet.engine.data.text.TextFile;
import dev.octet.engine.data.text.TextListing;
import dev.octet.engine.data.text.TokenBatches;
import dev.octet.engine.data.text.Tokenizer;
import dev.octet.engine.data.text.TokenizerFile;
import dev.octet.engine.data.text.Tokens;
import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.data.zip.ArchiveEntry;
import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Texts, tokenized as they are read. */
final class TextDataset extends Dataset {

    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String SEGMENTS = "token_type_ids";
    private static final String POSITIONS = "position_ids";
    private static final Set<String> INPUTS = Set.of(IDS, MASK, SEGMENTS, POSITIONS);
    private static final Set<ElementType> TYPES = Set.of(ElementType.INT64, ElementType.INT32, ElementType.FLOAT);

    /** Tokens of a row at most where neither the model nor the request says: what most encoders are made for. */
    private static final int LONGEST = 512;

    private final @Nullable Archive archive;
    private final TextListing listing;
    private final @Nullable TokenizerFile file;
    private final Map<Integer, Tokenizer> tokenizers = new HashMap<>();

    private TextDataset(@Nullable Archive archive, TextListing listing, @Nullable TokenizerFile file) {
        this.archive = archive;
        this.listing = listing;
        this.file = file;
    }

    /** Whether a zip with such entries holds texts. */
    static boolean isIn(List<ArchiveEntry> entries) {
        return entries.stream().anyMatch(entry -> isTokenizer(entry) || isTable(entry));
    }

    private static boolean isTokenizer(ArchiveEntry entry) {
        return name(entry).equals(TokenizerFile.NAME);
    }

    private static boolean isTable(ArchiveEntry entry) {
        String name = name(entry);
        return name.endsWith(".jsonl") || (name.endsWith(".csv") && !name.equals("labels.csv"));
    }

    private static String name(ArchiveEntry entry) {
        return entry.name().substring(entry.name().lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    }

    /**
     * The texts in {@code file}.
     *
     * @param tokenizer the model's; null where it has none
     */
    static TextDataset of(Path file, @Nullable TokenizerFile tokenizer) {
        return new TextDataset(null, TextListing.of(TextFile.of(file)), tokenizer);
    }

    /**
     * The texts in {@code archive}, which goes with this dataset.
     *
     * @param tokenizer the model's, where the archive has none of its own
     */
    static TextDataset of(Archive archive, @Nullable TokenizerFile tokenizer) {
        List<ArchiveEntry> tables =
                archive.entries().stream().filter(TextDataset::isTable).toList();
        if (tables.size() != 1) {
            throw Archive.malformed(
                    "dataset", "a zip of texts has to hold one .jsonl or .csv file; this has " + tables.size());
        }
        TokenizerFile own = archive.entries().stream()
                .filter(TextDataset::isTokenizer)
                .findFirst()
                .map(entry -> TokenizerFile.of(TextFile.of(archive, entry)))
                .orElse(tokenizer);
        return new TextDataset(archive, TextListing.of(TextFile.of(archive, tables.getFirst())), own);
    }

    @Override
    public String format() {
        return archive != null ? "texts" : listing.isJson() ? "jsonl" : "csv";
    }

    @Override
    public long samples() {
        return listing.rows();
    }

    @Override
    public List<Field> fields() {
        Field text = new Field("text", ElementType.STRING, List.of(samples()));
        return listing.hasPairs()
                ? List.of(text, new Field("text_pair", ElementType.STRING, List.of(samples())))
                : List.of(text);
    }

    @Override
    public boolean hasLabels() {
        return listing.labelWidth() > 0;
    }

    @Override
    public Optional<Labels> labels() {
        return hasLabels() ? Optional.of(new Labels(listing.labels(), listing.labelWidth())) : Optional.empty();
    }

    @Override
    public boolean needsTokenizer() {
        return file == null;
    }

    @Override
    public List<Detail> mismatches(List<InputSpec> inputs, Preprocessing preprocessing) {
        List<Detail> found = new ArrayList<>();
        if (!preprocessing.withMaxLength(null).isIdentity()) {
            found.add(new Detail(
                    "preprocessing", "has steps for images or arrays; texts are tokenized and nothing else"));
        }
        if (inputs.stream().noneMatch(input -> input.name().equals(IDS))) {
            found.add(new Detail("inputs." + IDS, "The model has no input " + IDS + " that texts could be fed to"));
        }
        for (InputSpec input : inputs) {
            String path = "inputs." + input.name();
            if (isPast(input)) {
                continue;
            }
            if (!INPUTS.contains(input.name())) {
                found.add(new Detail(
                        path,
                        "Input '" + input.name() + "' " + input.signature() + " can't be made from texts; these give "
                                + IDS + ", " + MASK + ", " + SEGMENTS + " and " + POSITIONS));
                continue;
            }
            if (!TYPES.contains(input.type())) {
                found.add(new Detail(
                        path, "Input '" + input.name() + "' is " + input.signature() + "; tokens are numbers"));
            }
            SampleShape.check(input.shape(), List.of(samples(), -1L), samples(), false, false)
                    .forEach(fault -> found.add(new Detail(path, "Input '" + input.name() + "': " + fault)));
        }
        return List.copyOf(found);
    }

    /** Whether an input is what a decoder keeps of earlier tokens, of which texts have none: free in one axis beside the batch. */
    private static boolean isPast(InputSpec input) {
        return input.name().startsWith("past")
                && input.type().isFloatingPoint()
                && input.shape().size() > 2
                && input.shape().stream().skip(1).filter(size -> size < 0).count() == 1;
    }

    @Override
    BatchSource source(List<InputSpec> inputs, Preprocessing preprocessing, long first, long count, int batchSize) {
        long fixed = inputs.stream()
                .filter(input -> INPUTS.contains(input.name()))
                .mapToLong(input -> input.shape().get(1))
                .max()
                .orElse(-1);
        Integer asked = preprocessing.maxLength();
        int longest = asked != null ? asked : fixed > 0 ? Math.toIntExact(fixed) : LONGEST;
        boolean masked = inputs.stream().anyMatch(input -> input.name().equals(MASK));
        TokenBatches.Lengths lengths =
                tokens -> fixed > 0 ? Math.toIntExact(fixed) : masked ? TokenBatches.rounded(tokens, longest) : tokens;
        TokenBatches batches = new TokenBatches(tokenizer(longest), listing.read(), lengths, first, count);
        return new Source(inputs, batches, first, batchSize);
    }

    /** One for all readers, since a large vocabulary takes seconds to load. */
    private synchronized Tokenizer tokenizer(int longest) {
        if (file == null) {
            throw new EngineException(
                    Fault.DATASET_MISMATCH,
                    "There is no " + TokenizerFile.NAME + ": put the model's into the model's zip or the dataset's.");
        }
        return tokenizers.computeIfAbsent(longest, _ -> new Tokenizer(file, longest));
    }

    @Override
    public synchronized void close() {
        tokenizers.values().forEach(Tokenizer::close);
        tokenizers.clear();
        if (archive != null) {
            archive.close();
        }
    }

    /** Batches of tokens, written into each input by its name. */
    private static final class Source implements BatchSource {

        private final List<InputSpec> inputs;
        private final TokenBatches batches;
        private final int batchSize;
        private long next;

        Source(List<InputSpec> inputs, TokenBatches batches, long first, int batchSize) {
            this.inputs = inputs;
            this.batches = batches;
            this.next = first;
            this.batchSize = batchSize;
        }

        @Override
        public @Nullable Batch fill(BatchSlot slot) {
            List<Tokens> rows = batches.next(batchSize);
            if (rows.isEmpty()) {
                return null;
            }
            int length = batches.length(rows.getFirst());
            List<Column> columns = new ArrayList<>();
            for (InputSpec input : inputs) {
                if (isPast(input)) {
                    columns.add(past(slot, columns.size(), input, rows.size()));
                    continue;
                }
                long elements = Math.multiplyExact((long) rows.size(), length);
                ByteBuffer out =
                        slot.take(columns.size(), input.name(), input.type().bytes(elements));
                for (Tokens row : rows) {
                    for (int at = 0; at < length; at++) {
                        put(out, input.type(), value(input.name(), row, at));
                    }
                }
                columns.add(
                        new Column(input.name(), input.type(), List.of((long) rows.size(), (long) length), out.flip()));
            }
            Batch batch = new Batch(next, rows.size(), columns);
            next += rows.size();
            return batch;
        }

        private static Column past(BatchSlot slot, int index, InputSpec input, long rows) {
            List<Long> shape = new ArrayList<>();
            for (long size : input.shape()) {
                shape.add(shape.isEmpty() ? rows : Math.max(0, size));
            }
            return new Column(input.name(), input.type(), shape, slot.take(index, input.name(), 0));
        }

        private long value(String input, Tokens row, int at) {
            boolean filled = at >= row.length();
            return switch (input) {
                case IDS -> filled ? batches.filler() : row.id(at);
                case MASK -> filled ? 0 : 1;
                case SEGMENTS -> filled ? 0 : row.segment(at);
                case POSITIONS -> at;
                default -> throw new IllegalArgumentException(input);
            };
        }

        private static void put(ByteBuffer out, ElementType type, long value) {
            switch (type) {
                case INT64 -> out.putLong(value);
                case INT32 -> out.putInt((int) value);
                default -> out.putFloat((float) value);
            }
        }

        @Override
        public void close() {
            batches.close();
        }
    }
}
