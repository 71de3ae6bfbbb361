"""Draw the neutral mark that stands where a logo will, a ring: `python brand/plain/draw_logo.py`."""

from pathlib import Path

from PIL import Image, ImageDraw

SIZE, SCALE, STROKE = 512, 4, 72  # pixels of the file, drawn four times as large; the ring's width

alpha = Image.new("L", (SIZE * SCALE, SIZE * SCALE), 0)
draw = ImageDraw.Draw(alpha)
draw.ellipse((0, 0, SIZE * SCALE - 1, SIZE * SCALE - 1), outline=255, width=STROKE * SCALE)
image = Image.new("RGBA", (SIZE, SIZE), (255, 255, 255, 0))
image.putalpha(alpha.resize((SIZE, SIZE), Image.Resampling.LANCZOS))
image.save(Path(__file__).parent / "logo.png", optimize=True)
