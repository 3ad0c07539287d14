package dev.octet.engine.runtime;

import dev.octet.engine.runtime.system.CLibrary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Memory that this process holds, as Linux counts it.
 *
 * <p>Read from {@code /proc/self/status} (proc(5)); where that does not exist nothing is known, and nothing is guessed.
 */
public final class ProcessMemory {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");

    private static final long WORTH_SETTLING = 96L << 20;

    private static volatile long settledBytes;

    private ProcessMemory() {}

    /** Resident memory now, in bytes; empty where the system does not tell. */
    public static OptionalLong residentBytes() {
        return read("VmRSS:");
    }

    /** The most resident memory since the start or the last {@link #resetPeak()}, in bytes; empty where the system does not tell. */
    public static OptionalLong peakBytes() {
        return read("VmHWM:");
    }

    /** Makes the present size the peak; false where the system does not permit it, then the peak stays that of the whole life. */
    public static boolean resetPeak() {
        if (!Files.isWritable(CLEAR_REFS)) {
            return false;
        }
        try {
            Files.writeString(CLEAR_REFS, "5", StandardCharsets.US_ASCII);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Has this process give native memory back as soon as it is freed; for whoever owns the process, before it takes much. */
    public static void keepSmall() {
        CLibrary.keepHeapSmall();
    }

    /**
     * Gives back what a phase has left behind, on and off the heap, before the next one takes its own; some hundredths of a second.
     *
     * <p>A heap that may grow does so rather than being collected, and stays as large as all that was ever thrown away in it.
     */
    public static void settle() {
        System.gc();
        CLibrary.trimHeap();
        settledBytes = heapBytes();
    }

    /** The same where the heap has grown much since the last time; for steps that are repeated. */
    public static void settleIfGrown() {
        if (heapBytes() - settledBytes > WORTH_SETTLING) {
            settle();
        }
    }

    private static long heapBytes() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static OptionalLong read(String key) {
        if (!Files.isReadable(STATUS)) {
            return OptionalLong.empty();
        }
        try {
            return parse(Files.readString(STATUS, StandardCharsets.ISO_8859_1), key);
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }

    /** The figure of the line that begins with {@code key}, given in kB, in bytes. */
    static OptionalLong parse(String status, String key) {
        return status.lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).replace("kB", "").strip())
                .filter(figure -> !figure.isEmpty() && figure.chars().allMatch(c -> c >= '0' && c <= '9'))
                .mapToLong(figure -> Long.parseLong(figure) * 1024)
                .findFirst();
    }
}
