package dev.octet.worker.relay;

import dev.octet.jobs.Attempt;
import dev.octet.results.JobLogs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Passes on what an engine prints to its job's log: the first half megabyte and the last.
 *
 * <p>Between two writes so much is held in memory at most; what a flood brings beyond is left out and counted.
 */
public final class LogRelay {
    /** Bytes of the beginning that are kept, and bytes of the end. */
    public static final int HALF = 512 * 1024;

    /** Characters that are held at most between two writes, from their beginning and from their end. */
    private static final int HELD = 128 * 1024;

    private static final Duration BETWEEN = Duration.ofSeconds(1);

    private record Chunk(int sequence, int bytes) {}

    private final Attempt attempt;
    private final JobLogs logs;
    private final StringBuilder held = new StringBuilder();
    private final Deque<String> latest = new ArrayDeque<>();
    private int latestLength;
    private final Deque<Chunk> tail = new ArrayDeque<>();
    private long leftOut;
    private int sequence;
    private long headBytes;
    private long tailBytes;
    private long writtenNanos = System.nanoTime() - BETWEEN.toNanos();

    public LogRelay(Attempt attempt, JobLogs logs) {
        this.attempt = attempt;
        this.logs = logs;
    }

    /** Takes a line; writes nothing yet. */
    public synchronized void take(String line) {
        String whole = line.replace("\0", "") + '\n';
        if (latest.isEmpty() && held.length() + whole.length() <= HELD) {
            held.append(whole);
            return;
        }
        latest.add(whole);
        latestLength += whole.length();
        while (latestLength > HELD && latest.size() > 1) {
            latestLength -= latest.removeFirst().length();
            leftOut++;
        }
    }

    /** Writes what is held, if a second has passed since the last time, or {@code now}. */
    public void flush(boolean now) {
        if (!now && System.nanoTime() - writtenNanos < BETWEEN.toNanos()) {
            return;
        }
        String text = gather();
        if (text.isEmpty()) {
            return;
        }
        logs.add(attempt, sequence, text);
        written(text);
        while (tailBytes > HALF && tail.size() > 1) {
            Chunk oldest = tail.removeFirst();
            tailBytes -= oldest.bytes();
            logs.drop(attempt, oldest.sequence());
        }
    }

    /** What is held as one text, which is still held: a write may fail. */
    private synchronized String gather() {
        if (held.length() > 2 * HELD) {
            return held.toString();
        }
        if (leftOut > 0) {
            held.append("[").append(leftOut).append(" lines came too fast and are left out here]\n");
            leftOut = 0;
        }
        latest.forEach(held::append);
        latest.clear();
        latestLength = 0;
        return held.toString();
    }

    private void written(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        synchronized (this) {
            held.delete(0, text.length());
        }
        if (headBytes + bytes <= HALF) {
            headBytes += bytes;
        } else {
            headBytes = HALF;
            tail.add(new Chunk(sequence, bytes));
            tailBytes += bytes;
        }
        sequence++;
        writtenNanos = System.nanoTime();
    }
}
