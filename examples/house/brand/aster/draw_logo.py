"""Draw the demonstration's logo, an aster of twelve petals, in its three variants:

`python draw_logo.py` in its folder.
"""

from math import cos, pi, sin
from pathlib import Path

from PIL import Image, ImageDraw

SIZE, SCALE = 512, 4
CENTRE = SIZE * SCALE / 2
WHITE, NAVY, RED, NOTHING = (255, 255, 255, 255), (16, 35, 63, 255), (200, 16, 46, 255), (255, 255, 255, 0)


def aster(petals: tuple[int, int, int, int], heart: tuple[int, int, int, int]) -> Image.Image:
    image = Image.new("RGBA", (SIZE * SCALE, SIZE * SCALE), (*petals[:3], 0))
    draw = ImageDraw.Draw(image)
    for petal in range(12):
        angle = petal * pi / 6
        points = []
        for step in range(61):  # one petal: narrow at the heart, widest at two thirds, round at the tip
            t = step / 60
            width = 0.105 * (sin(pi * t**1.35) ** 0.8)
            points.append((0.30 + 0.68 * t, width))
        outline = points + [(r, -w) for r, w in reversed(points)]
        draw.polygon(
            [
                (
                    CENTRE + CENTRE * (r * cos(angle) - w * sin(angle)),
                    CENTRE + CENTRE * (r * sin(angle) + w * cos(angle)),
                )
                for r, w in outline
            ],
            fill=petals,
        )
    radius = CENTRE * 0.2
    draw.ellipse((CENTRE - radius, CENTRE - radius, CENTRE + radius, CENTRE + radius), fill=heart)
    return image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


for name, image in {
    "light": aster(WHITE, RED),
    "dark": aster(NAVY, RED),
    "monochrome": aster(WHITE, WHITE),
}.items():
    image.save(Path(__file__).parent / f"logo_{name}.png", optimize=True)
