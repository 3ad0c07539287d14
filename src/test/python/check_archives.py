"""Loads archives that Octet wrote with PyTorch and compares them with the ONNX artifacts beside them.

Run by hand, never by the build:

    python -m venv venv && venv/bin/pip install torch==2.15.0 onnxruntime
    venv/bin/python src/test/python/check_archives.py FOLDER...

Each FOLDER is the result of `engine quantize --format ONNX,PT2`: model.onnx and model.pt2. Inputs are random, at two sizes of each
free dimension. ONNX Runtime executes the file literally, QuantizeLinear and DequantizeLinear one by one, and with its integer
kernels. Printed is the largest difference of an output, as a share of the largest value of that output, and the ratio of signal to
difference in dB; in the last column that of the integer kernels to the literal execution, which is what fusing alone makes.
Ends with 1 where an archive does not load, does not run, or is further than 40 dB from the literal execution and further from it
than the integer kernels are.
"""

import logging
import pathlib
import sys
import warnings

import numpy as np
import onnxruntime as ort
import torch
import torch.ao.quantization.fx._decomposed  # registers quantized_decomposed

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

TYPES = {"tensor(float)": np.float32, "tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(bool)": np.bool_}


def session(file, literal):
    options = ort.SessionOptions()
    options.log_severity_level = 3
    if literal:
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    return ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def inputs(model, run, random):
    """Names in order with arrays; free sizes are 1 and 3 along the first axis, elsewhere 8 and 12, or 64 and 96 of images."""
    values = {}
    for each in model.get_inputs():
        spatial = len(each.shape) == 4
        shape = [
            size if isinstance(size, int) and size > 0 else ((1, 3) if axis == 0 else (64, 96) if spatial else (8, 12))[run]
            for axis, size in enumerate(each.shape)
        ]
        kind = TYPES[each.type]
        if kind == np.float32:
            values[each.name] = (np.round(random.standard_normal(shape) * 16) / 16).astype(kind)
        elif "mask" in each.name:
            values[each.name] = np.ones(shape, kind)
        elif "type" in each.name:
            values[each.name] = np.zeros(shape, kind)
        else:
            values[each.name] = random.integers(1, 19, shape).astype(kind)
    return values


def decibels(reference, other):
    noise = sum(float(((a.astype(np.float64) - b) ** 2).sum()) for a, b in zip(reference, other))
    signal = sum(float((a.astype(np.float64) ** 2).sum()) for a in reference)
    return 10 * np.log10(signal / noise) if noise else np.inf


def share(reference, other):
    return max(float(np.abs(a.astype(np.float64) - b).max() / max(np.abs(a).max(), 1e-30)) for a, b in zip(reference, other) if a.size)


def check(folder):
    literal, fused = session(folder / "model.onnx", True), session(folder / "model.onnx", False)
    program = torch.export.load(str(folder / "model.pt2"))
    module = program.module()
    if program.example_inputs is not None:
        module(*program.example_inputs[0])
    integers = sum(t.numel() for t in program.state_dict.values() if t.dtype in (torch.int8, torch.uint8))
    calls = [str(n.target) for n in program.graph.nodes if n.op == "call_function"]
    worst, least, kernels = 0.0, np.inf, np.inf
    random = np.random.default_rng(3)
    for run in range(2):
        feeds = inputs(literal, run, random)
        expected = literal.run(None, feeds)
        with torch.no_grad():
            results = module(*[torch.from_numpy(v) for v in feeds.values()])
        results = [r.numpy() for r in torch.utils._pytree.tree_leaves(results)]
        if [r.shape for r in results] != [e.shape for e in expected]:
            raise ValueError(f"shapes {[r.shape for r in results]}, expected {[e.shape for e in expected]}")
        worst, least = max(worst, share(expected, results)), min(least, decibels(expected, results))
        kernels = min(kernels, decibels(expected, fused.run(None, feeds)))
    quantized = sum("quantized_decomposed" in c for c in calls)
    print(f"{folder.name:20} {len(calls):5} {quantized:5} {integers:10} {worst:10.1e} {least:8.1f} {kernels:8.1f}", flush=True)
    return least >= min(40, kernels)


def main(folders):
    print("torch", torch.__version__, "onnxruntime", ort.__version__)
    print(f"{'folder':20} {'calls':>5} {'q/dq':>5} {'int8':>10} {'largest':>10} {'dB':>8} {'fused dB':>8}")
    bad = 0
    for folder in map(pathlib.Path, folders):
        try:
            bad += not check(folder)
        except Exception as e:
            bad += 1
            print(f"{folder.name:20} {type(e).__name__}: {str(e)[-500:]}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
