"""How long an encoder may take before it is stopped."""

S_PER_FRAME = 8.0  # an encode of seven languages took 0.3 s a frame on a loaded machine; more is a hang
LEAST_S = 300.0


def deadline_s(frames: int) -> float:
    """Seconds for a process that encodes so many pictures."""
    return max(LEAST_S, frames * S_PER_FRAME)
