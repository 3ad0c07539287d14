package dev.octet.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.octet.engine.data.Column;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {

    @TempDir
    Path scratch;

    @Test
    void readsAnX86Processor() {
        CpuFeatures features = CpuFeatures.parse("""
            processor	: 0
            model name	: AMD EPYC 9B14
            flags		: fpu sse2 avx2 avx512f avx512_vnni
            processor	: 1
            model name	: another
            """, "x86_64");

        assertThat(features.model()).isEqualTo("AMD EPYC 9B14");
        assertThat(features.instructionSets()).containsExactly("avx2", "avx512_vnni", "avx512f");
        assertThat(features.sumsWithoutSaturation()).isTrue();
    }

    @Test
    void avx2AloneSaturates() {
        assertThat(CpuFeatures.parse("flags : sse2 avx avx2", "x86_64").sumsWithoutSaturation())
                .isFalse();
    }

    @Test
    void readsAnArmProcessor() {
        CpuFeatures features = CpuFeatures.parse("processor : 0\nFeatures : fp asimd asimddp i8mm\n", "aarch64");

        assertThat(features.model()).isEqualTo("unknown");
        assertThat(features.instructionSets()).containsExactly("asimd", "asimddp", "i8mm");
        assertThat(features.sumsWithoutSaturation()).isTrue();
    }

    @Test
    void thisMachineHasAnArchitecture() {
        assertThat(CpuFeatures.ofThisMachine().architecture()).isNotEmpty();
    }

    @Test
    void figuresOfAStatusFileAreKibibytes() {
        String status = "Name:\tjava\nVmPeak:\t 9 kB\nVmHWM:\t  2048 kB\nVmRSS:\t1024 kB\nVmBad:\tmany kB\n";

        assertThat(ProcessMemory.parse(status, "VmHWM:")).hasValue(2 << 20);
        assertThat(ProcessMemory.parse(status, "VmRSS:")).hasValue(1 << 20);
        assertThat(ProcessMemory.parse(status, "VmSwap:")).isEmpty();
        assertThat(ProcessMemory.parse(status, "VmBad:")).isEmpty();
    }

    @Test
    void thePeakRemembersMemoryThatIsGoneUntilItIsReset() {
        assumeTrue(ProcessMemory.peakBytes().isPresent());
        long size = 64L << 20;
        long before = ProcessMemory.residentBytes().getAsLong();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(size);
            memory.fill((byte) 1);
            assertThat(ProcessMemory.residentBytes().getAsLong()).isGreaterThan(before + size / 2);
        }
        long peak = ProcessMemory.peakBytes().getAsLong();
        assertThat(peak).isGreaterThan(before + size / 2);
        assumeTrue(ProcessMemory.resetPeak());
        assertThat(ProcessMemory.peakBytes().getAsLong()).isLessThan(peak - size / 2);
    }

    @Test
    void largerBatchesTakeMoreMemoryToRun() throws Exception {
        assumeTrue(ProcessMemory.peakBytes().isPresent());
        Path file = Nets.resnet20();

        long one = InferenceMemory.measure(file, inputs(1), 1, scratch).orElseThrow();
        long many = InferenceMemory.measure(file, inputs(128), 1, scratch).orElseThrow();

        assertThat(one).isBetween(1L << 20, 64L << 20);
        // One layer's input and output of 128 samples are 16 MB, and live at the same time.
        assertThat(many).isGreaterThan(one + (16L << 20));
        assertThat(scratch).isEmptyDirectory();
    }

    /** ONNX Runtime 1.29.0 with its telemetry on dies of it: a regular expression that recurses over the command line. */
    @Test
    void theRuntimeOpensInAProcessOfALongCommandLine() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.io.tmpdir=" + scratch,
                        "-Dlong=" + "y".repeat(50_000),
                        "-cp",
                        System.getProperty("java.class.path"),
                        InferenceMemory.class.getName(),
                        Nets.resnet20().toString(),
                        "1",
                        "input",
                        "FLOAT",
                        "1,3,32,32")
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("printed.txt").toFile())
                .start();
        try {
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue())
                    .describedAs(Files.readString(scratch.resolve("printed.txt")))
                    .isZero();
        } finally {
            child.destroyForcibly();
        }
    }

    private static List<Column> inputs(long batch) {
        return List.of(Nets.random("input", batch, 3, 32, 32));
    }
}
