"""Results as Markdown: a table for each fixture, and how Octet stands against the best of the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from children import Run
from data import Fixture
from scoring import Score
from timing import Speed
from tools import Tool

Config = tuple[int, int]  # batch, threads

MOST_DROP = 0.3  # points


@dataclass
class Row:
    """One tool on one fixture; what failed is told in `error`."""

    tool: Tool
    error: str | None = None
    run: Run | None = None
    score: Score | None = None
    size: float | None = None
    speeds: dict[Config, Speed | None] = field(default_factory=dict)

    @property
    def other_runtime(self) -> bool:
        return self.tool.artifact != "model.onnx"


def table(fixture: Fixture, rows: list[Row], configs: list[Config]) -> str:
    scored = next((row.score for row in rows if row.score), None)
    title = f"## {fixture.name}"
    if scored:
        title += f" ({scored.metric}, float {scored.float_value:.4f}, n = {scored.count})"
    head = ["tool", "metric", "drop, points ± SE", "agree", "cosine"]
    head += [f"speed b{batch} t{threads}" for batch, threads in configs]
    head += ["size ÷", "wall s", "to artifact s", "CPU s", "peak MB"]
    lines = [title, "", line(head), line(["---"] * len(head))]
    for row in rows:
        cells = quality(row) if row.score else [f"**{row.error or 'not scored'}**".replace("|", "/"), "", "", ""]
        cells += [speed(row.speeds.get(config)) for config in configs]
        cells += [f"{row.size:.2f}" if row.size else ""]
        cells += cost(row.run) if row.run else ["", "", "", ""]
        lines.append(line([row.tool.label, *cells]))
    return "\n".join([*lines, "", *standing(rows, configs), ""])


def line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def quality(row: Row) -> list[str]:
    score = row.score
    assert score is not None
    return [
        f"{score.value:.4f}",
        f"{score.drop:.2f} ± {score.error:.2f}",
        f"{score.agreement:.4f}",
        f"{score.cosine:.4f}",
    ]


def speed(value: Speed | None) -> str:
    return f"{value.ratio:.2f} [{value.low:.2f}, {value.high:.2f}]" if value else ""


def cost(run: Run) -> list[str]:
    return [f"{run.wall:.1f}", f"{run.written:.1f}", f"{run.cpu:.1f}", f"{run.peak_bytes / 1e6:.0f}"]


def standing(rows: list[Row], configs: list[Config]) -> list[str]:
    """Each of Octet's rows against the best value that any other tool reached, whichever tool that was for that measure."""
    peers = [row for row in rows if not row.tool.own and row.score]
    native = [row for row in peers if not row.other_runtime]
    if not native:
        return ["No other tool gave a model for ONNX Runtime."]
    lines = ["Against the best other tool measure by measure (speed: those on ONNX Runtime alone):", ""]
    for row in rows:
        if row.tool.own and row.score:
            lines.append(f"- {row.tool.label}: " + "; ".join(verdicts(row, peers, native, configs)))
    return lines


def verdicts(row: Row, peers: list[Row], native: list[Row], configs: list[Config]) -> list[str]:
    score, run = row.score, row.run
    assert score is not None and run is not None
    others = [peer.score for peer in peers if peer.score]
    runs = [peer.run for peer in peers if peer.run]
    value = max(other.value for other in others)
    agreement = max(other.agreement for other in others)
    cosine = max(other.cosine for other in others)
    wall, peak = min(one.wall for one in runs), min(one.peak_bytes for one in runs)
    said = [
        mark(score.value >= value, f"metric {score.value:.4f} to {value:.4f}", 100 * (value - score.value) <= score.error),
        mark(score.drop <= MOST_DROP, f"drop {score.drop:.2f} (goal {MOST_DROP})"),
        mark(score.agreement >= agreement, f"agreement {score.agreement:.4f} to {agreement:.4f}"),
        mark(score.cosine >= cosine, f"cosine {score.cosine:.4f} to {cosine:.4f}"),
    ]
    for config in configs:
        own = row.speeds.get(config)
        best = max((s for peer in native if (s := peer.speeds.get(config))), key=lambda s: s.ratio, default=None)
        if own and best:
            text = f"speed b{config[0]} t{config[1]} {own.ratio:.2f} to {best.ratio:.2f}"
            said.append(mark(own.high >= best.low, text))
    said.append(mark(run.wall <= wall / 2, f"whole job {run.wall:.1f} s to half of {wall:.1f} s"))
    said.append(mark(run.written <= wall / 2, f"artifact after {run.written:.1f} s to half of {wall:.1f} s"))
    said.append(mark(run.peak_bytes <= peak, f"peak {run.peak_bytes / 1e6:.0f} MB to {peak / 1e6:.0f} MB"))
    return said


def mark(good: bool, text: str, tie: bool = False) -> str:
    return f"{'yes' if good else 'tie' if tie else '**NO**'} {text}"
