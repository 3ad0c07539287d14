package dev.octet.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How large the files and packages of a source tree may be.
 *
 * @param median most lines of the file in the middle
 * @param p90 most lines of the file at the 90th percentile (nearest rank)
 * @param max most lines of any file
 * @param perPackage most files in any one folder, package-info included
 */
record SizeRule(int median, int p90, int max, int perPackage) {
    /** The rule of this project. */
    static final SizeRule OCTET = new SizeRule(90, 220, 400, 20);

    /** A Java file below the root that was measured and its count of lines. */
    record Size(Path file, int lines) {}

    /** Measures every Java file below {@code root}, smallest first; a tree without any is refused. */
    static List<Size> measure(Path root) {
        try (var files = Files.walk(root)) {
            List<Size> sizes = files.filter(file -> file.toString().endsWith(".java"))
                    .map(file -> new Size(root.relativize(file), lines(file)))
                    .sorted(Comparator.comparingInt(Size::lines).thenComparing(Size::file))
                    .toList();
            if (sizes.isEmpty()) {
                throw new IllegalArgumentException("no Java files below " + root);
            }
            return sizes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says in words each way in which the sizes, sorted as measured, break this rule; empty when they keep it. */
    List<String> broken(List<Size> sizes) {
        List<String> faults = new ArrayList<>();
        over(faults, "the median", percentile(sizes, 50), median);
        over(faults, "the 90th percentile", percentile(sizes, 90), p90);
        sizes.forEach(size -> over(faults, size.file().toString(), size.lines(), max));
        Map<String, Long> counts = sizes.stream()
                .collect(Collectors.groupingBy(
                        size -> String.valueOf(size.file().getParent()), TreeMap::new, Collectors.counting()));
        counts.forEach((folder, count) -> {
            if (count > perPackage) {
                faults.add(folder + " holds " + count + " files, more than " + perPackage);
            }
        });
        return faults;
    }

    /** The count of lines at a percentile in 1..100, by nearest rank, of sizes sorted as measured. */
    static int percentile(List<Size> sizes, int percent) {
        int rank = Math.ceilDiv(sizes.size() * percent, 100);
        return sizes.get(rank - 1).lines();
    }

    private static void over(List<String> faults, String what, int lines, int limit) {
        if (lines > limit) {
            faults.add(what + " has " + lines + " lines, more than " + limit);
        }
    }

    private static int lines(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
