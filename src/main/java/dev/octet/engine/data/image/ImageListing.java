package dev.octet.engine.data.image;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.data.zip.ArchiveEntry;
import dev.octet.engine.data.zip.EntryStream;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.EngineException.Detail;
import dev.octet.engine.scheme.Fault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The images of a zip in sample order, with their labels.
 *
 * <p>With a {@code labels.csv}: the images it names, in its order, and it has to name all. Without: images in one folder for
 * each class, sorted by folder, then name; the label is the folder's place among the sorted folders. Images that are not in
 * folders, or all in a single one, have no labels. Left out are folders around everything, hidden files, and what macOS and
 * Windows add ({@code __MACOSX}, {@code Thumbs.db}); any other file is refused.
 *
 * @param images in sample order, at least one
 * @param labels one for each image; null where there are none
 */
public record ImageListing(List<Item> images, @Nullable List<Double> labels) {

    /** The most bytes an image file may have. */
    public static final int MAX_FILE_BYTES = 64 << 20;

    private static final int MAX_FAULTS = 20;

    /** One image: where it is, and what its header says. */
    public record Item(ArchiveEntry entry, ImageHeader header) {}

    /** Lists the images of {@code archive} and reads their headers; all that is wrong is DATASET_MALFORMED. */
    public static ImageListing of(Archive archive) {
        Map<String, ArchiveEntry> files = withoutCommonFolders(visible(archive));
        ArchiveEntry csv = files.remove(LabelsCsv.NAME);
        if (files.isEmpty()) {
            throw Archive.malformed("dataset", "holds no images");
        }
        List<Double> labels;
        if (csv == null) {
            labels = byFolder(files.keySet().stream().toList());
        } else {
            Map<String, Double> named = LabelsCsv.parse(archive.readAll(csv, LabelsCsv.MAX_BYTES));
            files = inOrder(named, files);
            labels = List.copyOf(named.values());
        }
        return new ImageListing(readHeaders(archive, files), labels);
    }

    private static Map<String, ArchiveEntry> visible(Archive archive) {
        Map<String, ArchiveEntry> files =
                new TreeMap<>(Comparator.comparing(ImageListing::folder).thenComparing(Comparator.naturalOrder()));
        for (ArchiveEntry entry : archive.entries()) {
            boolean hidden = false;
            for (String segment : entry.name().split("/", -1)) {
                hidden |= segment.startsWith(".") || segment.equals("__MACOSX") || segment.equals("Thumbs.db");
            }
            if (!hidden && !entry.isFolder()) {
                files.put(entry.name(), entry);
            }
        }
        return files;
    }

    private static Map<String, ArchiveEntry> withoutCommonFolders(Map<String, ArchiveEntry> files) {
        Map<String, ArchiveEntry> inner = files;
        while (!inner.isEmpty()) {
            String first = inner.keySet().iterator().next();
            String prefix = first.substring(0, first.indexOf('/') + 1);
            if (prefix.isEmpty() || !inner.keySet().stream().allMatch(n -> n.startsWith(prefix))) {
                break;
            }
            Map<String, ArchiveEntry> stripped =
                    new TreeMap<>(Comparator.comparing(ImageListing::folder).thenComparing(Comparator.naturalOrder()));
            inner.forEach((name, entry) -> stripped.put(name.substring(prefix.length()), entry));
            inner = stripped;
        }
        return inner;
    }

    private static String folder(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }

    /** The place of each name's folder among the sorted folders; null where all names are without one. */
    private static @Nullable List<Double> byFolder(List<String> names) {
        for (String name : names) {
            boolean odd = folder(name).isEmpty() != folder(names.getFirst()).isEmpty();
            if (odd || name.indexOf('/') != name.lastIndexOf('/')) {
                throw Archive.malformed(
                        name,
                        "is not in one folder for each class as '" + names.getFirst()
                                + "' is; put all images into class folders, or none, or add " + LabelsCsv.NAME);
            }
        }
        List<String> folders = new ArrayList<>(
                new TreeSet<>(names.stream().map(ImageListing::folder).toList()));
        if (folders.size() == 1) {
            return null;
        }
        Map<String, Integer> index = new TreeMap<>();
        folders.forEach(f -> index.put(f, index.size()));
        return names.stream()
                .map(n -> (double) index.getOrDefault(folder(n), -1))
                .toList();
    }

    private static Map<String, ArchiveEntry> inOrder(Map<String, Double> labels, Map<String, ArchiveEntry> files) {
        List<Detail> faults = new ArrayList<>();
        Map<String, ArchiveEntry> ordered = new LinkedHashMap<>();
        for (String name : labels.keySet()) {
            ArchiveEntry entry = files.get(name);
            if (entry != null) {
                ordered.put(name, entry);
            } else if (faults.size() < MAX_FAULTS) {
                faults.add(new Detail(LabelsCsv.NAME, "names '" + name + "', which is not in the zip"));
            }
        }
        for (String name : files.keySet()) {
            if (!labels.containsKey(name) && faults.size() < MAX_FAULTS) {
                faults.add(new Detail(name, "has no line in " + LabelsCsv.NAME));
            }
        }
        refuse(faults);
        return ordered;
    }

    private static List<Item> readHeaders(Archive archive, Map<String, ArchiveEntry> files) {
        List<Item> items = new ArrayList<>();
        List<Detail> faults = new ArrayList<>();
        for (ArchiveEntry entry : files.values()) {
            try {
                items.add(new Item(entry, readHeader(archive, entry)));
            } catch (EngineException e) {
                if (e.fault() != Fault.DATASET_MALFORMED) {
                    throw e;
                }
                faults.addAll(e.details());
                if (faults.size() >= MAX_FAULTS) {
                    break;
                }
            }
        }
        refuse(faults);
        return List.copyOf(items);
    }

    private static ImageHeader readHeader(Archive archive, ArchiveEntry entry) {
        String name = entry.name().toLowerCase(Locale.ROOT);
        if (!name.endsWith(".png") && !name.endsWith(".jpg") && !name.endsWith(".jpeg")) {
            throw Archive.malformed(
                    entry.name(), "is no image: a dataset is a zip of .png, .jpg and .jpeg files, or an npz of arrays");
        }
        if (entry.size() > MAX_FILE_BYTES) {
            throw Archive.malformed(
                    entry.name(), "has " + entry.size() + " bytes; at most " + MAX_FILE_BYTES + " are read");
        }
        try (EntryStream in = archive.read(entry)) {
            return ImageHeader.read(entry.name(), in);
        }
    }

    private static void refuse(List<Detail> faults) {
        if (!faults.isEmpty()) {
            Detail first = faults.getFirst();
            throw new EngineException(
                    Fault.DATASET_MALFORMED,
                    first.path() + ": " + first.message()
                            + (faults.size() > 1 ? " (and " + (faults.size() - 1) + " more)" : ""),
                    faults);
        }
    }
}
