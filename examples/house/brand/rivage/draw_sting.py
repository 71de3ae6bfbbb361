"""Draw the opening sting, in which waves roll in and the sun rises, with alpha:

`python draw_sting.py` in its folder.
"""

import subprocess
from pathlib import Path

from draw_logo import GREEN, OCHRE, shore
from PIL import Image

from portevoix import ffmpeg

SIDE, FPS, MOVING, FRAMES = 720, 25, 26, 40
LATER = 4  # frames from one wave to the next


def eased(frame: int, first: int, end: int) -> float:
    """0 to 1 between two frames, fast at first."""
    part = min(1.0, max(0.0, (frame - first) / (end - first)))
    return 1 - (1 - part) ** 3


def picture(frame: int) -> Image.Image:
    waves = [eased(frame, LATER * n, MOVING - 8 + LATER * n) for n in range(3)]
    logo = shore(OCHRE, GREEN, eased(frame, 6, MOVING), (waves[0], waves[1], waves[2]))
    logo = logo.resize((SIDE // 2, round(SIDE / 2 * logo.height / logo.width)), Image.Resampling.LANCZOS)
    whole = Image.new("RGBA", (SIDE, SIDE), (*GREEN[:3], 0))
    whole.paste(logo, ((SIDE - logo.width) // 2, (SIDE - logo.height) // 2))
    return whole


command = [
    ffmpeg.executable(),
    "-v",
    "error",
    "-y",
    "-f",
    "rawvideo",
    "-pix_fmt",
    "rgba",
    "-s",
    f"{SIDE}x{SIDE}",
    "-r",
    str(FPS),
    "-i",
    "-",
    "-vf",
    "scale=out_color_matrix=bt709:out_range=limited,format=yuva420p",
    "-c:v",
    "libvpx-vp9",
    "-crf",
    "18",
    "-b:v",
    "0",
    "-colorspace",
    "bt709",
    "-color_primaries",
    "bt709",
    "-color_trc",
    "bt709",
    "-color_range",
    "tv",
    "-fflags",
    "+bitexact",
    "-flags:v",
    "+bitexact",
    str(Path(__file__).parent / "opening.webm"),
]
frames = b"".join(picture(frame).tobytes() for frame in range(FRAMES))
subprocess.run(command, input=frames, check=True)
