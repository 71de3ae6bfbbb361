"""The example rendered cold, again, and after one corrected caption: seconds and ratios, measured in one run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def _render(job: Path, folder: Path) -> float:
    started = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "portevoix",
        "render",
        str(job),
        "--out",
        str(folder / "out"),
        "--store",
        str(folder / "store"),
    ]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def main() -> None:
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as name:
        folder = Path(name)
        shutil.copytree(ROOT / "examples" / "sintel", folder / "sintel")
        job, script = folder / "sintel" / "job.yaml", folder / "sintel" / "scripts" / "fr.vtt"
        seconds = {"cold": _render(job, folder), "again": _render(job, folder)}
        script.write_text(script.read_text("utf-8").replace("Je cherche quelqu’un.", "Je cherche quelqu’un…"), "utf-8")
        seconds["one caption corrected"] = _render(job, folder)
    figures = {
        name: {"seconds": round(value, 2), "of cold": round(value / seconds["cold"], 4)}
        for name, value in seconds.items()
    }
    (ROOT / "build" / "bench.json").write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    for title, figure in figures.items():
        print(f"{title:24} {figure['seconds']:8.2f} s   {figure['of cold']:7.2%} of cold")


if __name__ == "__main__":
    (ROOT / "build").mkdir(exist_ok=True)
    main()
