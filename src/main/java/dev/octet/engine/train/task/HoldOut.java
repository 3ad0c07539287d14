package dev.octet.engine.train.task;

/**
 * Which samples are held out, to tell by what training has brought: every so manyth, since neighbours may be alike.
 *
 * @param every 2 or more
 * @param together samples that stay together: the model's fixed batch, else 1
 */
public record HoldOut(int every, int together) {

    private static final int USUAL = 5;
    private static final long MOST = 512;

    /** One in five of {@code count} samples, at most {@value #MOST}. */
    public static HoldOut of(long count, long fixedBatch) {
        int together = fixedBatch > 1 ? Math.toIntExact(fixedBatch) : 1;
        return new HoldOut(Math.toIntExact(Math.max(USUAL, Math.ceilDiv(count, MOST))), together);
    }

    /** Whether the sample at {@code position}, counted from 0, is held out. */
    public boolean holds(long position) {
        return position / together % every == every - 1;
    }

    /** How many of {@code count} samples are. */
    public long of(long count) {
        long groups = count / together;
        return groups / every * together;
    }
}
