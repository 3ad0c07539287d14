import dev.octet.engine.EngineCommand;
import dev.octet.engine.graph.Attribute;
import dev.octet.engine.graph.Dim;
import dev.octet.engine.graph.Graph;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Node;
import dev.octet.engine.graph.Tensor;
import dev.octet.engine.graph.Value;
import dev.octet.engine.graph.ValueType;
import dev.octet.engine.onnx.OnnxWriter;
import dev.octet.engine.scheme.ElementType;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Peak memory of quantizing a model of 2 GiB and 1 byte of weights with a heap of 1 GB, beside what running the model takes.
 *
 * <p>Arguments: layers of 8192 by 8192 weights (else 8: 2 GiB), techniques divided by commas (else DYNAMIC,STATIC), a folder with 20 GB
 * of room (else a new temporary one). Everything made is deleted at the end.
 */
public final class Large {

    private static final int WIDTH = 8192;
    private static final int SAMPLES = 32;
    private static final int HEAP_MEGABYTES = 1024;

    private Large() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int layers = args.length > 0 ? Integer.parseInt(args[0]) : 8;
        String[] techniques = (args.length > 1 ? args[1] : "DYNAMIC,STATIC").split(",");
        Path folder = args.length > 2
                ? Files.createTempDirectory(Path.of(args[2]), "large")
                : Files.createTempDirectory("large");
        try {
            Path model = model(layers, folder);
            Path data = samples(folder.resolve("samples.npz"));
            System.out.println(
                    "| technique | outcome | seconds | model | quantized | inference | engine's peak | of that its own"
                            + " |\n"
                            + "|---|---|---|---|---|---|---|---|");
            for (String technique : techniques) {
                System.out.println(run(technique, model, data, folder));
            }
        } finally {
            Bench.delete(folder);
        }
    }

    /** A zip of a chain of products whose weights lie beside the model. */
    private static Path model(int layers, Path folder) throws IOException {
        Path zip = folder.resolve("model.zip");
        Path raw = folder.resolve("raw");
        Path file = folder.resolve("model.onnx");
        try (Arena arena = Arena.ofShared()) {
            Map<String, Tensor> weights = new LinkedHashMap<>();
            // The one byte beyond 2 GiB.
            weights.put("shift", Tensor.ofBytes(ElementType.UINT8, new byte[] {0}));
            List<Node> nodes = new ArrayList<>();
            nodes.add(Node.of("cast", "Cast", List.of("shift"), List.of("shifted"))
                    .withAttribute("to", Attribute.of(ElementType.FLOAT.onnxCode())));
            nodes.add(Node.of("add", "Add", List.of("x", "shifted"), List.of("h0")));
            long each = 4L * WIDTH * WIDTH;
            MemorySegment memory;
            try (FileChannel channel = FileChannel.open(
                    raw, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, each * layers, arena);
            }
            fill(memory);
            for (int i = 0; i < layers; i++) {
                weights.put(
                        "w" + i,
                        Tensor.of(ElementType.FLOAT, new long[] {WIDTH, WIDTH}, memory.asSlice(i * each, each)));
                nodes.add(Node.of("product" + i, "MatMul", List.of("h" + i, "w" + i), List.of("p" + i)));
                nodes.add(Node.of("relu" + i, "Relu", List.of("p" + i), List.of("h" + (i + 1))));
            }
            ValueType type = new ValueType.TensorType(ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(WIDTH)));
            Graph graph = new Graph(
                    "large",
                    List.of(new Value("x", type)),
                    List.of(new Value("h" + layers, type)),
                    nodes,
                    weights,
                    Map.of());
            OnnxWriter.write(new Model(graph, Map.of("", 17L), List.of(), Map.of(), "bench"), file);
        }
        Files.delete(raw);
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(out)) {
            for (String name : List.of("model.onnx", "model.onnx.data")) {
                Path part = folder.resolve(name);
                if (Files.exists(part)) {
                    ZipEntry entry = new ZipEntry(name);
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(Files.size(part));
                    entry.setCrc(crc(part));
                    entries.putNextEntry(entry);
                    Files.copy(part, entries);
                    entries.closeEntry();
                    Files.delete(part);
                }
            }
        }
        return zip;
    }

    /** Uniform values whose products keep the size of what they multiply, through the Relu behind. */
    private static void fill(MemorySegment memory) {
        float bound = (float) Math.sqrt(6.0 / WIDTH);
        long state = 1;
        for (long i = 0; i < memory.byteSize() / 4; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            float unit = (state >>> 40) / (float) (1 << 23) - 1;
            memory.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), i, unit * bound);
        }
    }

    private static long crc(Path file) throws IOException {
        CRC32 crc = new CRC32();
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
            while (channel.read(buffer) >= 0) {
                crc.update(buffer.flip());
                buffer.clear();
            }
        }
        return crc.getValue();
    }

    private static Path samples(Path file) throws IOException {
        StringBuilder header = new StringBuilder(
                "{'descr': '<f4', 'fortran_order': False, 'shape': (" + SAMPLES + ", " + WIDTH + "), }");
        header.repeat(' ', 117 - header.length()).append('\n');
        ByteBuffer array = ByteBuffer.allocate(128 + 4 * SAMPLES * WIDTH).order(ByteOrder.LITTLE_ENDIAN);
        array.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) 118);
        array.put(header.toString().getBytes(StandardCharsets.US_ASCII));
        Random random = new Random(1);
        while (array.hasRemaining()) {
            array.putFloat((float) random.nextGaussian());
        }
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("x.npy"));
            zip.write(array.array());
            zip.closeEntry();
        }
        return file;
    }

    private static String run(String technique, Path model, Path data, Path folder)
            throws IOException, InterruptedException {
        Path recipe = Files.writeString(folder.resolve("recipe.json"), """
            {"model": "%s", "technique": "%s", "calibration": {"dataset": "%s"}, "measure": {"batchSizes": [1], "threads": 1}}\
            """.formatted(model, technique, data));
        Path out = folder.resolve("out-" + technique);
        Path log = folder.resolve("log.txt");
        long start = System.nanoTime();
        Process engine = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP_MEGABYTES + "m",
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
                        recipe.toString(),
                        "--out",
                        out.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        long own = 0;
        while (engine.isAlive()) {
            own = Math.max(own, anonymous(engine.pid()));
            Thread.sleep(50);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (engine.exitValue() != 0) {
            return "| %s | exit %d: %s"
                    .formatted(
                            technique,
                            engine.exitValue(),
                            Files.readAllLines(log).getLast());
        }
        JsonNode result = JsonMapper.shared().readTree(Files.readString(out.resolve("result.json")));
        return "| %s | %s, %s | %.0f | %s | %s | %s | %s | %s |"
                .formatted(
                        technique,
                        result.at("/outcome").asString(),
                        result.at("/fidelity"),
                        seconds,
                        megabytes(result.at("/sizeBytes/fp32").asLong()),
                        megabytes(result.at("/sizeBytes/int8").asLong()),
                        megabytes(result.at("/memoryBytes/fp32").asLong()),
                        megabytes(result.at("/peakMemoryBytes").asLong()),
                        megabytes(own));
    }

    /** Resident memory of a process that is not a mapped file, in bytes. */
    private static long anonymous(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    private static String megabytes(long bytes) {
        return bytes / 1_000_000 + " MB";
    }
}
