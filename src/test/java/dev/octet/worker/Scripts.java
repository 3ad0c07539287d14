package dev.octet.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The scripts that scripted engines follow, chosen by a job's seed.
 *
 * @param folder where they are
 */
public record Scripts(Path folder) {
    private static final AtomicLong SEEDS = new AtomicLong(1000);

    /** An empty folder of scripts. */
    public static Scripts create() {
        try {
            return new Scripts(Files.createTempDirectory("engine-scripts"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a script and returns the seed that its job must have. */
    public long add(String... lines) {
        long seed = SEEDS.incrementAndGet();
        write(seed + ".txt", String.join("\n", lines) + "\n");
        return seed;
    }

    /** Adds the script of comparisons on so many samples. */
    public void addComparison(int samples, String... lines) {
        write("compare-" + samples + ".txt", String.join("\n", lines) + "\n");
    }

    /** Makes a file that scripts wait for. */
    public void touch(String name) {
        write(name, "");
    }

    private void write(String name, String text) {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a script has made that file. */
    public boolean has(String name) {
        return Files.exists(folder.resolve(name));
    }

    /** The process that made that file. */
    public long pid(String name) {
        try {
            return Long.parseLong(Files.readString(folder.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value of {@code octet.worker.engine-command}: a child Java that runs {@link ScriptedEngine}. */
    public List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:MaxDirectMemorySize=1g",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                classes(),
                ScriptedEngine.class.getName(),
                folder.toString());
    }

    /** The same as a property on a command line. */
    public String property() {
        return "--octet.worker.engine-command=" + String.join(",", command());
    }

    private static String classes() {
        try {
            return Path.of(ScriptedEngine.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
