package dev.octet.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A page in Markdown for readers, and the code on it.
 *
 * <p>What follows the language on a fence says what the tests do with its lines: {@code runs}, {@code refused} (runs, and every request
 * is to be answered with a problem) or {@code shown} (left alone, as it starts a service or needs one of somebody else's).
 *
 * @param path from the top of the repository
 */
record Page(Path path, String text) {
    private static final String FENCE = "```";

    /** One block of code on a page. */
    record Snippet(Path page, int line, String language, String mark, String code) {
        boolean is(String wanted, String marked) {
            return language.equals(wanted) && mark.equals(marked);
        }

        @Override
        public String toString() {
            return page + ":" + line;
        }
    }

    static Page of(String path) {
        Path file = Path.of(path);
        try {
            return new Page(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** README and every page in docs but those for whoever works on the project. */
    static List<Page> all() {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(
                            Stream.of("README.md"), docs.map(Path::toString).sorted())
                    .filter(path -> path.endsWith(".md") && !path.endsWith("design.md"))
                    .map(Page::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /** The blocks of code, in order. */
    List<Snippet> snippets() {
        List<Snippet> snippets = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.startsWith(FENCE)) {
                continue;
            }
            String[] words = line.substring(FENCE.length()).strip().split(" ", 2);
            int from = i + 1;
            do {
                i++;
            } while (!lines.get(i).startsWith(FENCE));
            String code = String.join("\n", lines.subList(from, i)) + "\n";
            snippets.add(new Snippet(path, from, words[0], words.length > 1 ? words[1] : "", code));
        }
        return snippets;
    }

    /** The first block in that language that runs. */
    Snippet program(String language) {
        return snippets().stream()
                .filter(snippet -> snippet.is(language, "runs"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + language + " that runs on " + path));
    }

    /** The addresses of headings, as GitHub makes them. */
    List<String> anchors() {
        return text.lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }
}
