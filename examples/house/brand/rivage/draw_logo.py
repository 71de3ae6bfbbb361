"""Draw the second institution's logo, a sun that rises from three waves, in its variants.

`python draw_logo.py` in its folder.
"""

from math import pi, sin
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT, SCALE = 680, 544, 4
GREEN, OCHRE, PAPER, GOLD = (20, 82, 66, 255), (217, 142, 43, 255), (247, 244, 236, 255), (240, 186, 92, 255)
WAVES = ((0.55, 0.00), (0.73, 0.10), (0.91, 0.20))  # height of each in the picture, and how much narrower it is
THICK, SWELL = 0.105, 0.034  # of the height
RADIUS, HEAD = 0.36, 0.05  # of the sun, and its distance from the top, of the height

Colour = tuple[int, int, int, int]


def shore(sun: Colour, sea: Colour, risen: float = 1, reach: tuple[float, float, float] = (1, 1, 1)) -> Image.Image:
    """The logo; `risen`: how far the sun is up, `reach`: how long each wave is, 0 to 1."""
    width, height = WIDTH * SCALE, HEIGHT * SCALE
    image = Image.new("RGBA", (width, height), (*sea[:3], 0))
    radius, middle, water = height * RADIUS, width / 2, height * (HEAD + RADIUS)
    sky = Image.new("RGBA", (width, round(water)), (*sun[:3], 0))
    top = height * HEAD + radius * (1 - risen)
    ImageDraw.Draw(sky).ellipse((middle - radius, top, middle + radius, top + 2 * radius), fill=sun)
    image.paste(sky, (0, 0))
    draw = ImageDraw.Draw(image)
    for (level, narrower), part in zip(WAVES, reach, strict=True):
        pen = height * THICK / 2
        half = (width * (0.5 - narrower) - pen) * part
        steps = 240
        for step in range(steps + 1) if part > 0 else ():  # a round pen along one and a half swells
            x = middle - half + 2 * half * step / steps
            whole = (x - width * narrower - pen) / (width * (1 - 2 * narrower) - 2 * pen)
            y = height * (level - SWELL * sin(3 * pi * whole))
            draw.ellipse((x - pen, y - pen, x + pen, y + pen), fill=sea)
    return image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    variants = {"dark": shore(OCHRE, GREEN), "light": shore(GOLD, PAPER), "monochrome": shore(PAPER, PAPER)}
    for name, image in variants.items():
        image.save(Path(__file__).parent / f"logo_{name}.png", optimize=True)
