package dev.octet.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.docs.Page.Snippet;
import dev.octet.engine.scheme.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PagesTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Set<String> LANGUAGES = Set.of("sh", "java", "python", "ts");
    /** A problem's code in the source, which nothing else but these looks like. */
    private static final Pattern PROBLEM = Pattern.compile("\"([A-Z]+(?:_[A-Z]+)+|INTERNAL)\"");

    private static final Set<String> NO_PROBLEMS =
            Set.of("LD_LIBRARY_PATH", "LC_ALL", "JAVA_HOME", "BIAS_CORRECTION", "BEST_SO_FAR", "GIVEN_UP");

    private static final List<String> SERVICE = List.of(
            "models",
            "datasets",
            "uploads",
            "jobs",
            "webhooks",
            "worker",
            "results",
            "comparisons",
            "storage",
            "platform");

    private static final Set<String> MARKS = Set.of("runs", "refused", "shown");

    static Stream<Page> pages() {
        return Page.all().stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyBlockOfCodeSaysWhetherItRuns(Page page) {
        assertThat(page.snippets())
                .filteredOn(snippet -> LANGUAGES.contains(snippet.language()))
                .extracting(Snippet::mark)
                .as("marks on %s", page.path())
                .isSubsetOf(MARKS);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Page page) {
        Matcher link = LINK.matcher(page.text());
        while (link.find()) {
            String target = link.group(1);
            if (target.startsWith("http:") || target.startsWith("https:")) {
                continue;
            }
            String[] parts = target.split("#", 2);
            Path folder = page.path().getParent();
            Path file = parts[0].isEmpty()
                    ? page.path()
                    : (folder == null ? Path.of("") : folder).resolve(parts[0]).normalize();
            assertThat(file).as("%s in %s", target, page.path()).exists();
            if (parts.length > 1) {
                assertThat(Page.of(file.toString()).anchors())
                        .as("%s in %s", target, page.path())
                        .contains(parts[1]);
            }
        }
    }

    @Test
    void readmeLeadsToEveryPage() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            List<String> links = docs.map(path -> "](docs/" + path.getFileName() + ")")
                    .filter(link -> link.endsWith(".md)"))
                    .toList();
            assertThat(Page.of("README.md").text()).contains(links);
        }
    }

    @Test
    void everyFaultOfAJobIsExplained() {
        assertThat(Page.of("docs/troubleshooting.md").text())
                .contains(Arrays.stream(Fault.values()).map(Fault::name).toList());
    }

    @Test
    void everyProblemIsListed() throws IOException {
        String pages = Page.of("docs/api.md").text()
                + Page.of("docs/troubleshooting.md").text();
        Set<String> codes = new TreeSet<>();
        for (String feature : SERVICE) {
            try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/octet", feature))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    PROBLEM.matcher(Files.readString(file)).results().forEach(match -> codes.add(match.group(1)));
                }
            }
        }
        codes.removeAll(NO_PROBLEMS);
        assertThat(codes).hasSizeGreaterThan(40);
        assertThat(pages).contains(codes);
    }
}
