"""The tools that are compared, one small function each; as a program, runs one of them."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data import Feeds, Fixture, Samples

OPSET = 17  # per-channel weights need 13
WRITTEN = b"EVALUATING"  # the first phase of an engine's run that comes after the artifact

Quantize = Callable[[Fixture, Samples, Path], None]


@dataclass(frozen=True)
class Tool:
    """A tool with its settings.

    environment: which Python runs it, MAIN or INC; ENGINE for Octet. models: ALL, TOKENS (transformers) or OTHERS.
    """

    label: str
    environment: str
    models: str
    quantize: Quantize | None = None
    arguments: tuple[str, ...] = ()
    artifact: str = "model.onnx"

    @property
    def own(self) -> bool:
        return self.environment == "ENGINE"

    def suits(self, fixture: Fixture) -> bool:
        return self.models == "ALL" or (self.models == "TOKENS") == fixture.tokens

    def command(self, name: str, fixture: Fixture, samples: int, out: Path, pythons: dict[str, str]) -> list[str]:
        """What to run; raises LookupError where the tool isn't there."""
        if self.own:
            return self.engine(fixture, samples, out)
        python = pythons.get(self.environment)
        if not python:
            raise LookupError(f"NOT INSTALLED: no Python given for {self.label}")
        arguments = ["--folder", fixture.folder, "--model", fixture.model, "--samples", samples, "--out", out]
        return [python, __file__, name, *map(str, arguments)]

    def engine(self, fixture: Fixture, samples: int, out: Path) -> list[str]:
        engine = shlex.split(os.environ.get("OCTET_ENGINE", ""))
        if not engine:
            raise LookupError("OCTET_ENGINE is not set")
        files = ["--model", fixture.model, "--evaluation", fixture.file("evaluation"), "--out", out]
        files += ["--request", fixture.folder / "job.json"]
        if "DYNAMIC" not in self.arguments:
            files += ["--calibration", fixture.file("calibration"), "--samples", samples]
        return [*engine, "quantize", *map(str, files), *self.arguments]


def prepared(fixture: Fixture, out: Path) -> Path:
    """The float model as ONNX Runtime's guide asks: recent operators, shapes inferred, constants and normalizations folded."""
    import onnx
    from onnxruntime.quantization.shape_inference import quant_pre_process

    model = onnx.load(str(fixture.model))
    opset = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    if opset < 13:
        model = onnx.version_converter.convert_version(model, OPSET)
    raised, prepared = out / "raised.onnx", out / "prepared.onnx"
    onnx.save(model, str(raised))
    try:
        quant_pre_process(str(raised), str(prepared))
    except Exception as error:  # symbolic shape inference fails on some models; the guide says to leave it out then
        print(f"without symbolic shapes: {error}", file=sys.stderr)
        quant_pre_process(str(raised), str(prepared), skip_symbolic_shape=True)
    return prepared


def ort_static(method: str, operators: tuple[str, ...] = ()) -> Quantize:
    """ONNX Runtime's quantize_static, unsigned activations, signed weights per channel."""

    def quantize(fixture: Fixture, samples: Samples, out: Path) -> None:
        from onnxruntime.quantization import (
            CalibrationDataReader,
            CalibrationMethod,
            QuantFormat,
            QuantType,
            quantize_static,
        )

        class Reader(CalibrationDataReader):
            def __init__(self) -> None:
                self.feeds: Iterator[Feeds] = samples.batches(1)

            def get_next(self) -> Feeds | None:
                return next(self.feeds, None)

        quantize_static(
            str(prepared(fixture, out)),
            str(out / "model.onnx"),
            Reader(),
            quant_format=QuantFormat.QDQ,
            calibrate_method=getattr(CalibrationMethod, method),
            op_types_to_quantize=list(operators) or None,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )

    return quantize


