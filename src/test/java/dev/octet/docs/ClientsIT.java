package dev.octet.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.docs.Shell.Ended;
import dev.octet.platform.ServiceProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clients that the profile {@code clients} generates, against a running service.
 *
 * <p>In each language the program of the page about clients runs as it stands there, and one from {@code src/clients} that sends and
 * fetches a file larger than the memory it may use. Python and Node take their libraries from their registries; where they are not
 * installed the test is skipped and says so, but fails where the variable {@code CI} is set. Without the profile nothing looks for
 * this class.
 */
@Tag("clients")
class ClientsIT {
    private static final long LARGE = 256 << 20;
    private static final long MOST_MEMORY = 200 << 20;

    /** For pip and npm: a registry that fails now and then is asked again, and only for what is needed. */
    private static final Map<String, String> PATIENT = Map.of(
            "PIP_RETRIES", "10",
            "PIP_DISABLE_PIP_VERSION_CHECK", "1",
            "npm_config_fetch_retries", "10",
            "npm_config_audit", "false",
            "npm_config_fund", "false",
            "npm_config_update_notifier", "false");

    @TempDir
    static Path folder;

    private static ServiceProcess service;

    @BeforeAll
    static void start() throws IOException {
        service = ServiceProcess.start(folder.resolve("data"));
        for (String file : List.of("resnet20.onnx", "calibration.npz")) {
            Files.copy(Path.of("src/main/resources/demo", file), folder.resolve(file));
        }
        writeLarge(folder.resolve("large.npz"));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    /** Images of zeros, not packed. */
    private static void writeLarge(Path file) throws IOException {
        int bytesOfImage = 3 * 32 * 32 * Float.BYTES;
        long images = LARGE / bytesOfImage;
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + images + ", 3, 32, 32), }";
        try (OutputStream bytes = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            zip.putNextEntry(new ZipEntry("input.npy"));
            zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0});
            zip.write((header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.US_ASCII));
            for (long i = 0; i < images; i++) {
                zip.write(new byte[bytesOfImage]);
            }
            zip.closeEntry();
        }
    }

    @Test
    void java() throws IOException {
        Path work = work("java");
        Shell shell = shell(work);
        Path sources = client("java").resolve("src/main/java");
        List<String> compile = new ArrayList<>(List.of(tool("javac"), "-nowarn", "-proc:none", "-d", "classes"));
        compile.addAll(List.of("-cp", System.getProperty("java.class.path")));
        try (Stream<Path> files = Files.walk(sources)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(compile::add);
        }
        compile.add(Path.of("src/clients/Features.java").toAbsolutePath().toString());
        good(shell.run(compile, Map.of()));
        String classes = "classes" + java.io.File.pathSeparator + System.getProperty("java.class.path");

        good(shell.run(
                tool("java"),
                "-Xmx64m",
                "-cp",
                classes,
                "Features",
                shell.service().toString()));
        good(shell.run(tool("java"), "-cp", classes, program(shell, "java", "Quantize.java")));
        assertThat(work.resolve("resnet20-int8.onnx")).isNotEmptyFile();
    }

    @Test
    void python() throws IOException {
        need("python3");
        Path work = work("python");
        Shell shell = shell(work);
        good(shell.run("python3", "-m", "venv", "environment"));
        install(
                shell,
                "environment/bin/pip",
                "install",
                "--quiet",
                client("python").toString());

        String features = Path.of("src/clients/features.py").toAbsolutePath().toString();
        String python = "environment/bin/python";
        good(shell.run(python, features, shell.service().toString(), String.valueOf(MOST_MEMORY)));
        good(shell.run(python, program(shell, "python", "quantize.py")));
        assertThat(work.resolve("resnet20-int8.onnx")).isNotEmptyFile();
    }

    @Test
    void typescript() throws IOException {
        need("node");
        need("npm");
        Path work = work("typescript");
        Shell shell = shell(work);
        Files.writeString(work.resolve("package.json"), "{\"private\": true, \"type\": \"module\"}");
        Files.copy(Path.of("src/clients/features.ts"), work.resolve("features.ts"));
        String quantize = program(shell, "ts", "quantize.ts");
        install(shell, "npm", "install", "--silent", "typescript@5", "@types/node@20");
        Path client = client("typescript");
        install(new Shell(client, shell.service()), "npm", "install", "--silent");
        install(shell, "npm", "install", "--silent", client.toString());
        good(shell.run(
                "node_modules/.bin/tsc",
                "--strict",
                "--target",
                "es2022",
                "--module",
                "nodenext",
                "--skipLibCheck",
                "features.ts",
                quantize));

        good(shell.run("node", "features.js", shell.service().toString(), String.valueOf(MOST_MEMORY)));
        good(shell.run("node", "quantize.js"));
        assertThat(work.resolve("resnet20-int8.onnx")).isNotEmptyFile();
    }

    private static Path work(String language) throws IOException {
        Path work = Files.createDirectory(folder.resolve(language));
        for (String file : List.of("resnet20.onnx", "calibration.npz", "large.npz")) {
            Files.createSymbolicLink(work.resolve(file), folder.resolve(file));
        }
        return work;
    }

    private static Shell shell(Path work) {
        return new Shell(work, service.http().base());
    }

    private static Path client(String language) {
        return Path.of(System.getProperty("octet.clients"), language).toAbsolutePath();
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /** Writes the program that the page shows in that language, and returns its name. */
    private static String program(Shell shell, String language, String name) throws IOException {
        String code = Page.of("docs/clients.md").program(language).code();
        assertThat(code).contains("http://localhost:8080");
        Files.writeString(shell.folder().resolve(name), shell.here(code));
        return name;
    }

    private static void need(String program) {
        if (Shell.has(program)) {
            return;
        }
        String message = "CLIENT NOT TESTED: there is no " + program + " on this machine";
        assertThat(System.getenv("CI")).as(message).isNull();
        System.err.println("\n**** " + message + " ****\n");
        Assumptions.abort(message);
    }

    private static void install(Shell shell, String... command) {
        good(shell.run(List.of(command), PATIENT));
    }

    private static void good(Ended ended) {
        System.out.print(ended.output());
        assertThat(ended.code()).as(ended.output()).isZero();
    }
}
