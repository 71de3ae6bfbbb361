"""The command line: `portevoix render JOB.yaml` and its companions."""

from portevoix.cli.commands import app, main
from portevoix.cli.console import DONE, FAILED, WRONG_INPUT

__all__ = ["DONE", "FAILED", "WRONG_INPUT", "app", "main"]
