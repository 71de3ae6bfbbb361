"""From inside the sandbox: a hostile program in the place of ffmpeg, and a hostile reader in the place of ours."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import hostile
import pytest

from portevoix.errors import RenderFailed
from portevoix.sandbox import SETTING, Limits, Reading, TookTooLong, Way, alone, call, client, end_all, run_program, way
from portevoix.sandbox.way import ways_here

LIMITS = Limits(memory_bytes=300_000_000, cpu_s=20, time_s=30, file_bytes=1_000_000, descriptors=64)
HELPERS = Path(hostile.__file__).parent
SECRET = "pvx_a_secret_of_the_service"
FINDING_IT = f"import socket, sys; sys.path.append({str(HELPERS)!r}); "
HELPER = FINDING_IT + "from portevoix.sandbox.helper import main; main(socket.socket(fileno=int(sys.argv[1])))"
ALONE = FINDING_IT + "from portevoix.sandbox.alone import main, task_from; main(task_from(sys.argv[1].encode()))"


@pytest.fixture(params=[found for found in ways_here() if found != Way.NONE], ids=lambda found: found.value)
def confined(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    """Each way that works on this machine: with bubblewrap where it is installed, and without it."""
    monkeypatch.setenv(SETTING, request.param.value)
    monkeypatch.setenv("PORTEVOIX_WEBHOOK_SECRET", SECRET)
    monkeypatch.setattr(client, "HELPER", (sys.executable, "-c", HELPER))
    monkeypatch.setattr(alone, "PROGRAM", (sys.executable, "-c", ALONE))
    way.cache_clear()
    end_all()
    yield way()
    end_all()
    way.cache_clear()


@pytest.fixture
def known(tmp_path: Path) -> Iterator[dict[str, object]]:
    """What the hostile one is told: more than a real one would know."""
    (tmp_path / "own").mkdir()
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "film.mp4").write_text("a film")
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield {
            "port": server.getsockname()[1],
            "secret": str(tmp_path / "secret"),
            "file": str(tmp_path / "film.mp4"),
            "process": os.getpid(),
            "file_bytes": LIMITS.file_bytes,
            "descriptors": LIMITS.descriptors,
            "memory_bytes": 2_000_000_000,
        }


def test_a_hostile_program_reaches_nothing(confined: Way, known: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "own" / "known.json").write_text(json.dumps(known))
    command = [sys.executable, "-I", hostile.__file__, "known.json"]
    python = [Path(sys.base_prefix), Path(hostile.__file__), Path(str(known["file"]))]
    ended = run_program(command, tmp_path / "own", python, LIMITS, {"GIVEN": "1"})
    assert ended.status == 0, ended.log
    report = json.loads((tmp_path / "own" / "report.json").read_text())
    assert ", ".join(report["done"]) == ""
    assert (report["read"], report["threads"]) == ("a film", True)
    assert set(report["environment"]) - {"LC_CTYPE", "PWD"} == {"GIVEN"}
    assert (tmp_path / "film.mp4").read_text() == "a film" and not (tmp_path / "left").exists()


def test_a_hostile_reader_reaches_nothing(confined: Way, known: dict[str, object], tmp_path: Path) -> None:
    report = json.loads(
        call(hostile.read, [_file(known), json.dumps(known)], [_file(known), HELPERS], Reading(LIMITS), _said)
    )
    assert ", ".join(report["done"]) == ""
    assert not (tmp_path / "left").exists()
    assert (report["read"], report["threads"]) == ("a film", True)
    assert SECRET not in json.dumps(report["environment"]) and "HOME" not in report["environment"]


def _file(known: dict[str, object]) -> Path:
    return Path(str(known["file"]))


def _said(sentence: str) -> RenderFailed:
    return RenderFailed(sentence)


def test_a_reader_is_stopped_at_each_limit(confined: Way, known: dict[str, object]) -> None:
    file = _file(known)
    with pytest.raises(RenderFailed, match="takes longer than 1 s of a processor to read"):
        call(hostile.spin, [file], [file, HELPERS], Reading(replace(LIMITS, cpu_s=1)), _said)
    with pytest.raises(RenderFailed, match="takes longer than 0 s to read"):
        call(hostile.spin, [file], [file, HELPERS], Reading(replace(LIMITS, time_s=0.3)), _said)
    with pytest.raises(RenderFailed, match="asks for more than 300 MB of memory to be read"):
        call(hostile.swell, [file], [file, HELPERS], Reading(LIMITS), _said)
    with pytest.raises(RenderFailed, match="was answered with what no reader says"):
        call(hostile.lie, [file], [file, HELPERS], Reading(LIMITS), _said)


def test_nothing_outlives_its_deadline_or_its_helper(confined: Way, tmp_path: Path) -> None:
    command = [sys.executable, "-I", hostile.__file__, "wait"]
    python = [Path(sys.base_prefix), Path(hostile.__file__)]
    with pytest.raises(TookTooLong):
        run_program(command, tmp_path, python, replace(LIMITS, time_s=0.5), {})
    assert not _running("wait")
    before = _helper()
    end_all()
    assert not Path(f"/proc/{before}").exists()
    ended = run_program([sys.executable, "-I", "-c", "pass"], tmp_path, python, LIMITS, {})
    assert ended.status == 0, "a new helper takes over"


def test_a_helper_ends_with_its_process(tmp_path: Path) -> None:
    """The process is killed as the kernel does it where memory ends."""
    script = (
        "import os, sys, threading\n"
        "from pathlib import Path\n"
        "from portevoix.sandbox import Limits, client, run_program\n"
        "limits = Limits(10**9, 600, 600, 10**6)\n"
        "run = lambda: run_program([sys.executable, '-c', 'import time; time.sleep(600)'], Path('.'), "
        "[Path(sys.base_prefix)], limits, {})\n"
        "threading.Thread(target=run, daemon=True).start()\n"
        "while not client._helpers: pass\n"
        "print(next(iter(client._helpers.values())).process.pid, flush=True)\n"
        "sys.stdin.read(1)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    import subprocess

    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        helper = int(process.stdout.readline())
        _wait_for(lambda: bool(_children_of(helper)))
        inside = _children_of(helper)
        process.stdin.write("x")
        process.stdin.close()
        process.wait()
    _wait_for(lambda: not any(Path(f"/proc/{one}").exists() for one in (helper, *inside)))


def _running(word: str) -> bool:
    """Whether a process of the helper's has this among its arguments."""
    commands = [Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0") for one in _children_of(_helper())]
    return any(word.encode() in command for command in commands)


def _helper() -> int:
    return next(iter(client._helpers.values())).process.pid


def _wait_for(what: object) -> None:
    give_up_s = time.monotonic() + 120
    while not what():  # type: ignore[operator]
        assert time.monotonic() < give_up_s
        time.sleep(0.02)


def _children_of(process: int) -> list[int]:
    """The processes that one has started, and theirs."""
    direct = [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return [found for one in direct for found in (one, *_children_of(one))]
