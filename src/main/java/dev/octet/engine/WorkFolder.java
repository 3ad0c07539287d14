package dev.octet.engine;

import dev.octet.engine.scheme.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for what a run needs and nobody else does; gone when closed. */
record WorkFolder(Path path) implements AutoCloseable {

    static WorkFolder in(Path folder) {
        try {
            Files.createDirectories(folder);
            return new WorkFolder(Files.createTempDirectory(folder, ".work-"));
        } catch (IOException e) {
            throw EngineException.ofIo("No folder can be made in " + folder, e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(path)) {
            List<Path> leavesFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path each : leavesFirst) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw EngineException.ofIo("The folder " + path + " can't be removed", e);
        }
    }
}
