package dev.octet.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SizeRuleTest {
    private static final SizeRule RULE = new SizeRule(3, 5, 8, 4);

    @TempDir
    Path root;

    @Test
    void theSourcesKeepTheRule() {
        assertThat(SizeRule.OCTET.broken(SizeRule.measure(Path.of("src/main/java"))))
                .isEmpty();
    }

    @Test
    void countsTheLinesOfJavaFilesOnlySmallestFirst() throws IOException {
        plant("b/Two.java", 2);
        plant("a/Five.java", 5);
        plant("Empty.java", 0);
        plant("a/notes.txt", 100);

        assertThat(SizeRule.measure(root))
                .containsExactly(size("Empty.java", 0), size("b/Two.java", 2), size("a/Five.java", 5));
    }

    @Test
    void countsALastLineWithoutItsEnd() throws IOException {
        Files.writeString(root.resolve("Bare.java"), "one\ntwo");

        assertThat(SizeRule.measure(root)).containsExactly(size("Bare.java", 2));
    }

    @Test
    void refusesATreeWithoutJavaFiles() throws IOException {
        plant("notes.txt", 1);

        assertThatThrownBy(() -> SizeRule.measure(root)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesPercentilesByNearestRank() {
        List<SizeRule.Size> ten = sizes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

        assertThat(SizeRule.percentile(ten, 50)).isEqualTo(5);
        assertThat(SizeRule.percentile(ten, 90)).isEqualTo(9);
        assertThat(SizeRule.percentile(ten, 91)).isEqualTo(10);
        assertThat(SizeRule.percentile(sizes(7), 50)).isEqualTo(7);
    }

    @Test
    void acceptsWhatReachesEachLimitAndNoMore() {
        assertThat(RULE.broken(sizes(1, 3, 3, 3, 3, 3, 3, 3, 5, 8))).isEmpty();
    }

    @Test
    void namesAMedianThatIsTooLarge() {
        assertThat(RULE.broken(sizes(1, 4, 5))).containsExactly("the median has 4 lines, more than 3");
    }

    @Test
    void namesA90thPercentileThatIsTooLarge() {
        assertThat(RULE.broken(sizes(1, 1, 6))).containsExactly("the 90th percentile has 6 lines, more than 5");
    }

    @Test
    void namesAFileThatIsTooLarge() {
        assertThat(RULE.broken(sizes(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 9)))
                .containsExactly("p10/File10.java has 9 lines, more than 8");
    }

    @Test
    void namesAPackageWithTooManyFiles() {
        List<SizeRule.Size> five = List.of(
                size("p/A.java", 1),
                size("p/B.java", 1),
                size("p/C.java", 1),
                size("p/D.java", 1),
                size("p/E.java", 1));

        assertThat(RULE.broken(five)).containsExactly("p holds 5 files, more than 4");
        assertThat(RULE.broken(five.subList(0, 4))).isEmpty();
    }

    private static List<SizeRule.Size> sizes(int... lines) {
        return IntStream.range(0, lines.length)
                .mapToObj(i -> size("p" + i + "/File" + i + ".java", lines[i]))
                .toList();
    }

    private static SizeRule.Size size(String file, int lines) {
        return new SizeRule.Size(Path.of(file), lines);
    }

    private void plant(String file, int lines) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "line\n".repeat(lines));
    }
}
