import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The service over HTTP: how soon a job starts, how many polls it answers, how fast it takes a large upload.
 *
 * <p>Arguments: optionally the folder for all data (else the system's for temporary files), the seconds of measured polling (else 20)
 * and the size of the upload in MiB (else, and at most, 2047: one entry just under 2 GiB, stored). The service runs in a process of its
 * own with 256 MB of heap and the defaults of its configuration; process and data are gone at the end.
 */
public final class Service {

    private static final int HEAP_MEGABYTES = 256;
    private static final int JOBS = 10;
    private static final int CONNECTIONS = 32;
    private static final int ROUNDS = 2;
    private static final int BUFFER = 1 << 18;
    private static final int IMAGE = 3 * 32 * 32;
    private static final Path DEMO = Path.of("src/main/resources/demo");
    private static final Set<String> ENDS = Set.of("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Served service;
    private final Path folder;

    private Service(Served service, Path folder) {
        this.service = service;
        this.folder = folder;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Path parent = Path.of(args.length > 0 ? args[0] : System.getProperty("java.io.tmpdir"));
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 20;
        int megabytes = args.length > 2 ? Integer.parseInt(args[2]) : 2047;
        try (Served served = Served.start(Files.createTempDirectory(parent, "octet-bench"))) {
            System.out.printf("service: %d MB of heap, ready after %.1f s%n%n", HEAP_MEGABYTES, served.startSeconds());
            Service bench = new Service(served, served.folder());
            String job = bench.submit();
            bench.poll(job, seconds);
            bench.upload(megabytes);
        }
    }

    /** Runs jobs one after another and returns the last one's id. */
    private String submit() throws IOException, InterruptedException {
        ObjectNode request = Bench.request(DEMO);
        request.put("modelId", add("models", DEMO.resolve("resnet20.onnx")));
        request.withObjectProperty("calibration")
                .put("datasetId", add("datasets", DEMO.resolve("calibration.npz")))
                .put("samples", 16);
        request.withObjectProperty("evaluation")
                .put("datasetId", add("datasets", DEMO.resolve("evaluation.npz")))
                .put("samples", 32);
        request.remove("measure");
        double[] claimed = new double[JOBS];
        double[] started = new double[JOBS];
        String id = "";
        for (int i = 0; i < JOBS; i++) {
            JsonNode job = json(request("/v1/jobs")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(request.toString())));
            id = job.get("id").asString();
            Instant created = Instant.parse(job.get("createdAt").asString());
            while (!ENDS.contains(job.get("state").asString())) {
                job = json(request("/v1/jobs/" + id).header("Prefer", "wait=30").GET());
            }
            if (!job.get("state").asString().equals("SUCCEEDED")) {
                throw new IllegalStateException("job " + id + " ended as " + job.get("state") + ": " + job.get("error"));
            }
            claimed[i] = millis(created, Instant.parse(job.get("startedAt").asString()));
            started[i] = millis(created, service.engineStart(id));
        }
        System.out.println("| ms from a job's createdAt (" + JOBS + " jobs) | first | median | largest |");
        System.out.println("|---|---|---|---|");
        row("to its startedAt", claimed);
        row("to the line in the log that its engine's process runs", started);
        System.out.println();
        return id;
    }

    private static void row(String what, double[] millis) {
        System.out.printf(
                "| %s | %.0f | %.0f | %.0f |%n",
                what, millis[0], Bench.median(millis), Arrays.stream(millis).max().orElse(0));
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }

    /** Polls a finished job, each thread over a connection that it gives back in between. */
    private void poll(String job, int seconds) throws IOException, InterruptedException {
        HttpRequest request = request("/v1/jobs/" + job).GET().build();
        String expected = client.send(request, BodyHandlers.ofString()).body();
        poll(request, expected, Duration.ofMillis(seconds * 500L));
        Polls polls = poll(request, expected, Duration.ofSeconds(seconds));
        System.out.println("| polls of a finished job | requests/s | median ms | 99 % within ms | errors |");
        System.out.println("|---|---|---|---|---|");
        System.out.printf(
                "| %d connections, %d s | %.0f | %.1f | %.1f | %d |%n",
                CONNECTIONS,
                seconds,
                polls.millis().length / polls.seconds(),
                Bench.median(polls.millis()),
                polls.millis()[(int) (polls.millis().length * 0.99)],
                polls.errors());
        polls.firstError().ifPresent(error -> System.out.println("\nfirst error: " + error));
        System.out.println();
    }

    /** Times of the good answers in ascending order, how many others there were, and the seconds until the last. */
    private record Polls(double[] millis, long errors, Optional<String> firstError, double seconds) {}

    private Polls poll(HttpRequest request, String expected, Duration time) {
        ConcurrentLinkedQueue<double[]> all = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<String> firstErrors = new ConcurrentLinkedQueue<>();
        LongAdder errors = new LongAdder();
        CountDownLatch together = new CountDownLatch(1);
        long start;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                threads.submit(() -> {
                    together.await();
                    double[] millis = new double[1024];
                    int count = 0;
                    String error = null;
                    long begin = System.nanoTime();
                    for (long now = begin; now - begin < time.toNanos(); ) {
                        String problem = ask(request, expected);
                        long then = System.nanoTime();
                        if (problem == null) {
                            millis = count == millis.length ? Arrays.copyOf(millis, 2 * count) : millis;
                            millis[count++] = (then - now) / 1e6;
                        } else {
                            errors.increment();
                            error = error == null ? problem : error;
                        }
                        now = then;
                    }
                    all.add(Arrays.copyOf(millis, count));
                    if (error != null) {
                        firstErrors.add(error);
                    }
                    return null;
                });
            }
            start = System.nanoTime();
            together.countDown();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double[] sorted = all.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalStateException("not one good answer: " + firstErrors.peek());
        }
        return new Polls(sorted, errors.sum(), Optional.ofNullable(firstErrors.peek()), seconds);
    }

    /** What is wrong with the answer, or null. */
    private String ask(HttpRequest request, String expected) throws InterruptedException {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return response.statusCode() == 200 && response.body().equals(expected)
                    ? null
                    : response.statusCode() + ": " + response.body();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Copies and uploads one file in turns, the order changing with each round. */
    private void upload(int megabytes) throws IOException, InterruptedException {
        Path file = folder.resolve("large.npz");
        writeDataset(file, (int) (((long) megabytes << 20) / IMAGE - 1));
        double[] copies = new double[ROUNDS];
        double[] uploads = new double[ROUNDS];
        double[] ratios = new double[ROUNDS];
        String before = service.peakMemory();
        for (int round = 0; round < ROUNDS; round++) {
            // A new hash each time, so that the service cannot have the file already.
            endWith(file, (byte) ('0' + round));
            if (round % 2 == 0) {
                copies[round] = copy(file);
                uploads[round] = timeUpload(file);
            } else {
                uploads[round] = timeUpload(file);
                copies[round] = copy(file);
            }
            ratios[round] = uploads[round] / copies[round];
        }
        System.out.println("| upload of " + (Files.size(file) >> 20) + " MiB | copy with fsync, s | upload, s | ratio |");
        System.out.println("|---|---|---|---|");
        for (int round = 0; round < ROUNDS; round++) {
            System.out.printf(
                    "| round %d | %.1f | %.1f | %.2f |%n", round + 1, copies[round], uploads[round], ratios[round]);
        }
        System.out.printf("%npeak memory of the service: %s before, %s after%n", before, service.peakMemory());
    }

    private double copy(Path file) throws IOException {
        Path copy = folder.resolve("copy.npz");
        try {
            long start = System.nanoTime();
            // Not Files.copy: where the file system can share blocks, that would write nothing.
            try (FileChannel in = FileChannel.open(file);
                    FileChannel out =
                            FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
                while (in.read(buffer) >= 0) {
                    buffer.flip();
                    while (buffer.hasRemaining()) {
                        out.write(buffer);
                    }
                    buffer.clear();
                }
                out.force(true);
            }
            return (System.nanoTime() - start) / 1e9;
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private double timeUpload(Path file) throws IOException, InterruptedException {
        long start = System.nanoTime();
        add("datasets", file);
        return (System.nanoTime() - start) / 1e9;
    }

    /** An npz with one array of random bytes, uint8 [images, 3, 32, 32], that is on the disk and ends in a comment of one byte. */
    private static void writeDataset(Path file, int images) throws IOException {
        String dictionary = "{'descr': '|u1', 'fortran_order': False, 'shape': (" + images + ", 3, 32, 32), }";
        byte[] text = (dictionary + " ".repeat(128 - 10 - 1 - dictionary.length()) + "\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer header = ByteBuffer.allocate(128)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) text.length, 0})
                .put(text);
        byte[] pixels = new byte[IMAGE << 8];
        new Random(1).nextBytes(pixels);
        CRC32 crc = new CRC32();
        long total = (long) images * IMAGE;
        crc.update(header.array());
        for (long at = 0; at < total; at += pixels.length) {
            crc.update(pixels, 0, (int) Math.min(pixels.length, total - at));
        }
        ZipEntry entry = new ZipEntry("input.npy");
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(header.capacity() + total);
        entry.setCompressedSize(header.capacity() + total);
        entry.setCrc(crc.getValue());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setComment("0");
            zip.putNextEntry(entry);
            zip.write(header.array());
            for (long at = 0; at < total; at += pixels.length) {
                zip.write(pixels, 0, (int) Math.min(pixels.length, total - at));
            }
            zip.closeEntry();
        }
    }

    private static void endWith(Path file, byte last) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(open.length() - 1);
            open.write(last);
            open.getFD().sync();
        }
    }

    private String add(String collection, Path file) throws IOException, InterruptedException {
        return json(request("/v1/" + collection)
                        .header("Content-Type", "application/octet-stream")
                        .POST(BodyPublishers.ofFile(file)))
                .get("id")
                .asString();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(service.address().resolve(path)).timeout(Duration.ofMinutes(10));
    }

    private JsonNode json(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(response.uri() + " answered " + response.statusCode() + ": " + response.body());
        }
        return Bench.JSON.readTree(response.body());
    }

    /** The service as a process of its own, in a folder that goes with it. */
    private static final class Served implements AutoCloseable {

        private static final Duration PATIENCE = Duration.ofMinutes(2);

        private final Path folder;
        private final Path log;
        private final URI address;
        private final Process process;
        private final long startNanos = System.nanoTime();
        private double startSeconds;
        private boolean closed;

        private Served(Path folder) throws IOException {
            this.folder = folder;
            this.log = folder.resolve("log.txt");
            int port;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
            this.address = URI.create("http://localhost:" + port);
            ProcessBuilder builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + HEAP_MEGABYTES + "m",
                    "--enable-native-access=ALL-UNNAMED",
                    "dev.octet.Octet",
                    "serve",
                    "--octet.data=" + folder.resolve("data"),
                    "--server.port=" + port);
            builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
            this.process = builder.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        }

        static Served start(Path folder) throws IOException, InterruptedException {
            Served served;
            try {
                served = new Served(folder);
            } catch (IOException e) {
                Bench.delete(folder);
                throw e;
            }
            // For an interrupted run.
            Runtime.getRuntime().addShutdownHook(new Thread(served::closeQuietly));
            try {
                served.awaitReady();
                return served;
            } catch (IOException | InterruptedException | RuntimeException e) {
                served.close();
                throw e;
            }
        }

        private void awaitReady() throws IOException, InterruptedException {
            HttpRequest request = HttpRequest.newBuilder(address.resolve("/actuator/health/readiness"))
                    .timeout(PATIENCE)
                    .build();
            try (HttpClient client = HttpClient.newHttpClient()) {
                while (!isReady(client, request)) {
                    if (process.waitFor(50, TimeUnit.MILLISECONDS)
                            || System.nanoTime() - startNanos > PATIENCE.toNanos()) {
                        throw new IllegalStateException("the service does not get ready:\n" + Files.readString(log));
                    }
                }
            }
            startSeconds = (System.nanoTime() - startNanos) / 1e9;
        }

        private static boolean isReady(HttpClient client, HttpRequest request) throws InterruptedException {
            try {
                return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
            } catch (IOException _) {
                return false;
            }
        }

        Path folder() {
            return folder;
        }

        URI address() {
            return address;
        }

        double startSeconds() {
            return startSeconds;
        }

        /** When the service noted that the job's engine runs. */
        Instant engineStart(String job) throws IOException {
            try (Stream<String> lines = Files.lines(log)) {
                return lines.filter(line -> line.contains(job) && line.contains("started as process"))
                        .map(line -> Instant.parse(line.substring(0, line.indexOf(' '))))
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("the log tells of no engine for job " + job));
            }
        }

        /** The most resident memory that the service had so far; without its database and engines. */
        String peakMemory() throws IOException {
            Path status = Path.of("/proc", Long.toString(process.pid()), "status");
            List<String> lines = Files.exists(status) ? Files.readAllLines(status) : List.of();
            return lines.stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> (Long.parseLong(line.replaceAll("\\D", "")) >> 10) + " MiB")
                    .findFirst()
                    .orElse("unknown");
        }

        private void closeQuietly() {
            try {
                close();
            } catch (IOException | InterruptedException e) {
                System.err.println(folder + " is left behind: " + e);
            }
        }

        @Override
        public synchronized void close() throws IOException, InterruptedException {
            if (closed) {
                return;
            }
            closed = true;
            process.destroy();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Bench.delete(folder);
        }
    }
}
