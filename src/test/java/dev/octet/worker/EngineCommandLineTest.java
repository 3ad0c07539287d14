package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class EngineCommandLineTest {
    private static final String LAUNCHER = "org.springframework.boot.loader.launch.JarLauncher";

    private static WorkerProperties properties(List<String> command) {
        Duration second = Duration.ofSeconds(1);
        return new WorkerProperties(
                1, 1, second, second, 3, second, second, DataSize.ofMegabytes(768), null, second, second, command);
    }

    private static Path jar(Path folder, String main) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, main);
        Path jar = folder.resolve("octet.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return jar;
    }

    @Test
    void theEngineIsThisProgramAgainWithItsOwnLimits(@TempDir Path folder) {
        List<String> command = EngineCommandLine.of(properties(List.of()), new WorkFolder(folder));
        assertThat(command.getFirst())
                .isEqualTo(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
        assertThat(command)
                .contains(
                        "-Xmx768m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.io.tmpdir=" + folder.resolve("tmp"))
                .containsSequence(
                        "-cp",
                        EngineCommandLine.absolute(System.getProperty("java.class.path")),
                        "dev.octet.Octet",
                        "engine",
                        "run")
                .endsWith(
                        "--recipe",
                        folder.resolve("recipe.json").toString(),
                        "--out",
                        folder.resolve("out").toString(),
                        "--supervised");
    }

    @Test
    void theClassPathHoldsWhereverTheEngineWorks() {
        assertThat(EngineCommandLine.absolute("octet.jar" + File.pathSeparator + "/opt/lib.jar"))
                .isEqualTo(Path.of("").toAbsolutePath().resolve("octet.jar") + File.pathSeparator + "/opt/lib.jar");
    }

    @Test
    void anotherCommandTakesItsPlace(@TempDir Path folder) {
        assertThat(EngineCommandLine.of(properties(List.of("nice", "octet-engine")), new WorkFolder(folder)))
                .startsWith("nice", "octet-engine", "run", "--recipe");
    }

    @Test
    void ofTheOneJarItIsTheLauncher(@TempDir Path folder) throws IOException {
        assertThat(EngineCommandLine.mainClass(jar(folder, LAUNCHER).toString()))
                .isEqualTo(LAUNCHER);
    }

    @Test
    void ofAnythingElseItIsOurOwnClass(@TempDir Path folder) throws IOException {
        assertThat(EngineCommandLine.mainClass(folder + File.pathSeparator + "lib.jar"))
                .isEqualTo("dev.octet.Octet");
        assertThat(EngineCommandLine.mainClass(jar(folder, "dev.octet.Octet").toString()))
                .as("the extracted layout")
                .isEqualTo("dev.octet.Octet");
        assertThat(EngineCommandLine.mainClass(
                        Files.writeString(folder.resolve("broken.jar"), "x").toString()))
                .isEqualTo("dev.octet.Octet");
    }
}
