"""Draw the second institution's logo, a sun that rises from three waves, in its variants: `python brand/rivage/draw_logo.py`."""

from math import pi, sin
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT, SCALE = 680, 544, 4
GREEN, OCHRE, PAPER, GOLD = (20, 82, 66, 255), (217, 142, 43, 255), (247, 244, 236, 255), (240, 186, 92, 255)
WAVES = ((0.55, 0.00), (0.73, 0.10), (0.91, 0.20))  # height of each in the picture, and how much narrower it is
THICK, SWELL = 0.105, 0.034  # of the height


def shore(sun: tuple[int, int, int, int], sea: tuple[int, int, int, int]) -> Image.Image:
    width, height = WIDTH * SCALE, HEIGHT * SCALE
    image = Image.new("RGBA", (width, height), (*sea[:3], 0))
    draw = ImageDraw.Draw(image)
    radius, middle = height * 0.36, width / 2
    draw.pieslice((middle - radius, height * 0.05, middle + radius, height * 0.05 + 2 * radius), 180, 360, fill=sun)
    for level, narrower in WAVES:
        left, right = width * narrower + height * THICK / 2, width * (1 - narrower) - height * THICK / 2
        steps = 240
        for step in range(steps + 1):  # a round pen along one and a half swells
            x = left + (right - left) * step / steps
            y = height * (level - SWELL * sin(3 * pi * step / steps))
            pen = height * THICK / 2
            draw.ellipse((x - pen, y - pen, x + pen, y + pen), fill=sea)
    return image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


for name, image in {
    "dark": shore(OCHRE, GREEN),
    "light": shore(GOLD, PAPER),
    "monochrome": shore(PAPER, PAPER),
}.items():
    image.save(Path(__file__).parent / f"logo_{name}.png", optimize=True)