def ort_dynamic(fixture: Fixture, samples: Samples, out: Path) -> None:
    """ONNX Runtime's quantize_dynamic, weights per channel."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(prepared(fixture, out)), str(out / "model.onnx"), per_channel=True, weight_type=QuantType.QInt8
    )


class Loader:
    """What Neural Compressor reads samples from."""

    batch_size = 1

    def __init__(self, samples: Samples) -> None:
        self.samples = samples

    def __iter__(self) -> Iterator[tuple[Feeds | np.ndarray, int]]:
        for feeds in self.samples.batches(1):
            yield (feeds if len(feeds) > 1 else next(iter(feeds.values()))), 0


def inc(approach: str) -> Quantize:
    """Neural Compressor's post-training quantization with its defaults."""

    def quantize(fixture: Fixture, samples: Samples, out: Path) -> None:
        import onnx
        from neural_compressor import PostTrainingQuantConfig, quantization

        model = onnx.load(str(fixture.model))
        if model.opset_import[0].version < 13:
            model = onnx.version_converter.convert_version(model, OPSET)
        static = {"calibration_sampling_size": [len(samples)], "quant_format": "QDQ"} if approach == "static" else {}
        config = PostTrainingQuantConfig(approach=approach, **static)
        quantized = quantization.fit(model, config, calib_dataloader=Loader(samples))
        if quantized is None:
            raise RuntimeError("Neural Compressor gave no model")
        quantized.save(str(out / "model.onnx"))

    return quantize


def nncf(backend: str) -> Quantize:
    """NNCF's post-training quantization with its defaults, of the ONNX model or of OpenVINO's."""

    def quantize(fixture: Fixture, samples: Samples, out: Path) -> None:
        import nncf
        import onnx
        import openvino

        dataset = nncf.Dataset(Batches(samples))
        options = {"subset_size": len(samples), "model_type": nncf.ModelType.TRANSFORMER if fixture.tokens else None}
        if backend == "OPENVINO":
            openvino.save_model(
                nncf.quantize(openvino.convert_model(str(fixture.model)), dataset, **options), str(out / "model.xml")
            )
        else:
            onnx.save(nncf.quantize(onnx.load(str(prepared(fixture, out))), dataset, **options), str(out / "model.onnx"))

    return quantize


class Batches:
    """Samples one by one, as often as asked."""

    def __init__(self, samples: Samples) -> None:
        self.samples = samples

    def __iter__(self) -> Iterator[Feeds]:
        return self.samples.batches(1)

    def __len__(self) -> int:
        return len(self.samples)


TOOLS = {
    "ort-minmax": Tool("ONNX Runtime, static MinMax, all operators", "MAIN", "ALL", ort_static("MinMax")),
    "ort-percentile": Tool("ONNX Runtime, static Percentile", "MAIN", "OTHERS", ort_static("Percentile")),
    "ort-entropy": Tool("ONNX Runtime, static Entropy", "MAIN", "OTHERS", ort_static("Entropy")),
    "ort-matmul": Tool("ONNX Runtime, static MinMax, MatMul only", "MAIN", "TOKENS", ort_static("MinMax", ("MatMul",))),
    "ort-dynamic": Tool("ONNX Runtime, dynamic", "MAIN", "TOKENS", ort_dynamic),
    "inc-static": Tool("Neural Compressor, static", "INC", "ALL", inc("static")),
    "inc-dynamic": Tool("Neural Compressor, dynamic", "INC", "TOKENS", inc("dynamic")),
    "nncf-onnx": Tool("NNCF → ONNX", "MAIN", "ALL", nncf("ONNX")),
    "nncf-openvino": Tool("NNCF → OpenVINO *", "MAIN", "ALL", nncf("OPENVINO"), artifact="model.xml"),
    "octet-static": Tool("**Octet, STATIC**", "ENGINE", "ALL", arguments=("--technique", "STATIC")),
    "octet-entropy": Tool(
        "**Octet, STATIC, ENTROPY**", "ENGINE", "ALL", arguments=("--technique", "STATIC", "--observer", "ENTROPY")
    ),
    "octet-histogram": Tool(
        "**Octet, STATIC, HISTOGRAM**", "ENGINE", "ALL", arguments=("--technique", "STATIC", "--observer", "HISTOGRAM")
    ),
    "octet-dynamic": Tool("**Octet, DYNAMIC**", "ENGINE", "TOKENS", arguments=("--technique", "DYNAMIC")),
    "octet-auto": Tool("**Octet, AUTO**", "ENGINE", "ALL", arguments=("--technique", "AUTO", "--batch", "1,32")),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", choices=[name for name, tool in TOOLS.items() if tool.quantize])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--samples", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    fixture = Fixture(arguments.folder, arguments.model)
    quantize = TOOLS[arguments.tool].quantize
    assert quantize is not None
    quantize(fixture, fixture.samples("calibration", arguments.samples), arguments.out)


if __name__ == "__main__":
    main()
