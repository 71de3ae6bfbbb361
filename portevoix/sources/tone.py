"""High dynamic range brought down to BT.709, in ffmpeg's words."""

from __future__ import annotations

from portevoix.sources.probe import Source

WHITE_NITS = 203  # reference white of ITU-R BT.2408


def tone_mapping(source: Source) -> list[str]:
    """The filters after which a picture of the source is BT.709 in limited range; none where it is no HDR."""
    if not source.hdr:
        return []
    return [
        f"zscale=tin={source.hdr}:min=bt2020nc:pin=bt2020:t=linear:npl={WHITE_NITS}",
        "format=gbrpf32le",
        "zscale=p=bt709",
        "tonemap=mobius:desat=0",
        "zscale=t=bt709:m=bt709:r=tv",
    ]
