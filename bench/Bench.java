import dev.octet.engine.EngineCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the benchmarks share: recipes from a folder's job.json, the engine as a process, medians. */
final class Bench {

    static final JsonMapper JSON = JsonMapper.shared();

    private Bench() {}

    /** A run of the engine in a process of its own. */
    record Run(int exitCode, double seconds, JsonNode result, String lastLine) {}

    /** The job request beside a fixture, empty where there is none. */
    static ObjectNode request(Path folder) {
        Path file = folder.resolve("job.json");
        try {
            return Files.exists(file) ? (ObjectNode) JSON.readTree(Files.readString(file)) : JSON.createObjectNode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file whose name begins with {@code stem}, such as calibration.npz or calibration.zip. */
    static Path data(Path folder, String stem) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().matches(stem + "\\.(npz|zip)"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no " + stem + " in " + folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Run engine(ObjectNode recipe, int heapMegabytes) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("octet-bench");
        try {
            Path file = Files.writeString(folder.resolve("recipe.json"), recipe.toString());
            Path out = folder.resolve("out");
            Path lines = folder.resolve("lines.txt");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + heapMegabytes + "m",
                    "-Xms16m",
                    "-Xmn12m",
                    "-XX:MinHeapFreeRatio=10",
                    "-XX:MaxHeapFreeRatio=20",
                    "-XX:+UseSerialGC",
                    "-XX:+ExitOnOutOfMemoryError",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    EngineCommand.class.getName(),
                    "run",
                    "--recipe",
                    file.toString(),
                    "--out",
                    out.toString()));
            long start = System.nanoTime();
            int exitCode = new ProcessBuilder(command)
                    .redirectOutput(lines.toFile())
                    .redirectError(folder.resolve("log.txt").toFile())
                    .start()
                    .waitFor();
            double seconds = (System.nanoTime() - start) / 1e9;
            List<String> all = Files.readAllLines(lines);
            JsonNode result = exitCode == 0
                    ? JSON.readTree(Files.readString(out.resolve("result.json")))
                    : JSON.createObjectNode();
            return new Run(exitCode, seconds, result, all.isEmpty() ? "" : all.getLast());
        } finally {
            delete(folder);
        }
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
