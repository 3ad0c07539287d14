"""How fast quantized models are beside the float one, measured in turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from data import Feeds, Fixture
from runtimes import open_model

SEQUENCE = 32  # tokens
WARM_UPS = 3
BLOCK_SECONDS = 0.004
MOST_RUNS = 20


@dataclass(frozen=True)
class Speed:
    """Float time over quantized time: median of the rounds' ratios, its 95 % interval, and both median times in ms."""

    ratio: float
    low: float
    high: float
    float_ms: float
    ms: float


class Timed:
    """A model bound to its inputs, and what one run of it takes."""

    def __init__(self, run: Callable[[], object]) -> None:
        self.run = run
        once = min(self.once() for _ in range(WARM_UPS))
        self.runs = int(np.clip(BLOCK_SECONDS / once, 1, MOST_RUNS))

    def once(self) -> float:
        start = time.perf_counter()
        self.run()
        return time.perf_counter() - start

    def block(self) -> float:
        return float(np.median([self.once() for _ in range(self.runs)]))


def feeds_of(fixture: Fixture, batch: int) -> Feeds:
    feeds = fixture.samples("evaluation", batch).batch(0, batch)
    return {name: np.ascontiguousarray(value[:, :SEQUENCE]) if fixture.tokens else value for name, value in feeds.items()}


def compare(fixture: Fixture, models: dict[str, Path], batch: int, threads: int, rounds: int) -> dict[str, Speed | None]:
    """Speed of each model; None for one that does not run at this batch.

    In a round each model takes its turn right beside a turn of the float model, before it or after it by turns, so that whatever
    else the machine does weighs on both.
    """
    feeds = feeds_of(fixture, batch)
    base = Timed(open_model(fixture.model, threads).bound(feeds))
    timed: dict[str, Timed] = {}
    for name, model in models.items():
        try:
            timed[name] = Timed(open_model(model, threads).bound(feeds))
        except Exception as error:  # a runtime's own exceptions: whatever it is, the model does not run
            print(f"  {name} does not run at batch {batch}: {str(error).splitlines()[0]}", flush=True)
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in timed}
    for turn in range(rounds + 1):
        for name, model in timed.items():
            if turn % 2:
                own = model.block()
                pairs[name].append((base.block(), own))
            else:
                before = base.block()
                pairs[name].append((before, model.block()))
    # the first round is warm-up
    return {name: summary(np.asarray(pairs[name][1:])) if name in timed else None for name in models}


def summary(pairs: np.ndarray) -> Speed:
    """Median with the distribution-free interval from order statistics."""
    ratios = np.sort(pairs[:, 0] / pairs[:, 1])
    rank = max(0, int(stats.binom.ppf(0.025, len(ratios), 0.5)) - 1)
    float_ms, ms = np.median(pairs, axis=0) * 1000
    return Speed(float(np.median(ratios)), float(ratios[rank]), float(ratios[-1 - rank]), float(float_ms), float(ms))
