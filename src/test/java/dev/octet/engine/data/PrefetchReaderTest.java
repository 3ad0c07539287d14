package dev.octet.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octet.engine.scheme.ElementType;
import dev.octet.engine.scheme.EngineException;
import dev.octet.engine.scheme.Fault;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PrefetchReaderTest {

    /** Counts upwards, one byte a batch, failing at {@code failAt} with {@code failure}. */
    private static final class Counting implements BatchSource {
        private final int end;
        private final int failAt;
        private final @Nullable Throwable failure;
        private final Semaphore permits;
        private final AtomicInteger started = new AtomicInteger();
        private final CountDownLatch second = new CountDownLatch(2);
        private volatile @Nullable Thread thread;
        private int closed;

        Counting(int end, int failAt, @Nullable Throwable failure, int permits) {
            this.end = end;
            this.failAt = failAt;
            this.failure = failure;
            this.permits = new Semaphore(permits);
        }

        static Counting to(int end) {
            return new Counting(end, -1, null, 1000);
        }

        @Override
        public @Nullable Batch fill(BatchSlot slot) {
            thread = Thread.currentThread();
            int n = started.getAndIncrement();
            second.countDown();
            permits.acquireUninterruptibly();
            if (n == failAt && failure instanceof Error e) {
                throw e;
            }
            if (n == failAt && failure instanceof RuntimeException e) {
                throw e;
            }
            if (n >= end) {
                return null;
            }
            ByteBuffer data = slot.take(0, "x", 1);
            data.put((byte) n).flip();
            return new Batch(n, 1, List.of(new Column("x", ElementType.UINT8, List.of(1L), data)));
        }

        @Override
        public void close() {
            closed++;
        }
    }

    @Test
    void theNextBatchIsReadWhileOneIsInHand() throws InterruptedException {
        Counting source = Counting.to(3);
        try (PrefetchReader reader = new PrefetchReader(source)) {
            Batch first = Objects.requireNonNull(reader.next());
            assertThat(source.second.await(20, TimeUnit.SECONDS))
                    .as("second batch begun")
                    .isTrue();
            assertThat(first.columns().getFirst().data().get(0)).isZero();
        }
    }

    @Test
    void neverMoreThanOneBatchAheadIsRead() {
        Counting source = Counting.to(100);
        try (PrefetchReader reader = new PrefetchReader(source)) {
            for (int i = 0; i < 10; i++) {
                Batch batch = Objects.requireNonNull(reader.next());
                assertThat(batch.columns().getFirst().data().get(0)).isEqualTo((byte) i);
                assertThat(source.started.get()).isLessThanOrEqualTo(i + 2);
            }
        }
    }

    @Test
    void closingEndsTheThreadAndClosesTheSourceOnce() throws InterruptedException {
        Counting source = Counting.to(100);
        PrefetchReader reader = new PrefetchReader(source);
        assertThat(reader.next()).isNotNull();
        reader.close();
        reader.close();
        assertThat(source.closed).isOne();
        assertThat(Objects.requireNonNull(source.thread).join(Duration.ofSeconds(20)))
                .as("thread ended")
                .isTrue();
    }

    @Test
    void closingBeforeAnythingIsReadClosesTheSource() {
        Counting source = Counting.to(1);
        new PrefetchReader(source).close();
        assertThat(source.closed).isOne();
        assertThat(source.started.get()).isZero();
    }

    @Test
    void theEndStaysTheEnd() {
        try (PrefetchReader reader = new PrefetchReader(Counting.to(1))) {
            assertThat(reader.next()).isNotNull();
            assertThat(reader.next()).isNull();
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void faultsComeOutWithTheirDetailsAtTheBatchTheyBelongTo() {
        EngineException fault = new EngineException(
                Fault.DATASET_NOT_FINITE, "NaN", List.of(new EngineException.Detail("x", "NaN at sample 1")));
        try (PrefetchReader reader = new PrefetchReader(new Counting(3, 1, fault, 1000))) {
            assertThat(reader.next()).isNotNull();
            assertThatThrownBy(reader::next).isInstanceOfSatisfying(EngineException.class, e -> {
                assertThat(e.fault()).isEqualTo(Fault.DATASET_NOT_FINITE);
                assertThat(e.details()).isEqualTo(fault.details());
                assertThat(e).hasCause(fault);
            });
        }
    }

    @Test
    void defectsBecomeInternalFaultsAndErrorsStayErrors() {
        RuntimeException defect = new IllegalStateException("broken");
        try (PrefetchReader reader = new PrefetchReader(new Counting(1, 0, defect, 1000))) {
            assertThatThrownBy(reader::next)
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.INTERNAL));
        }
        Error memory = new OutOfMemoryError("planted");
        try (PrefetchReader reader = new PrefetchReader(new Counting(1, 0, memory, 1000))) {
            assertThatThrownBy(reader::next).isSameAs(memory);
        }
    }

    @Test
    void anInterruptedConsumerIsToldAndMayGoOn() {
        Counting source = new Counting(2, -1, null, 0);
        try (PrefetchReader reader = new PrefetchReader(source)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(reader::next)
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.fault()).isEqualTo(Fault.CANCELLED));
            assertThat(Thread.interrupted()).isTrue();
            source.permits.release(1000);
            assertThat(Objects.requireNonNull(reader.next()).first()).isZero();
        }
    }
}
