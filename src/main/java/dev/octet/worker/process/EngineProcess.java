package dev.octet.worker.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine: a child process that lives no longer than this one.
 *
 * <p>The child reads the pipe that is its standard input to the end; that ends when this process does, whatever way.
 */
public final class EngineProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineProcess.class);
    private static final int LONGEST_LINE = 64 * 1024;

    /** What of the environment an engine needs; passwords of the service's are not among it. */
    private static final Set<String> ENVIRONMENT =
            Set.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "JAVA_HOME", "SystemRoot", "TEMP", "TMP");

    private final Process process;
    private final List<Thread> readers;

    private EngineProcess(Process process, List<Thread> readers) {
        this.process = process;
        this.readers = readers;
    }

    /**
     * Starts an engine.
     *
     * @param output takes each line of its standard output, on a thread of its own
     * @param log takes each line of its standard error, on another
     */
    public static EngineProcess start(List<String> command, Path folder, Consumer<String> output, Consumer<String> log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(ENVIRONMENT);
        environment.put("TMPDIR", folder.resolve("tmp").toString());
        Process process = builder.start();
        return new EngineProcess(
                process, List.of(reader(process.getInputStream(), output), reader(process.getErrorStream(), log)));
    }

    private static Thread reader(InputStream stream, Consumer<String> lines) {
        return Thread.ofVirtual().name("engine-output").start(() -> {
            try (stream) {
                BoundedLines.read(stream, LONGEST_LINE, lines);
            } catch (IOException e) {
                LOG.debug("the engine's output broke off", e);
            }
        });
    }

    public long pid() {
        return process.pid();
    }

    /** Waits so long at most for the process to end; false if it has not. */
    public boolean await(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** How the process ended, once it has: 128 + n where by signal n. All that it printed has been handed on then. */
    public int exitCode() throws InterruptedException {
        for (Thread reader : readers) {
            // A grandchild could hold the pipes open; an engine has none that matter.
            reader.join(Duration.ofSeconds(5));
        }
        return process.exitValue();
    }

    /** Resident memory in bytes, native included; empty where the system does not tell, or the process has ended. */
    public OptionalLong residentBytes() {
        try {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst();
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Asks the process to end, by SIGTERM, and leaves it the time to hand over what it has. */
    public void terminate() {
        // Process.destroy would close the pipes as well, which tells an engine that its parent is gone.
        process.toHandle().destroy();
    }

    /** Ends the process by SIGKILL, with whatever it has started. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Sees to it that nothing of the process is left. */
    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("the engine's input was closed already", e);
        }
        process.onExit().join();
    }
}
