"""What build/bench.json says: the figures of the targets by name, the tables and the picture of docs/performance.md.

python benchmarks/report.py    # write them from the last run's results
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean
from typing import Any

from chart import Bar, draw

from portevoix.library import ROOT

RESULTS = ROOT / "build" / "bench.json"
PAGE = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "performance.png"
FORMATS = ("wide", "square", "story")
LANGUAGES, DELIVERIES_EACH, VIDEOS_EACH = (
    7,
    14,
    8,
)  # of each format: seven languages for two placements; those and a clean copy
GIBIBYTE, MEGABYTE = 1 << 30, 1_000_000

Items = dict[str, dict[str, Any]]


def figures(content: dict[str, Any]) -> dict[str, Any]:
    """Every figure whose measurements are there, by its name."""
    parts: dict[str, Items] = content["parts"]
    cold = [*parts.get("cold", {}).values(), *parts.get("cold again", {}).values()]
    if not cold:
        return {}
    ours = {"s": _mean(cold, "wall_s"), "cpu_s": _mean(cold, "cpu_s")}
    sides, found = parts.get("sides", {}), {}
    plain = {
        "one ffmpeg per delivery": _all(sides, "per video", DELIVERIES_EACH),
        "one ffmpeg per distinct video": _all(sides, "per video", VIDEOS_EACH),
        "one ffmpeg per format with split": _all(sides, "split", VIDEOS_EACH),
        "x264 alone, each distinct video once": _all(sides, "x264 alone", VIDEOS_EACH),
        "MoviePy": _all(parts.get("MoviePy", {}), "", DELIVERIES_EACH),
        "melt": _all(parts.get("melt", {}), "", DELIVERIES_EACH),
    }
    wanted = {
        "one ffmpeg per delivery": 4,
        "one ffmpeg per distinct video": 2,
        "one ffmpeg per format with split": 1.9,
        "MoviePy": 20,
        "melt": 4,
    }
    for name, theirs in plain.items():
        if theirs is None:
            continue
        if name in wanted:
            found[name] = _figure(ours, theirs, theirs["s"] / ours["s"], "times faster", at_least=wanted[name])
        else:
            found[name] = _figure(ours, theirs, ours["s"] / theirs["s"], "of it", at_most=0.55)
    found |= _changes(parts.get("changes", {}), ours, plain["one ffmpeg per distinct video"])
    found |= _quality(sides)
    peak = max(item["peak_bytes"] for item in cold)
    found["memory at the peak"] = {"value": peak / GIBIBYTE, "unit": "GiB", "at_most": 2, "met": peak < 2 * GIBIBYTE}
    found["disk at the peak"] = {"value": max(item["disk_bytes"] for item in cold) / MEGABYTE, "unit": "MB"}
    if longer := _growth(parts.get("growth", {}), "seconds"):
        first, last = longer[0][1]["peak_bytes"], longer[-1][1]["peak_bytes"]
        value = last / first
        found[f"memory for {longer[-1][0] / longer[0][0]:g} times the length"] = {
            "value": value,
            "unit": "of the memory for one",
            "at_most": 1.1,
            "met": value <= 1.1,
        }
    if "estimate" in parts and "cold" in parts:
        said, took = parts["estimate"]["the plan's"]["seconds"], parts["cold"]["first"]["wall_s"]
        found["the plan's own estimate"] = {"ours_s": took, "theirs_s": said, "value": said / took - 1, "unit": "error"}
    if "correction" in parts:
        found |= _correction(parts["correction"]["a word by the service"])
    if "draft" in parts:
        drafts = list(parts["draft"].values())
        seen_s = _mean(drafts, "seen_s")
        found["a draft's first second on screen"] = {"value": seen_s, "unit": "s", "at_most": 3, "met": seen_s < 3}
        speed = _mean(drafts, "plays_s") / _mean(drafts, "wall_s")
        found["a draft, whole"] = {"value": speed, "unit": "times real time", "at_least": 2, "met": speed >= 2}
    return found


def _figure(
    ours: dict[str, float], theirs: dict[str, float], value: float, unit: str, **target: float
) -> dict[str, Any]:
    met = value >= target["at_least"] if "at_least" in target else value <= target["at_most"]
    shares = theirs["cpu_s"] / ours["cpu_s"], ours["cpu_s"] / theirs["cpu_s"]
    return {
        "cpu_value": shares["at_most" in target],
        "ours_s": ours["s"],
        "theirs_s": theirs["s"],
        "ours_cpu_s": ours["cpu_s"],
        "theirs_cpu_s": theirs["cpu_s"],
        "value": value,
        "unit": unit,
        **target,
        "met": met,
    }


def _all(items: Items, kind: str, count: int) -> dict[str, float] | None:
    """A side's seconds for all formats: what one film of each took, times their number."""
    total = {"s": 0.0, "cpu_s": 0.0}
    for name in FORMATS:
        here = [item for title, item in items.items() if title.startswith(kind) and name in title and "wall_s" in item]
        if not here:
            return None
        films = sum(item["films"] for item in here)
        total["s"] += sum(item["wall_s"] for item in here) / films * count
        total["cpu_s"] += sum(item["cpu_s"] for item in here) / films * count
    return total


