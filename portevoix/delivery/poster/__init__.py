"""The poster of a video: a sharp, well-lit frame, with a face where there is one, or the frame that its author names.

`choice` needs NumPy and OpenCV, which take long to load; it is imported where a poster is really chosen.
"""

from portevoix.delivery.poster.make import cover_second, make_poster, poster_second

__all__ = ["cover_second", "make_poster", "poster_second"]
