package dev.octet.engine.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What this machine's processor offers to integer arithmetic.
 *
 * @param model the processor's name, as the system gives it; "unknown" where it does not
 * @param architecture {@code x86_64}, {@code aarch64} or what the JVM calls it
 * @param instructionSets those of interest to quantization that it has, sorted: on x86 avx2, avx512f, avx512bw, avx512_vnni,
 *     avx_vnni, avx_vnni_int8, amx_int8; on ARM asimd, asimddp (dot product), i8mm, sve, sve2
 */
public record CpuFeatures(String model, String architecture, Set<String> instructionSets) {

    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    /** In the words of Linux' {@code /proc/cpuinfo}. */
    private static final Set<String> OF_INTEREST = Set.of(
            "avx2",
            "avx512f",
            "avx512bw",
            "avx512_vnni",
            "avx_vnni",
            "avx_vnni_int8",
            "amx_int8",
            "asimd",
            "asimddp",
            "i8mm",
            "sve",
            "sve2");

    public CpuFeatures {
        instructionSets = Collections.unmodifiableSet(new TreeSet<>(instructionSets));
    }

    /** This machine's processor; without instruction sets where the system keeps no {@code /proc/cpuinfo}. */
    public static CpuFeatures ofThisMachine() {
        String architecture = architecture(System.getProperty("os.arch", ""));
        if (Files.isReadable(CPUINFO)) {
            try {
                return parse(Files.readString(CPUINFO, StandardCharsets.ISO_8859_1), architecture);
            } catch (IOException _) {
                return new CpuFeatures("unknown", architecture, Set.of());
            }
        }
        return new CpuFeatures("unknown", architecture, Set.of());
    }

    /** Reads the first processor of a {@code /proc/cpuinfo}. */
    static CpuFeatures parse(String cpuinfo, String architecture) {
        String model = "unknown";
        Set<String> sets = new TreeSet<>();
        for (String line : cpuinfo.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String value = line.substring(colon + 1).strip();
            switch (line.substring(0, colon).strip()) {
                case "model name" -> model = model.equals("unknown") ? value : model;
                case "flags", "Features" -> {
                    List<String> flags = Arrays.asList(value.split(" +", -1));
                    flags.stream().filter(OF_INTEREST::contains).forEach(sets::add);
                }
                default -> {}
            }
        }
        return new CpuFeatures(model, architecture, sets);
    }

    private static String architecture(String jvmName) {
        return switch (jvmName.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64", "x64" -> "x86_64";
            case "aarch64", "arm64" -> "aarch64";
            default -> jvmName;
        };
    }

    public boolean has(String instructionSet) {
        return instructionSets.contains(instructionSet);
    }

    /** Whether U8S8 products are summed in 32 bits without saturating: VNNI or AMX on x86, always on ARM. */
    public boolean sumsWithoutSaturation() {
        return architecture.equals("aarch64")
                || has("avx512_vnni")
                || has("avx_vnni")
                || has("avx_vnni_int8")
                || has("amx_int8");
    }
}
