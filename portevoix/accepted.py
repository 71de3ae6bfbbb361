"""What of a film is read at all, by ffmpeg and by PyAV alike: containers, codecs, layouts of pixels, sizes.

What cameras and editors write; holes are found in what is exotic. A container's own look inside never decides: the
demuxer is forced.
"""

from __future__ import annotations

FILMS, SOUNDS = ("mov", "matroska", "avi", "mpegts", "mpeg"), ("wav", "mp3", "flac", "ogg", "aiff")
OURS = ("aac", "png_pipe")  # of our own files alone: mixes, drawings
DEMUXERS = frozenset((*FILMS, *SOUNDS, *OURS))
DECODERS = (
    "h264,hevc,av1,libdav1d,vp8,vp9,libvpx,libvpx-vp9,mpeg4,mpeg2video,prores,dnxhd,mjpeg,png,ffv1,rawvideo,"
    "dvvideo,cfhd,v210,qtrle,hap,jpeg2000,mpeg1video,theora,huffyuv,ffvhuff,h263,msmpeg4,wmv2,vc1,"
    "aac,mp3,mp3float,mp2,mp2float,opus,libopus,vorbis,libvorbis,flac,alac,ac3,eac3,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_u8,"
    "pcm_s32be,pcm_f32be,pcm_f64le,pcm_f64be,pcm_s8,pcm_mulaw,pcm_alaw,pcm_bluray,pcm_dvd,"
    "adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,dca,truehd,wmav2"
)
KNOWN_DECODERS = frozenset(DECODERS.split(","))
LARGEST_PICTURE_PX = 8192 * 4320
LEAST_SIDE_PX = 16  # of a film's picture or a photo: below it nothing is seen, and halves of it have no pixel

_PIXELS = """
    yuv410p yuv411p yuv420p yuv422p yuv440p yuv444p yuva420p yuva422p yuva444p
    yuvj411p yuvj420p yuvj422p yuvj440p yuvj444p
    yuyv422 uyvy422 yvyu422 nv12 nv16 nv21 nv24 p010le p012le p016le p210le p216le
    vyu444 v30xle ayuv vuya vuyx uyva y210le y212le y216le
    rgb24 bgr24 rgba bgra argb abgr rgb0 bgr0 0rgb 0bgr gbrp gbrap pal8 rgb555le rgb555be rgb565le rgb565be
    rgb48le rgb48be bgr48le bgr48be rgba64le rgba64be bgra64le bgra64be xyz12le
    gray ya8 ya16le ya16be monow monob
"""
_DEEP = ("yuv420p", "yuv422p", "yuv440p", "yuv444p", "yuva420p", "yuva422p", "yuva444p", "gbrp", "gbrap", "gray")
PIXEL_FORMATS = frozenset(
    [
        *_PIXELS.split(),
        *(f"{kind}{bits}{end}" for kind in _DEEP for bits in (9, 10, 12, 14, 16) for end in ("le", "be")),
    ]
)


def forced(demuxer: str) -> dict[str, str | int]:
    """The options of any reader: this demuxer alone, nothing but files, the known decoders, bounded pictures.

    Raises ValueError for a demuxer that is not let in: our own look at the file names none such.
    """
    if demuxer not in DEMUXERS:
        raise ValueError(f"{demuxer!r} is no container that is let in")
    return {
        "protocol_whitelist": "file",
        "format_whitelist": demuxer,
        "codec_whitelist": DECODERS,
        "max_pixels": LARGEST_PICTURE_PX,
    }
