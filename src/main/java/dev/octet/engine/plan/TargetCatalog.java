package dev.octet.engine.plan;

import dev.octet.engine.plan.Target.Format;
import dev.octet.engine.scheme.QuantType;
import java.util.List;

/** All targets there are, in the order they are offered. */
public final class TargetCatalog {

    /** x86-64 with VNNI: u8·s8 products summed in 32 bits, nothing saturates. */
    public static final Target X64_VNNI = new Target(
            "onnxruntime-x64-vnni",
            "ONNX Runtime on x86-64 processors with AVX512-VNNI, AVX-VNNI or AMX",
            Format.ONNX_QDQ,
            QuantType.UINT8,
            QuantType.INT8,
            false,
            false,
            true);

    /** x86-64 without VNNI: pairs of u8·s8 products are summed in saturating 16 bits (VPMADDUBSW). */
    public static final Target X64_AVX2 = new Target(
            "onnxruntime-x64-avx2",
            "ONNX Runtime on x86-64 processors with AVX2 or AVX-512 but no VNNI; weights in 7 bits",
            Format.ONNX_QDQ,
            QuantType.UINT8,
            QuantType.INT8,
            false,
            true,
            true);

    /** 64-bit Arm: signed dot products. */
    public static final Target ARM64 = new Target(
            "onnxruntime-arm64",
            "ONNX Runtime on 64-bit Arm processors",
            Format.ONNX_QDQ,
            QuantType.INT8,
            QuantType.INT8,
            false,
            false,
            true);

    public static final List<Target> ALL = List.of(
            X64_VNNI,
            X64_AVX2,
            ARM64,
            new Target(
                    "openvino",
                    "OpenVINO on CPU",
                    Format.ONNX_QDQ,
                    QuantType.UINT8,
                    QuantType.INT8,
                    false,
                    false,
                    false),
            new Target(
                    "tensorrt",
                    "TensorRT on NVIDIA GPUs",
                    Format.ONNX_QDQ,
                    QuantType.INT8,
                    QuantType.INT8,
                    true,
                    false,
                    false),
            new Target(
                    "tflite",
                    "TensorFlow Lite, full integer",
                    Format.TFLITE,
                    QuantType.INT8,
                    QuantType.INT8,
                    false,
                    false,
                    false));

    private TargetCatalog() {}
}
