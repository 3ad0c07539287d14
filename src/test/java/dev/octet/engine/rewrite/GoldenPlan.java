package dev.octet.engine.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.engine.algorithm.Quantized;
import dev.octet.engine.graph.GraphPrinter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A plan and the graphs before and after it, compared with files in {@code src/test/resources/golden/plan}.
 *
 * <p>To renew them run the tests with {@code -Dgolden.renew=true} and read the difference.
 */
final class GoldenPlan {

    private static final Path FOLDER = Path.of("src/test/resources/golden/plan");

    private GoldenPlan() {}

    static void check(String name, Quantized quantized) {
        String text = "before\n" + GraphPrinter.print(quantized.prepared().graph()) + "plan\n"
                + quantized.plan().text() + "after\n"
                + GraphPrinter.print(quantized.model().graph());
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
