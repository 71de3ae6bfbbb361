"""The servers of the tests themselves."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from portevoix.library import ROOT

HOLD = """
import servers
with servers.running_postgresql() as server:
    print(server.process.pid, server.folder, flush=True)
    input()
"""


def test_a_database_server_goes_with_the_tests_when_these_are_killed() -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=ROOT / "tests/helpers",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout
    server, _, folder = holder.stdout.readline().strip().partition(" ")
    holder.kill()
    holder.communicate()
    give_up_s = time.monotonic() + 120
    state = Path("/proc", server, "stat")
    while state.exists() and ") Z " not in state.read_text("ascii", "replace"):
        assert time.monotonic() < give_up_s, "it goes on without anybody who wants it"
        time.sleep(0.05)
    subprocess.run(["rm", "-r", folder], check=True)
