package dev.octet.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar started again as an engine, from its one file and from its extracted layout. */
class EngineCommandLineIT {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static Path jar() {
        String jar = System.getProperty("octet.jar", "");
        assumeThat(jar)
                .as("the jar, which only the build of the whole project has")
                .isNotEmpty();
        return Path.of(jar);
    }

    private static String run(Path folder, List<String> command) throws Exception {
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("ended in time").isTrue();
        assertThat(process.exitValue()).as("%s", Files.readString(output)).isZero();
        return Files.readString(output);
    }

    private static List<String> engineHelp(Path jar) {
        String classPath = EngineCommandLine.absolute(jar.toString());
        return List.of(JAVA, "-cp", classPath, EngineCommandLine.mainClass(classPath), "engine", "run", "--help");
    }

    @Test
    void theOneJarIsAnEngine(@TempDir Path folder) throws Exception {
        assertThat(run(folder, engineHelp(jar()))).contains("--recipe", "--supervised");
    }

    @Test
    void theExtractedLayoutIsAnEngine(@TempDir Path folder) throws Exception {
        run(folder, List.of(JAVA, "-Djarmode=tools", "-jar", jar().toString(), "extract", "--destination", "layout"));
        assertThat(run(folder, engineHelp(folder.resolve("layout/octet.jar")))).contains("--recipe", "--supervised");
    }
}
