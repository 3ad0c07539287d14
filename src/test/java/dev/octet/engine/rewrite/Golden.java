package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.graph.GraphPrinter;
import dev.octet.engine.graph.Model;
import dev.octet.engine.graph.Rewrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Printed graphs before and after a rewrite, compared with files in {@code src/test/resources/golden/rewrite}.
 *
 * <p>To renew them run the tests with {@code -Dgolden.renew=true} and read the difference.
 */
final class Golden {

    private static final Path FOLDER = Path.of("src/test/resources/golden/rewrite");

    private Golden() {}

    static void check(String name, Model before, Rewrite.Result result) {
        String text = "before\n" + GraphPrinter.print(before.graph()) + "after\n"
                + GraphPrinter.print(result.model().graph()) + "notes\n  " + String.join("\n  ", result.notes()) + "\n";
        Path file = FOLDER.resolve(name + ".txt");
        try {
            if (Boolean.getBoolean("golden.renew")) {
                Files.createDirectories(FOLDER);
                Files.writeString(file, text);
            }
            assertThat(text).as(file.toString()).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
