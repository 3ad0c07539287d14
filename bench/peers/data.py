"""Fixtures and their samples, read the same way for every tool."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from PIL import Image

Feeds = dict[str, np.ndarray]


@dataclass(frozen=True)
class Fixture:
    """A model with calibration data, evaluation data and the job that says how they are read."""

    folder: Path
    model: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def job(self) -> dict[str, Any]:
        return json.loads((self.folder / "job.json").read_text())

    @cached_property
    def inputs(self) -> dict[str, np.dtype]:
        """Element type of each input of the model that is no initializer."""
        graph = onnx.load(str(self.model), load_external_data=False).graph
        constants = {tensor.name for tensor in graph.initializer}
        return {
            value.name: np.dtype(onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type))
            for value in graph.input
            if value.name not in constants
        }

    @property
    def tokens(self) -> bool:
        """Whether the model reads tokens, which is how a transformer is told from the others."""
        return all(dtype.kind == "i" for dtype in self.inputs.values())

    def file(self, role: str) -> Path:
        return next(path for path in (self.folder / f"{role}.npz", self.folder / f"{role}.zip") if path.exists())

    def samples(self, role: str, most: int | None = None) -> Samples:
        file = self.file(role)
        preprocessing = self.job.get(role, {}).get("preprocessing", {})
        kind = NpzSamples if file.suffix == ".npz" else ImageSamples
        return kind(file, self.inputs, preprocessing, most)

    def key(self, samples: int) -> str:
        """Changes when anything changes that a quantized model depends on, other than the tool."""
        digest = hashlib.sha256(f"{samples} {json.dumps(self.job, sort_keys=True)}".encode())
        for file in (self.model, self.file("calibration")):
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        return digest.hexdigest()


class Samples:
    """Samples as the model's inputs, made when they are asked for."""

    labels: np.ndarray | None = None
    count: int

    def __init__(self, inputs: dict[str, np.dtype], preprocessing: dict[str, Any]) -> None:
        self.inputs = inputs
        self.scale = float(preprocessing.get("scale", 1))
        self.mean = np.asarray(preprocessing.get("mean") or [0.0])
        self.std = np.asarray(preprocessing.get("std") or [1.0])

    def __len__(self) -> int:
        return self.count

    def batch(self, first: int, size: int) -> Feeds:
        raise NotImplementedError

    def batches(self, size: int) -> Iterator[Feeds]:
        for first in range(0, self.count, size):
            yield self.batch(first, min(size, self.count - first))

    def normalized(self, values: np.ndarray, dtype: np.dtype, axis: int = 1) -> np.ndarray:
        """(value * scale - mean[c]) / std[c] for floating-point inputs, a cast for others."""
        if dtype.kind != "f" or values.ndim <= axis:
            return values.astype(dtype)
        shape = [1] * values.ndim
        shape[axis] = -1
        result = (values.astype(np.float64) * self.scale - self.mean.reshape(shape)) / self.std.reshape(shape)
        return np.ascontiguousarray(result.astype(dtype))


class NpzSamples(Samples):
    """One array an input, by name; the leading axis is the samples."""

    def __init__(
        self, file: Path, inputs: dict[str, np.dtype], preprocessing: dict[str, Any], most: int | None
    ) -> None:
        super().__init__(inputs, preprocessing)
        with np.load(file) as arrays:
            self.arrays = {name: arrays[name][:most] for name in inputs}
            self.labels = arrays["labels"] if "labels" in arrays.files else None
        self.count = len(next(iter(self.arrays.values())))

    def batch(self, first: int, size: int) -> Feeds:
        return {
            name: self.normalized(self.arrays[name][first : first + size], dtype) for name, dtype in self.inputs.items()
        }


class ImageSamples(Samples):
    """Images of a zip: listed with their label in labels.csv, or one folder a class, or without labels."""

    def __init__(
        self, file: Path, inputs: dict[str, np.dtype], preprocessing: dict[str, Any], most: int | None
    ) -> None:
        super().__init__(inputs, preprocessing)
        self.preprocessing = preprocessing
        self.zip = zipfile.ZipFile(file)
        names = sorted(name for name in self.zip.namelist() if not name.endswith("/"))
        if "labels.csv" in names:
            rows = list(csv.DictReader(io.TextIOWrapper(self.zip.open("labels.csv"), "utf-8")))
            names = [row["file"] for row in rows]
            self.labels = np.asarray([int(row["label"]) for row in rows])
        elif all("/" in name for name in names):
            classes = sorted({name.split("/")[0] for name in names})
            self.labels = np.asarray([classes.index(name.split("/")[0]) for name in names])
        self.names = names[:most]
        self.count = len(self.names)

    def batch(self, first: int, size: int) -> Feeds:
        ((name, dtype),) = self.inputs.items()
        pixels = np.stack([self.pixels(file) for file in self.names[first : first + size]])
        channels_first = self.preprocessing.get("layout", "NCHW") == "NCHW"
        if channels_first:
            pixels = pixels.transpose(0, 3, 1, 2)
        return {name: self.normalized(pixels, dtype, 1 if channels_first else 3)}

    def pixels(self, file: str) -> np.ndarray:
        """Decoded, shorter side resized (bilinear), centre cropped, channels in order: height, width, channel."""
        channels = self.preprocessing.get("channels", "RGB")
        image = Image.open(io.BytesIO(self.zip.read(file))).convert("L" if channels == "GRAY" else "RGB")
        if resize := self.preprocessing.get("resize"):
            factor = resize / min(image.size)
            width, height = (max(resize, round(side * factor)) for side in image.size)
            image = image.resize((width, height), Image.Resampling.BILINEAR)
        if crop := self.preprocessing.get("crop"):
            left, top = ((side - crop) // 2 for side in image.size)
            image = image.crop((left, top, left + crop, top + crop))
        pixels = np.asarray(image)
        pixels = pixels[..., None] if pixels.ndim == 2 else pixels
        return pixels[..., ::-1] if channels == "BGR" else pixels
