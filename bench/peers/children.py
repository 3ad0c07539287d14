"""Commands run in a process of their own, with what they cost."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Run:
    """What came of a command.

    wall: seconds from start to end. written: seconds until the artifact was there. cpu: processor seconds of the process and
    those it waited for. peak_bytes: largest resident memory (VmHWM) that any one of its processes had. error: None if it ended well.
    """

    wall: float
    written: float
    cpu: float
    peak_bytes: int
    error: str | None


def run(command: list[str], log: Path, timeout: float, written_at: bytes | None = None, folder: Path | None = None) -> Run:
    """Runs a command to its end or for `timeout` seconds, all it prints in `log`.

    The artifact counts as written when `written_at` appears in the log; without it, when the process ends.
    """
    start = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, cwd=folder, start_new_session=True
        )
    peak, written, error, status, usage = 0, None, None, None, None
    try:
        while status is None:
            peak = max([peak, *map(peak_memory, family(process.pid))])
            if written_at and written is None and written_at in log.read_bytes():
                written = time.monotonic() - start
            if time.monotonic() - start > timeout and error is None:
                error = f"stopped after {timeout:.0f} s"
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(POLL_SECONDS)
            pid, ended, usage = os.wait4(process.pid, os.WNOHANG)
            status = ended if pid else None
    finally:
        if status is None:  # interrupted: the tool ends with the comparison
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if error is None and process.returncode:
        error = reason(process.returncode, log)
    return Run(wall, written or wall, usage.ru_utime + usage.ru_stime, peak, error)


def reason(code: int, log: Path) -> str:
    """Why a process failed: its last line, or the signal that ended it."""
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return f"exit {code}: {lines[-1] if lines else 'no message'}"


def family(pid: int) -> list[int]:
    """A process and its descendants, as far as they live."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        children = []
    return [pid, *(member for child in children for member in family(int(child)))]


def peak_memory(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)
