package dev.octet.engine;

import dev.octet.engine.plan.Target;
import dev.octet.engine.plan.TargetCatalog;
import dev.octet.engine.runtime.CpuFeatures;
import java.util.List;

/** The targets that artifacts can be made for, and which this machine is. */
public final class Targets {

    /**
     * A target as clients see it.
     *
     * @param id the name used in requests
     * @param description one sentence
     * @param supported whether artifacts can be made for it
     * @param executable whether this machine is that target, so that latency can be measured
     * @param isDefault whether it is taken where a request names none
     * @param reason why it is not supported or not executable; empty where it is both
     * @param format form of its artifacts
     * @param activationType integer type of activations
     * @param weightType integer type of weights
     * @param symmetricActivations whether activations have zero point 0
     * @param perChannel whether weights may have a scale a channel
     * @param reduceRange whether weights use 7 bits
     * @param techniques what can be asked for it
     */
    public record TargetProfile(
            String id,
            String description,
            boolean supported,
            boolean executable,
            boolean isDefault,
            String reason,
            String format,
            String activationType,
            String weightType,
            boolean symmetricActivations,
            boolean perChannel,
            boolean reduceRange,
            List<String> techniques) {

        public TargetProfile {
            techniques = List.copyOf(techniques);
        }
    }

    private Targets() {}

    /** All targets, as seen from this machine. */
    public static List<TargetProfile> all() {
        Target own = own();
        return TargetCatalog.ALL.stream().map(target -> profile(target, own)).toList();
    }

    /** The target that this machine is. */
    static Target own() {
        CpuFeatures cpu = CpuFeatures.ofThisMachine();
        if (cpu.architecture().equals("aarch64")) {
            return TargetCatalog.ARM64;
        }
        return cpu.sumsWithoutSaturation() ? TargetCatalog.X64_VNNI : TargetCatalog.X64_AVX2;
    }

    private static TargetProfile profile(Target target, Target own) {
        boolean executable = target.equals(own);
        String reason = !target.supported()
                ? "not available yet"
                : executable ? "" : "this machine is " + own.id() + "; latency is not measured here";
        return new TargetProfile(
                target.id(),
                target.description(),
                target.supported(),
                executable,
                executable,
                reason,
                target.format().name(),
                target.activationType().name(),
                target.weightType().name(),
                target.symmetricActivations(),
                true,
                target.reduceRange(),
                target.supported() ? List.of("AUTO", "STATIC", "DYNAMIC", "WEIGHT_ONLY") : List.of());
    }
}
