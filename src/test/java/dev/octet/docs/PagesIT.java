package dev.octet.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.docs.Page.Snippet;
import dev.octet.docs.Shell.Ended;
import dev.octet.platform.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command of every page runs, top to bottom in one shell a page, as a reader would type it. */
class PagesIT {
    /**
     * What stands before a page's commands: the first that fails ends the page, a request that is not answered with success counts as
     * failed, and {@code java -jar target/octet.jar} is the code under test.
     */
    private static final String BEFORE = """
        set -euo pipefail
        refused=0
        curl() {
            local code=0
            command curl --fail-with-body --max-time 120 "$@" || code=$?
            [ $refused = 1 ] || return $code
            [ $code = 22 ] || { echo "expected a problem: curl $*" >&2; return 1; }
        }
        java() {
            while [ "$1" != -jar ]; do shift; done
            [ "$2" = target/octet.jar ] || { echo "which jar? $2" >&2; return 1; }
            shift 2
            "$JAVA" --enable-native-access=ALL-UNNAMED -cp "$CLASSES" dev.octet.Octet "$@"
        }
        """;

    @TempDir
    static Path folder;

    private static ServiceProcess service;

    @BeforeAll
    static void start() throws IOException {
        service = ServiceProcess.start(folder.resolve("data"));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    static Stream<Page> pages() {
        return Page.all().stream().filter(page -> page.snippets().stream().anyMatch(PagesIT::isCommand));
    }

    private static boolean isCommand(Snippet snippet) {
        return snippet.is("sh", "runs") || snippet.is("sh", "refused");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyCommandRuns(Page page) throws IOException {
        Ended ended = run(page);
        assertThat(ended.code()).as("%s printed%n%s", page, ended.output()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "runs, curl -sS http://localhost:8080/v1/nothing",
        "refused, curl -sS http://localhost:8080/v1/models",
        "runs, false | cat",
        "runs, grep nothing README.md"
    })
    void aCommandThatFailsIsNoticed(String mark, String command) throws IOException {
        Page page = new Page(Path.of("broken.md"), "```sh " + mark + "\n" + command + "\necho went on\n```\n");
        Ended ended = run(page);
        assertThat(ended.code()).as(ended.output()).isNotZero();
        assertThat(ended.output()).doesNotContain("went on");
    }

    private static Ended run(Page page) throws IOException {
        Path work = Files.createTempDirectory(folder, "page");
        Files.createDirectories(work.resolve("src/main/resources"));
        Files.createSymbolicLink(
                work.resolve("src/main/resources/demo"),
                Path.of("src/main/resources/demo").toAbsolutePath());
        Shell shell = new Shell(work, service.http().base());
        String script = page.snippets().stream()
                .filter(PagesIT::isCommand)
                .map(snippet -> "refused=" + (snippet.mark().equals("refused") ? 1 : 0) + "\necho '== " + snippet
                        + "'\n" + shell.here(snippet.code()))
                .collect(Collectors.joining());
        return shell.run(
                List.of("bash", "-c", BEFORE + script),
                Map.of(
                        "JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "CLASSES",
                        System.getProperty("java.class.path"),
                        // The client's memory is the page's, not the user's.
                        "OCTET_CONFIG",
                        work.resolve("config").toString()));
    }
}
