package dev.octet.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code mvnw} among planted JDKs and with a planted Maven that prints how it was called. */
@DisabledOnOs(OS.WINDOWS)
class WrapperScriptTest {
    @TempDir
    Path folder;

    @Test
    void keepsTheJavaHomeThatIsNewEnough() throws IOException, InterruptedException {
        Path other = jdk("other", 25);

        assertThat(mvnw(jdk("mine", 26), "3.9.16", other)).isEqualTo("0 JAVA_HOME=" + folder + "/mine verify -Pdemo");
    }

    @Test
    void looksFurtherWhenTheJavaHomeIsTooOld() throws IOException, InterruptedException {
        Path old = jdk("old", 17);

        assertThat(mvnw(old, "3.8.7", old, jdk("later", 26), jdk("right", 25)))
                .isEqualTo("0 JAVA_HOME=" + folder + "/right verify -Pdemo");
    }

    @Test
    void takesALaterJdkWhenThatIsAllThereIs() throws IOException, InterruptedException {
        assertThat(mvnw(folder.resolve("gone"), "3.8.10", jdk("later", 26)))
                .isEqualTo("0 JAVA_HOME=" + folder + "/later verify -Pdemo");
    }

    @Test
    void passesOverAJavaWithoutACompiler() throws IOException, InterruptedException {
        Path bare = jdk("bare", 25);
        Files.delete(bare.resolve("bin/javac"));

        assertThat(mvnw(bare, "3.9.16", bare, jdk("right", 25)))
                .isEqualTo("0 JAVA_HOME=" + folder + "/right verify -Pdemo");
    }

    @Test
    void saysWhatToInstallWhenThereIsNoJdk() throws IOException, InterruptedException {
        assertThat(mvnw(jdk("old", 17), "3.9.16", jdk("older", 8)))
                .startsWith("1 Octet needs JDK 25")
                .contains("openjdk-25-jdk-headless");
    }

    @Test
    void leavesAMavenThatIsTooOldOrUntriedAside() throws IOException, InterruptedException {
        Path jdk = jdk("right", 25);

        for (String version : new String[] {"3.8.6", "3.6.3", "2.2.1", "4.0.0"}) {
            assertThat(mvnw(jdk, version, jdk)).as(version).startsWith("1 ").doesNotContain("JAVA_HOME=");
        }
    }

    private Path jdk(String name, int version) throws IOException {
        Path home = folder.resolve(name);
        script(home.resolve("bin/javac"), "exit 1");
        script(home.resolve("bin/java"), "exit 1");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + ".0.1\"\n");
        return home;
    }

    /** Runs {@code mvnw verify -Pdemo} and answers its exit code and what it wrote; a download fails at once. */
    private String mvnw(Path javaHome, String mavenVersion, Path... jdks) throws IOException, InterruptedException {
        script(
                folder.resolve("maven/mvn"),
                "if [ \"$1\" = -v ]; then echo 'Apache Maven " + mavenVersion
                        + "'; else echo \"JAVA_HOME=$JAVA_HOME $*\"; fi");
        ProcessBuilder builder = new ProcessBuilder("./mvnw", "verify", "-Pdemo").redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "JAVA_HOME", javaHome.toString(),
                        "OCTET_JDKS", Arrays.stream(jdks).map(Path::toString).collect(Collectors.joining(" ")),
                        "PATH", folder.resolve("maven") + ":/usr/bin:/bin",
                        "MAVEN_USER_HOME", folder.resolve("home").toString(),
                        "MVNW_REPOURL", "file:///nowhere"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + output.strip();
    }

    private static void script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
