"""Quantizes every fixture with every tool, scores and times what came out, and prints one table a fixture."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import shutil
import signal
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from children import Run, run
from data import Fixture
from scoring import Score, float_outputs, score
from table import Row, table
from timing import compare
from tools import TOOLS, WRITTEN, Tool

CONFIGS = [(1, 1), (1, 2), (32, 1), (32, 2)]
AUTO = "octet-auto"
WORK = Path(__file__).resolve().parents[2] / "target" / "peers"


def main() -> None:
    options = parse()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    rounds, results = options.rounds, {}
    print(f"ONNX Runtime {version('onnxruntime')}, {os.cpu_count()} processors, {platform.platform()}\n", flush=True)
    for fixture in fixtures(options):
        rows = []
        for name in options.tools:
            tool = TOOLS[name]
            if tool.suits(fixture):
                print(f"{fixture.name}: {name}", file=sys.stderr, flush=True)
                rows.append((name, row(name, tool, fixture, options)))
        models = {name: artifact(options, fixture, name) for name, done in rows if done.score}
        for batch, threads in CONFIGS:
            print(f"{fixture.name}: timing batch {batch}, threads {threads}", file=sys.stderr, flush=True)
            for name, speed in compare(fixture, models, batch, threads, rounds).items():
                dict(rows)[name].speeds[batch, threads] = speed
        print(table(fixture, [done for _, done in rows], CONFIGS), flush=True)
        results[fixture.name] = {name: plain(done) for name, done in rows}
        if options.json:
            options.json.write_text(json.dumps(results, indent=1))
    print("\\* OpenVINO's own format, run by OpenVINO: another runtime; its speed-up is over the float model in ONNX Runtime.")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fixtures", type=Path, required=True, help="folder with one folder a fixture")
    parser.add_argument("--minilm", type=Path, help="model of the fixture minilm-stsb, which has none of its own")
    parser.add_argument("--only", action="append", metavar="FIXTURE", help="this fixture alone (repeatable)")
    parser.add_argument("--tools", help="comma-separated: " + ", ".join(TOOLS))
    parser.add_argument("--octet-auto", action="store_true", help="also run Octet's AUTO")
    parser.add_argument("--redo", default="", help="tools, by the start of their names, to quantize again: octet,ort-entropy")
    parser.add_argument("--inc-python", default=os.environ.get("PEERS_INC_PYTHON"), help="Python with requirements-inc.txt")
    parser.add_argument("--samples", type=int, default=256, help="calibration samples at most")
    parser.add_argument("--rounds", type=int, default=30, help="rounds of timing")
    parser.add_argument("--timeout", type=float, default=1800, help="seconds a tool may take")
    parser.add_argument("--work", type=Path, default=WORK, help="folder for results between runs")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures there")
    options = parser.parse_args()
    names = options.tools.split(",") if options.tools else [name for name in TOOLS if name != AUTO]
    if unknown := set(names) - set(TOOLS):
        parser.error(f"no such tool: {', '.join(sorted(unknown))}")
    options.tools = names + [AUTO] * (options.octet_auto and AUTO not in names)
    options.redo = tuple(filter(None, options.redo.split(",")))
    options.work = options.work.absolute()
    return options


def fixtures(options: argparse.Namespace) -> list[Fixture]:
    found = []
    for job in sorted(options.fixtures.absolute().glob("*/job.json")):
        folder = job.parent
        model = folder / "model.onnx"
        if folder.name == "minilm-stsb" and options.minilm:
            model = options.minilm.absolute()
        if options.only and folder.name not in options.only:
            continue
        if model.exists():
            found.append(Fixture(folder, model))
        else:
            print(f"**{folder.name} is left out: it has no model.onnx (see --minilm).**\n")
    return found


def artifact(options: argparse.Namespace, fixture: Fixture, name: str) -> Path:
    return options.work / fixture.name / name / "out" / TOOLS[name].artifact


def row(name: str, tool: Tool, fixture: Fixture, options: argparse.Namespace) -> Row:
    """Quantizes and scores, or takes what an earlier run left."""
    folder = options.work / fixture.name / name
    record, model = folder / "result.json", artifact(options, fixture, name)
    key = fixture.key(options.samples)
    redo = bool(options.redo) and name.startswith(options.redo)
    if record.exists() and not redo:
        known = json.loads(record.read_text())
        if known["key"] == key and (known["error"] or model.exists()):
            return Row(
                tool,
                known["error"],
                Run(**known["run"]) if known["run"] else None,
                Score(**known["score"]) if known["score"] else None,
                known["size"],
            )
    done = fresh(name, tool, fixture, folder, model, options)
    if done.run:
        record.write_text(json.dumps({"key": key, **plain(done)}, indent=1))
    return done


def fresh(
    name: str, tool: Tool, fixture: Fixture, folder: Path, model: Path, options: argparse.Namespace
) -> Row:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "out").mkdir(parents=True)
    pythons = {"MAIN": sys.executable, "INC": options.inc_python}
    try:
        command = tool.command(name, fixture, options.samples, folder / "out", pythons)
    except LookupError as missing:
        return Row(tool, str(missing))
    done = Row(tool)
    done.run = run(command, folder / "log", options.timeout, WRITTEN if tool.own else None, folder)
    done.error = done.run.error
    if done.error is None and not model.exists():
        done.error = "ended without a model"
    if done.error is None:
        done.size = fixture.model.stat().st_size / sum(file.stat().st_size for file in files(model))
        threads = os.cpu_count() or 1
        key = fixture.key(0)[:16]
        try:
            expected = float_outputs(fixture, options.work / fixture.name / f"float-{key}.npy", threads)
            done.score = score(fixture, expected, model, threads)
        except Exception as error:  # a runtime's own exceptions: a model that doesn't load is a result
            done.error = f"the model does not run: {str(error).splitlines()[0]}"
    return done


def files(model: Path) -> list[Path]:
    """The files of an artifact: OpenVINO keeps its weights beside, ONNX above 2 GB too."""
    beside = (model.with_suffix(".bin"), model.with_name(model.name + ".data"))
    return [model, *(file for file in beside if file.exists())]


def plain(done: Row) -> dict[str, Any]:
    return {
        "error": done.error,
        "run": dataclasses.asdict(done.run) if done.run else None,
        "score": dataclasses.asdict(done.score) if done.score else None,
        "size": done.size,
        "speeds": {
            f"batch {batch}, threads {threads}": dataclasses.asdict(speed) if speed else None
            for (batch, threads), speed in done.speeds.items()
        },
    }


if __name__ == "__main__":
    main()
