"""The sandbox: whatever reads a stranger's bytes runs in a process of its own that can reach and take next to nothing.

No network, no environment, no file but those that are named, no other process; limits of memory, time, files.
"""

from portevoix.sandbox.calls import Reading, call
from portevoix.sandbox.client import TookTooLong, end_all
from portevoix.sandbox.limits import Limits
from portevoix.sandbox.programs import run_program
from portevoix.sandbox.way import SETTING, Way, way

__all__ = ["SETTING", "Limits", "Reading", "TookTooLong", "Way", "call", "end_all", "run_program", "way"]
