package dev.octet.worker;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real child process that speaks the engine's protocol and does what a test's script says, line by line.
 *
 * <p>The script is the file {@code <seed>.txt} in the folder given as the first argument; the recipe names the seed. A line that begins
 * with {@code @n} is for attempt n only. Lines: {@code step PHASE done total}, {@code log TEXT}, {@code recipe} (logs it), {@code raw TEXT}, {@code flood LINES},
 * {@code allocate MIB}, {@code hang}, {@code ignore-term}, {@code when-told LINE} (at SIGTERM), {@code kill SIGNAL}, {@code exit CODE}, {@code fail FAULT MESSAGE},
 * {@code until FILE} (goes on stepping until that file is in the script folder), {@code touch FILE}, {@code trial NUMBER DESCRIPTION},
 * {@code output KIND}, {@code checkpoint TEXT} (how far a training is, in the place of the one before),
 * {@code finish OUTCOME}, {@code compared JSON}.
 *
 * <p>A comparison's script is {@code compare-<samples>.txt}: the number of samples chooses it.
 */
public final class ScriptedEngine {
    private static final String SHA = "0123456789abcdef".repeat(4);
    private static final List<ByteBuffer> KEPT = new ArrayList<>();
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private ScriptedEngine() {}

    /** Called as {@code ScriptedEngine FOLDER run --recipe FILE --out FOLDER --supervised}, or {@code … compare … --samples N --out FILE …}. */
    public static void main(String[] args) throws Exception {
        Path scripts = Path.of(args[0]);
        boolean compares = args[1].equals("compare");
        Path out = Path.of(argument(args, "--out"));
        Path recipe = compares ? out : Path.of(argument(args, "--recipe"));
        if (Arrays.asList(args).contains("--supervised")) {
            endWithParent();
        }
        Path work = compares ? out.getParent().getParent() : out.getParent();
        String folder = String.valueOf(work.getFileName());
        String attempt = "@" + folder.substring(folder.lastIndexOf('-') + 1);
        String script = compares ? "compare-" + argument(args, "--samples") : seed(recipe);
        for (String line : Files.readAllLines(scripts.resolve(script + ".txt"))) {
            String[] words = line.split(" ", 2);
            if (!words[0].startsWith("@")) {
                perform(line, scripts, recipe, out);
            } else if (words[0].equals(attempt)) {
                perform(words[1], scripts, recipe, out);
            }
        }
    }

    private static String argument(String[] args, String name) {
        return args[Arrays.asList(args).indexOf(name) + 1];
    }

    private static String seed(Path recipe) throws IOException {
        Matcher seed = Pattern.compile("\"seed\":(\\d+)").matcher(Files.readString(recipe));
        if (!seed.find()) {
            throw new IllegalArgumentException("no seed in " + recipe);
        }
        return seed.group(1);
    }