def _changes(items: Items, ours: dict[str, float], per_video: dict[str, float] | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    again = [item for title, item in items.items() if title.startswith("the same again")]
    corrected = [item for title, item in items.items() if title.endswith("corrected")]
    a_language = {name: value / LANGUAGES for name, value in ours.items()}
    for name, made, other, most in (
        ("one caption corrected, mean", corrected, a_language, 0.1),
        ("the same job again", again, ours, 0.01),
    ):
        if made:
            mean = {"s": _mean(made, "wall_s"), "cpu_s": _mean(made, "cpu_s")}
            found[name] = _figure(mean, other, mean["s"] / other["s"], "of it", at_most=most)
    if corrected:
        found["one caption corrected, mean"]["longest_s"] = max(item["wall_s"] for item in corrected)
    if "an eighth language" in items and per_video:
        item, outputs = items["an eighth language"], {name: value / VIDEOS_EACH for name, value in per_video.items()}
        took = {"s": item["wall_s"], "cpu_s": item["cpu_s"]}
        found["an eighth language"] = _figure(
            took, outputs, took["s"] / outputs["s"], "of its plain encodes", at_most=0.5
        )
    if "another logo" in items:
        item = items["another logo"]
        found["another logo"] = {
            "ours_s": item["wall_s"],
            "theirs_s": ours["s"],
            "value": item["wall_s"] / ours["s"],
            "unit": "of it",
        }
    return found


def _correction(item: dict[str, Any]) -> dict[str, Any]:
    """A word corrected in the service, against the limits of an editor's patience and the making of the whole story."""
    median_s, longest_s = item["median_s"], item["longest_s"]
    ours, whole = {"s": median_s, "cpu_s": item["cpu_s"]}, {"s": item["whole_s"], "cpu_s": item["whole_cpu_s"]}
    return {
        "a corrected word plays, median": {"value": median_s, "unit": "s", "at_most": 4, "met": median_s <= 4},
        "a corrected word plays, longest": {"value": longest_s, "unit": "s", "at_most": 10, "met": longest_s <= 10},
        "a corrected word, of the whole story": _figure(ours, whole, median_s / whole["s"], "of it", at_most=0.1),
    }


def _quality(items: Items) -> dict[str, Any]:
    looked = [item for title, item in items.items() if title.startswith("quality")]
    seen = [item for item in looked if "ours_vmaf" in item]
    if not seen:
        return {}
    value = sum(item["ours_bytes"] for item in looked) / sum(item["plain_bytes"] for item in looked)
    better = fmean(item["ours_vmaf"] for item in seen) - fmean(item["plain_vmaf"] for item in seen)
    least = min(item["ours_vmaf"] - item["plain_vmaf"] for item in seen)
    return {
        "bytes": {"value": value, "unit": "of the plain encodes'", "at_most": 1.2, "met": value <= 1.2},
        "VMAF": {
            "value": better,
            "unit": "more than the plain encodes",
            "least": least,
            "at_least": 0,
            "met": better >= 0,
        },
    }


def _mean(items: Iterable[dict[str, Any]], name: str) -> float:
    return fmean(item[name] for item in items)


def _growth(items: Items, kind: str) -> list[tuple[int, dict[str, Any]]]:
    return [(int(title.split(": ")[1]), item) for title, item in items.items() if title.startswith(kind)]


def told(content: dict[str, Any]) -> str:
    """The figures, a line each."""
    lines = []
    for name, figure in content["figures"].items():
        seconds = f"{figure['ours_s']:8.1f} s against {figure['theirs_s']:8.1f} s" if "ours_s" in figure else " " * 29
        cpu = f"; CPU {figure['cpu_value']:.2f}" if "cpu_value" in figure else ""
        lines.append(f"{name:38} {seconds}  {_value(figure)}{cpu} {_target(figure)}")
    return "\n".join(lines)


def _value(figure: dict[str, Any]) -> str:
    value, unit = figure["value"], figure["unit"]
    if unit == "times faster":
        return f"{value:.1f} times faster" if value >= 1 else f"{value:.2f} times as fast"
    if unit == "error":
        return f"{value:+.0%}"
    if unit == "more than the plain encodes":
        return f"{value:+.2f} (least {figure['least']:+.2f})"
    if unit.startswith("of "):
        return f"{value:.3f} {unit}" if value < 0.1 else f"{value:.2f} {unit}"
    return f"{value:.0f} {unit}" if unit == "MB" else f"{value:.2f} {unit}"


def _target(figure: dict[str, Any]) -> str:
    if "met" not in figure:
        return ""
    target = f"at least {figure['at_least']:g}" if "at_least" in figure else f"at most {figure['at_most']:g}"
    return f"({target}: {'met' if figure['met'] else 'missed'})"


def write(content: dict[str, Any]) -> None:
    """The page's marked regions and the picture."""
    regions = {
        "run": _run(content),
        "targets": _targets(content),
        "settings": _settings(content),
        "quality": _films(content),
        "growth": _growths(content),
    }
    PAGE.write_text(filled(PAGE, regions, "bench"), "utf-8")
    clip = content["head"]["stretch"]
    film = f"{clip['end_s'] - clip['start_s']:g} s of a trailer" if clip["end_s"] else "One trailer"
    draw(f"{film}, 42 deliveries in seven languages: time from nothing to all files", _bars(content), PICTURE)


def filled(page: Path, regions: dict[str, str], mark: str) -> str:
    """The page with what stands between `<!-- mark: NAME -->` and `<!-- end -->` exchanged. Raises RuntimeError for a
    missing one.
    """
    text = page.read_text("utf-8")
    for name, body in regions.items():
        pattern = re.compile(rf"(<!-- {mark}: {name} -->\n).*?(<!-- end -->)", re.S)
        found = pattern.search(text)
        if not found:
            raise RuntimeError(f"{page} has no region {name!r}: <!-- {mark}: {name} --> … <!-- end -->")
        text = f"{text[: found.end(1)]}{body}\n{text[found.start(2) :]}"
    return text


def _run(content: dict[str, Any]) -> str:
    head, parts = content["head"], content["parts"]
    loads = [item["load"] for items in parts.values() for item in items.values() if "load" in item]
    clip = head["stretch"]
    seen = f"seconds {clip['start_s']:g} to {clip['end_s']:g} of the trailer" if clip["end_s"] else "the whole trailer"
    said = (
        f"The {head['form']} form: {seen}, {head['processors']} processors, {head['ffmpeg']}; load before "
        f"each measurement "
        f"{min(loads):.1f} to {max(loads):.1f}, {fmean(loads):.1f} on average."
    )
    if head["form"] == "short":
        said += " One film of each format was timed for every side and multiplied."
    if len(set(content.get("engine", {}).values())) > 1:
        said += " **Its parts were measured with different states of the engine.**"
    return said


def _targets(content: dict[str, Any]) -> str:
    lines = ["| what | ours | the other | CPU ours | CPU other | | target | |", "|---|--:|--:|--:|--:|---|---|---|"]
    for name, figure in content["figures"].items():
        cells = [
            f"{figure[key]:.1f} s" if key in figure else ""
            for key in ("ours_s", "theirs_s", "ours_cpu_s", "theirs_cpu_s")
        ]
        target = _target(figure).strip("()").partition(":")
        lines.append(f"| {name} | {' | '.join(cells)} | {_value(figure)} | {target[0]} | {target[2].strip()} |")
    return "\n".join(lines)


def _settings(content: dict[str, Any]) -> str:
    lines = ["| side | seconds a film | CPU seconds |", "|---|--:|--:|"]
    for name, item in content["parts"].get("settings", {}).items():
        count = item["wall_s"] / item["per_film_s"]
        lines.append(f"| {name} | {item['per_film_s']:.2f} | {item['cpu_s'] / count:.2f} |")
    return "\n".join(lines)


def _films(content: dict[str, Any]) -> str:
    lines = ["| film | bytes, ours ÷ plain | VMAF ours | VMAF plain |", "|---|--:|--:|--:|"]
    for title, item in content["parts"].get("sides", {}).items():
        if title.startswith("quality") and "ours_vmaf" in item:
            share = item["ours_bytes"] / item["plain_bytes"]
            lines.append(
                f"| {title.partition(', ')[2]} | {share:.2f} | {item['ours_vmaf']:.2f} | {item['plain_vmaf']:.2f} |"
            )
    return "\n".join(lines)


def _growths(content: dict[str, Any]) -> str:
    lines = ["| | | seconds | CPU | memory | disk |", "|---|--:|--:|--:|--:|--:|"]
    for kind in ("seconds", "languages", "formats"):
        for count, item in _growth(content["parts"].get("growth", {}), kind):
            lines.append(
                f"| {kind} | {count} | {item['wall_s']:.1f} | {item['cpu_s']:.1f} | "
                f"{item['peak_bytes'] / GIBIBYTE:.2f} GiB | "
                f"{item['disk_bytes'] / MEGABYTE:.0f} MB |"
            )
    return "\n".join(lines)


def _bars(content: dict[str, Any]) -> list[Bar]:
    found = content["figures"]
    names = {
        "MoviePy": "MoviePy, each delivery",
        "melt": "melt, each delivery",
        "one ffmpeg per delivery": "ffmpeg, each delivery",
        "one ffmpeg per distinct video": "ffmpeg, each distinct video",
        "one ffmpeg per format with split": "ffmpeg with split, each format",
        "x264 alone, each distinct video once": "x264 alone, each distinct video",
    }
    bars = [Bar(title, found[name]["theirs_s"]) for name, title in names.items() if name in found]
    ours = next(figure["ours_s"] for name, figure in found.items() if name in names)
    return [*sorted(bars, key=lambda bar: -bar.seconds), Bar("Portevoix, all of it", ours, ours=True)]


if __name__ == "__main__":
    results = json.loads(RESULTS.read_text("utf-8"))
    results["figures"] = figures(results)
    print(told(results))
    write(results)
