package dev.octet.engine.data.npz;

import dev.octet.engine.data.zip.Archive;
import dev.octet.engine.data.zip.ArchiveEntry;
import dev.octet.engine.data.zip.EntryStream;
import java.util.ArrayList;
import java.util.List;

/**
 * One named array of an npz file, not yet read.
 *
 * @param name its name: the entry's without {@code .npy}
 * @param header what it says of itself; its claim agrees with the entry's size
 * @param entry where it is in the zip
 */
public record NpyArray(String name, NpyHeader header, ArchiveEntry entry) {

    private static final String SUFFIX = ".npy";
    private static final int MAX_ARRAYS = 256;

    /** Whether a zip entry of that name is an array. */
    public static boolean isArray(String entryName) {
        return entryName.endsWith(SUFFIX);
    }

    /**
     * The arrays of an npz file, in its order, with their headers read.
     *
     * <p>Every entry has to be an array of at least one dimension, and as long as its header claims. Otherwise
     * {@link dev.octet.engine.scheme.Fault#DATASET_MALFORMED}.
     */
    public static List<NpyArray> all(Archive archive) {
        if (archive.entries().size() > MAX_ARRAYS) {
            throw Archive.malformed("npz", "holds " + archive.entries().size() + " entries; at most " + MAX_ARRAYS);
        }
        List<NpyArray> arrays = new ArrayList<>();
        for (ArchiveEntry entry : archive.entries()) {
            arrays.add(of(archive, entry));
        }
        return List.copyOf(arrays);
    }

    private static NpyArray of(Archive archive, ArchiveEntry entry) {
        if (!isArray(entry.name()) || entry.name().length() == SUFFIX.length()) {
            throw Archive.malformed(
                    entry.name(), "is no array: an npz holds only entries <input>.npy, as numpy.savez writes them");
        }
        String name = entry.name().substring(0, entry.name().length() - SUFFIX.length());
        try (EntryStream in = archive.read(entry)) {
            NpyHeader header = new NpyHeaderReader(name).read(in);
            if (header.shape().isEmpty()) {
                throw Archive.malformed(name, "is a single number; its first dimension must count the samples");
            }
            if (header.dataBytes() != entry.size() - header.bytes()) {
                throw Archive.malformed(
                        name,
                        "claims " + header.type() + header.shape() + ", which takes " + header.dataBytes()
                                + " bytes, but has " + (entry.size() - header.bytes()));
            }
            return new NpyArray(name, header, entry);
        }
    }

    /** Number of samples: the first dimension. */
    public long samples() {
        return header.shape().getFirst();
    }

    /** Number of elements in each sample; 1 where the array has one dimension. */
    public long sampleElements() {
        return header.shape().stream().skip(1).reduce(1L, Math::multiplyExact);
    }

    /** A stream at the first element of sample {@code first}. */
    public EntryStream open(Archive archive, long first) {
        EntryStream in = archive.read(entry);
        try {
            in.read(new byte[header.bytes()], 0, header.bytes());
            in.skip(Math.multiplyExact(first, header.type().bytes(sampleElements())));
            return in;
        } catch (Throwable e) {
            in.close();
            throw e;
        }
    }
}
