package dev.octet.engine.data;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.scheme.EngineException;
import java.util.List;
import java.util.Optional;

/** Images of a zip, decoded as they are read. */
final class ImageDataset extends Dataset {
    static ImageDataset of(Archive archive) {
        if (!archive.entries().isEmpty()) {
            throw Archive.malformed("dataset", "is a zip without arrays");
        }
        return new ImageDataset();
    }
    @Override public String format() { return "images"; }
    @Override public long samples() { return 0; }
    @Override public List<Field> fields() { return List.of(); }
    @Override public boolean hasLabels() { return false; }
    @Override public Optional<Labels> labels() { return Optional.empty(); }
    @Override public List<EngineException.Detail> mismatches(List<InputSpec> inputs, Preprocessing p) { return List.of(); }
    @Override BatchSource source(List<InputSpec> inputs, Preprocessing p, long first, long count, int batchSize) { throw new IllegalStateException(); }
    @Override public void close() { }
}
