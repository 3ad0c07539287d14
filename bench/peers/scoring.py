"""How good a quantized model is beside the float one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from data import Fixture, Samples
from runtimes import open_model

BATCH = 32
RESAMPLES = 300


@dataclass(frozen=True)
class Score:
    """A metric of both models and how close their outputs are.

    drop and error (its paired standard error) are in points: hundredths of the metric. agreement: share of samples with the same
    largest output; for correlations, the rank correlation of the two models' own scores. cosine: mean over samples.
    """

    metric: str
    count: int
    float_value: float
    value: float
    drop: float
    error: float
    agreement: float
    cosine: float


def outputs(model: Path, samples: Samples, threads: int) -> np.ndarray:
    """First output of all samples; nothing where the mask says padding."""
    session = open_model(model, threads)
    parts = []
    for feeds in samples.batches(BATCH):
        output = session.run(feeds).astype(np.float32)
        mask = feeds.get("attention_mask")
        if mask is not None and output.shape[: mask.ndim] == mask.shape:
            output = output * mask[..., None]
        parts.append(output)
    return np.concatenate(parts)


def float_outputs(fixture: Fixture, cache: Path, threads: int) -> np.ndarray:
    """Outputs of the float model, from `cache` if they are there."""
    if not cache.exists():
        np.save(cache, outputs(fixture.model, fixture.samples("evaluation"), threads))
    return np.load(cache, mmap_mode="r")


def score(fixture: Fixture, expected: np.ndarray, model: Path, threads: int) -> Score:
    samples = fixture.samples("evaluation")
    actual = outputs(model, samples, threads)
    evaluation: dict[str, Any] = fixture.job.get("evaluation", {})
    metric = evaluation.get("metric", "TOP1")
    cosine = float(np.mean(cosines(expected.reshape(len(expected), -1), actual.reshape(len(actual), -1))))
    labels = samples.labels
    if labels is None:
        raise ValueError(f"{metric} of {fixture.name} needs labels")
    if metric in ("TOP1", "TOP5"):
        most = int(metric[3:])
        agreement = float(np.mean(expected.argmax(-1) == actual.argmax(-1)))
        hits = [top(values, labels, most) for values in (expected, actual)]
        lost = hits[0] - hits[1]
        error = float(np.std(lost) / np.sqrt(len(lost)))
    elif metric in ("SPEARMAN", "PEARSON"):
        paired = evaluation.get("pairs", False)
        mask = samples.batch(0, len(samples)).get("attention_mask") if paired else None
        pooling = evaluation.get("pooling", "NONE")
        hits = [pair_scores(values, mask, pooling) if paired else values.reshape(-1) for values in (expected, actual)]
        agreement = float(stats.spearmanr(*hits).statistic)
        error = bootstrap(metric, labels, *hits)
    else:
        raise ValueError(f"no metric {metric} here")
    before, after = (value(metric, labels, scores) for scores in hits)
    return Score(metric, len(labels), before, after, 100 * (before - after), 100 * error, agreement, cosine)


def value(metric: str, labels: np.ndarray, scores: np.ndarray) -> float:
    if metric == "SPEARMAN":
        return float(stats.spearmanr(labels, scores).statistic)
    if metric == "PEARSON":
        return float(stats.pearsonr(labels, scores).statistic)
    return float(np.mean(scores))


def top(logits: np.ndarray, labels: np.ndarray, most: int) -> np.ndarray:
    """1 where the label is among the `most` largest outputs; of equal ones the first is the larger."""
    own = logits[np.arange(len(labels)), labels][:, None]
    first = np.arange(logits.shape[-1]) < labels[:, None]
    return (((logits > own) | ((logits == own) & first)).sum(-1) < most).astype(float)


def pair_scores(states: np.ndarray, mask: np.ndarray | None, pooling: str) -> np.ndarray:
    """Cosine of the pooled states of samples 2i and 2i+1."""
    if pooling == "MEAN":
        weights = np.ones(states.shape[:2]) if mask is None else mask
        pooled = (states * weights[..., None]).sum(1) / np.maximum(weights.sum(1), 1)[:, None]
    else:
        pooled = states[:, 0] if pooling == "CLS" else states
    return cosines(pooled[0::2], pooled[1::2])


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    product = np.einsum("ij,ij->i", one, other, dtype=np.float64)
    length = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.where(length > 0, product / np.where(length > 0, length, 1), 0)


def bootstrap(metric: str, labels: np.ndarray, before: np.ndarray, after: np.ndarray) -> float:
    """Standard error of a correlation's drop over resampled samples, the same for both models."""
    random = np.random.default_rng(0)
    drops = []
    for _ in range(RESAMPLES):
        chosen = random.integers(0, len(labels), len(labels))
        drops.append(value(metric, labels[chosen], before[chosen]) - value(metric, labels[chosen], after[chosen]))
    return float(np.std(drops))
