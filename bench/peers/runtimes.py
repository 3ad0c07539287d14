"""Models opened in the runtime that executes them, under the same settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

from data import Feeds


class Model(Protocol):
    """An open model."""

    def run(self, feeds: Feeds) -> np.ndarray:
        """The model's first output."""

    def bound(self, feeds: Feeds) -> Callable[[], object]:
        """Runs the model on these inputs again and again, with as little around it as the runtime allows."""


def open_model(file: Path, threads: int) -> Model:
    return OpenVinoModel(file, threads) if file.suffix == ".xml" else OnnxModel(file, threads)


class OnnxModel:
    """ONNX Runtime: all optimizations, no spinning threads."""

    def __init__(self, file: Path, threads: int) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self.session = ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self.ort = ort

    def run(self, feeds: Feeds) -> np.ndarray:
        return self.session.run([self.session.get_outputs()[0].name], feeds)[0]

    def bound(self, feeds: Feeds) -> Callable[[], object]:
        binding = self.session.io_binding()
        for name, value in feeds.items():
            binding.bind_ortvalue_input(name, self.ort.OrtValue.ortvalue_from_numpy(value))
        for output in self.session.get_outputs():
            binding.bind_output(output.name, "cpu")
        return lambda: self.session.run_with_iobinding(binding)


class OpenVinoModel:
    """OpenVINO: one stream, tuned for latency."""

    def __init__(self, file: Path, threads: int) -> None:
        import openvino

        config = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"}
        self.compiled = openvino.Core().compile_model(str(file), "CPU", config)
        self.openvino = openvino

    def run(self, feeds: Feeds) -> np.ndarray:
        return np.array(self.compiled(feeds)[0])

    def bound(self, feeds: Feeds) -> Callable[[], object]:
        request = self.compiled.create_infer_request()
        for name, value in feeds.items():
            request.set_tensor(name, self.openvino.Tensor(value, shared_memory=True))
        return request.infer
