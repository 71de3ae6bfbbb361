"""What all graphs have in common: the tags of the output's colours, a stream for several readers, the outputs.

No text of a user ever enters a graph: words arrive as images, files under names of ours.
"""

from __future__ import annotations

from typing import Any

import ffmpeg

TAGS = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709", "range": "tv"}


def tagged(stream: Any) -> Any:
    """The stream marked as BT.709, limited range, square pixels."""
    # Square pixels said too: a blurred ground comes from a reduced picture whose sides do not divide evenly.
    return stream.filter("setsar", 1).filter("setparams", **TAGS)


def split(stream: Any, count: int) -> list[Any]:
    """The stream for `count` readers: in a graph each output is read once."""
    if count == 1:
        return [stream]
    node = stream.filter_multi_output("split", count)
    return [node[number] for number in range(count)]


def encoded(stream: Any, path: str, frame_count: int, options: dict[str, Any]) -> Any:
    """One output: `frame_count` pictures without sound, to `path` in the working folder."""
    return ffmpeg.output(stream, path, **{"frames:v": frame_count, "fps_mode": "passthrough", **options})


def arguments(*outputs: Any) -> list[str]:
    """The argument list of one ffmpeg that makes all `outputs`, without the program's name."""
    merged = outputs[0] if len(outputs) == 1 else ffmpeg.merge_outputs(*outputs)
    args: list[str] = ffmpeg.compile(merged, cmd="ffmpeg")[1:]
    return args
