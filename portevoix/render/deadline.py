"""How long ffmpeg may take before it is stopped."""

S_PER_FRAME = 8.0  # an encode of seven languages took 0.3 s a frame on a loaded machine; more is a hang
S_PER_SECOND = 8.0  # of a film that is only decoded: three pictures a second
LEAST_S = 300.0
LONGEST_S = 4 * 3600.0  # a film of two hours at half its speed


def deadline_s(frames: int) -> float:
    """Seconds for a process that encodes so many pictures."""
    return min(max(LEAST_S, frames * S_PER_FRAME), LONGEST_S)


def decoding_deadline_s(film_s: float) -> float:
    """Seconds for a process that decodes a film of so many seconds and encodes nothing."""
    return min(max(LEAST_S, film_s * S_PER_SECOND), LONGEST_S)
