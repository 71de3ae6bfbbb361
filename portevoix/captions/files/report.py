"""What is found wrong, and what is mended, while one file is read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from portevoix.errors import Fault, InvalidInput

MOST_FAULTS = 100  # more of them is one mistake made everywhere
LINES_NAMED = 5  # a repair that comes again names so many of its lines


@dataclass
class FileReport:
    """Collects faults and repairs of the file `shown`, by line (from 1)."""

    shown: Path
    faults: list[Fault] = field(default_factory=list)
    _repairs: dict[str, list[int]] = field(default_factory=dict)

    def fault(self, line: int | None, message: str, column: int | None = 1) -> None:
        """A mistake that somebody must correct."""
        self.faults.append(Fault(str(self.shown), line, column if line else None, message))

    def repair(self, line: int, message: str) -> None:
        """Something that was read otherwise than it stands; the same sentence for many lines is said once."""
        lines = self._repairs.setdefault(message, [])
        if line not in lines[-1:]:
            lines.append(line)

    @property
    def repairs(self) -> tuple[str, ...]:
        """A sentence for each repair, in the order of the file."""
        found = sorted(self._repairs.items(), key=lambda item: item[1][0])
        return tuple(f"{self.shown}:{lines[0]}: {message}{_also(lines[1:])}" for message, lines in found)

    def stop_at_faults(self) -> None:
        """Raises InvalidInput where a fault was found."""
        faults = sorted(self.faults, key=lambda fault: fault.line or 0)
        if len(faults) > MOST_FAULTS:
            last = f"and {len(faults) - MOST_FAULTS:,} more mistakes from here on"
            faults = [*faults[:MOST_FAULTS], replace(faults[MOST_FAULTS], column=None, message=last)]
        if faults:
            raise InvalidInput(faults)


def _also(lines: list[int]) -> str:
    if not lines:
        return ""
    named = ", ".join(str(line) for line in lines[:LINES_NAMED])
    more = f" and {len(lines) - LINES_NAMED:,} more" if len(lines) > LINES_NAMED else ""
    return f" (so too at line{'s' if len(lines) > 1 else ''} {named}{more})"
