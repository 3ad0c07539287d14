package dev.octet.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * The service as a process of its own, to be killed and started again.
 *
 * <p>Runs {@code dev.octet.Octet} on the tests' class path. Its output goes to a file in the data folder.
 */
public final class ServiceProcess implements AutoCloseable {
    private final Path data;
    private final String role;
    private final List<String> properties;
    private final int port;
    private Process process;

    private ServiceProcess(Path data, String role, List<String> properties) throws IOException {
        this.data = data;
        this.role = role;
        this.properties = List.copyOf(properties);
        this.port = freePort();
        this.process = launch();
    }

    /** Starts a service that both answers HTTP and runs jobs, and waits until it is ready. */
    public static ServiceProcess start(Path data, String... properties) throws IOException {
        return startAs("serve", data, properties);
    }

    /**
     * Starts a process in that role and waits until it is ready.
     *
     * @param role serve, web or worker
     * @param data its data folder
     * @param properties further ones, such as {@code --octet.max-upload-size=1MB}
     */
    public static ServiceProcess startAs(String role, Path data, String... properties) throws IOException {
        ServiceProcess service = new ServiceProcess(data, role, List.of(properties));
        try {
            service.awaitReady();
        } catch (RuntimeException e) {
            service.close();
            throw e;
        }
        return service;
    }

    /** Starts a process without waiting, to see it fail. */
    public static ServiceProcess launchAs(String role, Path data, String... properties) throws IOException {
        return new ServiceProcess(data, role, List.of(properties));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.octet.Octet",
                role,
                "--server.port=" + port,
                "--octet.data=" + data));
        command.addAll(properties);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()))
                .start();
    }

    private Path output() {
        return data.resolveSibling(data.getFileName() + "-" + role + "-" + port + ".log");
    }

    private void awaitReady() {
        Awaitility.await("the service to be ready")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("the service ended: " + log());
                    }
                    return isReady();
                });
    }

    /** Whether it says that it is ready. */
    public boolean isReady() {
        try {
            return http().get("/actuator/health/readiness").status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** A client of this process. */
    public Http http() {
        return new Http(URI.create("http://localhost:" + port));
    }

    public long pid() {
        return process.pid();
    }

    public Path data() {
        return data;
    }

    /** What the process printed so far, earlier runs included. */
    public String log() {
        try {
            return Files.readString(output());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it as a power cut would: SIGKILL, at once. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Ends it in order, SIGTERM, and returns the exit code. */
    public int stop() {
        process.destroy();
        return awaitExit();
    }

    /** Waits at most a minute for the end and returns the exit code. */
    public int awaitExit() {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + process.pid() + " does not end: " + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts it again on the same folder and port, and waits until it is ready. */
    public void restart() throws IOException {
        if (process.isAlive()) {
            throw new IllegalStateException("still running");
        }
        process = launch();
        awaitReady();
    }

    /** Ends it if it still runs: in order, else by force. */
    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroy();
            try {
                if (!process.waitFor(40, TimeUnit.SECONDS)) {
                    kill();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                kill();
            }
        }
    }
}