    private static void endWithParent() {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Only the end matters.
                }
            } catch (IOException e) {
                // So does a broken pipe.
            }
            Runtime.getRuntime().halt(75);
        });
    }

    private static void perform(String line, Path scripts, Path recipe, Path out) throws Exception {
        String[] words = line.split(" ", 2);
        String rest = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "step" -> {
                String[] step = rest.split(" ", 3);
                step(step[0], step[1], step[2]);
            }
            case "log" -> System.err.println(rest);
            case "recipe" -> recipe(recipe);
            case "raw" -> OUT.println(rest);
            case "flood" -> {
                for (int i = 0; i < Integer.parseInt(rest); i++) {
                    System.err.println("line " + i + " " + "x".repeat(90));
                }
            }
            case "allocate" -> allocate(Integer.parseInt(rest));
            case "hang" -> new CountDownLatch(1).await();
            case "ignore-term" -> Runtime.getRuntime().addShutdownHook(new Thread(ScriptedEngine::forever));
            case "when-told" ->
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
                        perform(rest, scripts, recipe, out);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }));
            case "kill" ->
                new ProcessBuilder(
                                "kill",
                                "-" + rest,
                                String.valueOf(ProcessHandle.current().pid()))
                        .start()
                        .waitFor();
            case "exit" -> Runtime.getRuntime().halt(Integer.parseInt(rest));
            case "fail" ->
                OUT.println("{\"event\":\"failed\",\"fault\":\"" + rest.split(" ", 2)[0]
                        + "\",\"usersFault\":true,\"message\":\"" + rest.split(" ", 2)[1]
                        + "\",\"details\":[{\"path\":\"calibration.datasetId\",\"message\":\"the detail\"}]}");
            case "until" -> {
                for (int i = 0; !Files.exists(scripts.resolve(rest)); i++) {
                    step("CALIBRATING", String.valueOf(i), "100000");
                    new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
                }
            }
            case "touch" -> touch(scripts.resolve(rest));
            case "trial" ->
                OUT.println("{\"event\":\"trial\",\"trial\":{\"number\":" + rest.split(" ", 2)[0]
                        + ",\"status\":\"COMPLETED\",\"chosen\":false,\"technique\":\"DYNAMIC\",\"predictedDrop\":0.004,"
                        + "\"speedup\":[{\"batchSize\":1,\"threads\":1,\"speedup\":1.5}],\"onFront\":true,"
                        + "\"description\":\"" + rest.split(" ", 2)[1] + "\"}}");
            case "output" -> output(rest, out);
            case "checkpoint" -> {
                Path written = Files.writeString(out.resolve("checkpoint.tmp"), rest);
                Files.move(written, out.resolve("checkpoint.bin"), StandardCopyOption.ATOMIC_MOVE);
            }
            case "compared" -> {
                Files.writeString(out, rest);
                OUT.println("{\"event\":\"finished\"}");
                Runtime.getRuntime().halt(0);
            }
            case "finish" -> {
                OUT.println("{\"event\":\"finished\",\"outcome\":\"" + rest + "\"}");
                Runtime.getRuntime().halt(0);
            }
            default -> throw new IllegalArgumentException(line);
        }
    }

    /** Makes the file at once with its content, which is this process's id. */
    private static void touch(Path file) throws IOException {
        Path written = Files.writeString(
                file.resolveSibling(file.getFileName() + ".new"),
                String.valueOf(ProcessHandle.current().pid()));
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void recipe(Path file) throws IOException {
        String recipe = Files.readString(file);
        System.err.println("the recipe: " + recipe);
        Matcher statistics = Pattern.compile("\"statistics\":\"([^\"]+)\"").matcher(recipe);
        if (statistics.find()) {
            System.err.println("given: " + Files.readString(Path.of(statistics.group(1))));
        }
        Matcher checkpoint = Pattern.compile("\"checkpoint\":\"([^\"]+)\"").matcher(recipe);
        if (checkpoint.find()) {
            System.err.println("going on from: " + Files.readString(Path.of(checkpoint.group(1))));
        }
    }

    private static void step(String phase, String done, String total) {
        OUT.println("{\"event\":\"progress\",\"phase\":\"" + phase + "\",\"done\":" + done + ",\"total\":" + total
                + ",\"message\":\"at " + done + "\"}");
    }

    private static void allocate(int mebibytes) {
        for (int i = 0; i < mebibytes; i++) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
            for (int at = 0; at < buffer.capacity(); at += 4096) {
                buffer.put(at, (byte) 1);
            }
            KEPT.add(buffer);
        }
    }

    private static void forever() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void output(String kind, Path out) throws IOException {
        String artifact = kind.equals("bad-result") ? "" : "\"latency\":[],";
        Files.writeString(out.resolve("model.onnx"), "the model");
        if (kind.equals("large")) {
            Files.write(out.resolve("model.onnx"), new byte[3 << 20]);
        }
        if (kind.equals("external")) {
            Files.writeString(out.resolve("model.onnx.data"), "the weights");
        }
        if (kind.equals("link")) {
            Files.delete(out.resolve("model.onnx"));
            Files.createSymbolicLink(out.resolve("model.onnx"), Path.of("/etc/passwd"));
        }
        if (kind.equals("half")) {
            Files.delete(out.resolve("model.onnx"));
        }
        Files.writeString(out.resolve("statistics.bin"), "the statistics");
        Files.writeString(out.resolve("plan.txt"), "the plan");
        Files.writeString(
                out.resolve("result.json"),
                "{" + artifact
                        + "\"sizeBytes\":{\"fp32\":100,\"int8\":25},\"peakMemoryBytes\":123456789,\"int8MacShare\":0.9,\"metric\":"
                        + "{\"name\":\"TOP1\",\"fp32\":0.9,\"int8\":0.89,\"drop\":0.01,\"samples\":64},"
                        + provenance() + "}");
        Files.writeString(
                out.resolve("report.json"),
                "{\"reportVersion\":1,\"model\":{\"sha256\":\"" + SHA
                        + "\",\"sizeBytes\":100},\"quantized\":{\"sha256\":\""
                        + SHA + "\",\"sizeBytes\":25,\"technique\":\"DYNAMIC\",\"target\":\"onnxruntime-x64-avx2\","
                        + "\"int8MacShare\":0.9},\"latency\":[],\"layers\":{\"total\":3,\"quantized\":2,\"floatingPoint\":1},"
                        + "\"islands\":[],\"skippedPasses\":[],\"notes\":[],\"ofTheFuture\":true," + provenance()
                        + "}");
        List<String> layers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            layers.add("{\"position\":" + i + ",\"name\":\"conv" + i
                    + "\",\"operator\":\"Conv\",\"decision\":\"QUANTIZED\","
                    + "\"reason\":\"has a kernel\",\"precision\":\"" + (kind.equals("int4") ? "INT4" : "INT8")
                    + "\",\"macs\":1000}");
        }
        Files.writeString(out.resolve("layers.json"), layers.toString());
        Files.writeString(
                out.resolve("trials.json"),
                "[{\"number\":1,\"status\":\"COMPLETED\",\"description\":\"the one\",\"chosen\":true}]");
    }

    private static String provenance() {
        return "\"provenance\":{\"engineVersion\":\"test\",\"modelSha256\":\"" + SHA + "\",\"seed\":0}";
    }
}
