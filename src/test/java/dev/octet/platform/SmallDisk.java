package dev.octet.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real file system of a few megabytes, mounted for one test. */
public record SmallDisk(Path path) implements AutoCloseable {
    /**
     * Mounts one below the folder; the test is skipped, saying so, where this user may not mount.
     *
     * @param megabytes its size
     */
    public static SmallDisk mount(Path folder, int megabytes) throws IOException {
        Path path = Files.createDirectories(folder.resolve("small-disk"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", path.toString());
        if (!mounted) {
            System.err.println(
                    "SKIPPED: a full disk is only tested where a file system can be mounted (root on Linux)");
        }
        Assumptions.assumeTrue(mounted, "no file system can be mounted here");
        return new SmallDisk(path);
    }

    private static boolean run(String... command) throws IOException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (IOException e) {
            return false;
        }
    }

    /** Unmounts it. */
    @Override
    public void close() throws IOException {
        run("umount", "--lazy", path.toString());
    }
}
