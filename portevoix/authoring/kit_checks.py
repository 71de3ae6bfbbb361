"""What makes a brand kit unusable: its files, its contrasts, its logo, its fonts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from portevoix.authoring.brand import LOGO_VARIANTS, SHADE, BrandKit, LogoVariant
from portevoix.authoring.colours import (
    LEAST_CONTRAST,
    LEAST_LOGO_CONTRAST,
    contrast,
    luminance,
    luminance_contrast,
    over_anything,
)
from portevoix.authoring.document import Place
from portevoix.authoring.kit_chain import KitChain
from portevoix.authoring.logo import LogoFile, look_at_logo

NARROWEST_MARGIN = 5.5  # of the formats' safe zones, in hundredths of the short side: 60 pixels of 1080
STING_ENDINGS = (".mov", ".webm")  # files that may carry transparency


def logos_of(kit: BrandKit, chain: KitChain) -> tuple[dict[LogoVariant, LogoFile], list[tuple[Place, str]]]:
    """The logo's usable files, and what is wrong with the others."""
    logos: dict[LogoVariant, LogoFile] = {}
    faults: list[tuple[Place, str]] = []
    for variant, name in kit.logo.files().items():
        path = chain.find(name)
        logo = path if isinstance(path, str) else look_at_logo(path)
        if isinstance(logo, str):
            faults.append((("logo", variant), logo if isinstance(path, str) else f"{name} {logo}"))
        else:
            logos[variant] = logo
    shapes = {variant: logo.shape for variant, logo in logos.items()}
    if shapes and max(shapes.values()) > min(shapes.values()) * 1.03:
        shown = ", ".join(f"{variant} {shape:.2f}" for variant, shape in shapes.items())
        faults.append((("logo",), f"its files are not of one shape (width by height: {shown}); cut them alike"))
    return logos, faults


def faults_of(
    kit: BrandKit, logos: Mapping[LogoVariant, LogoFile], chain: KitChain, serving: Mapping[str, Collection[str]]
) -> Iterator[tuple[Place, str]]:
    """What else is wrong with a kit, each with its place. `serving`: the families that set each script."""
    yield from _file_faults(kit, chain)
    yield from _contrast_faults(kit, chain)
    yield from _logo_faults(kit, logos, chain)
    yield from _font_faults(kit, serving)


def _file_faults(kit: BrandKit, chain: KitChain) -> Iterator[tuple[Place, str]]:
    for key in ("opening", "closing"):
        sting = getattr(kit.stings, key, None)
        if sting is None:
            continue
        if isinstance(found := chain.find(sting), str):
            yield ("stings", key), found
        elif found.suffix.lower() not in STING_ENDINGS:
            yield ("stings", key), f"{sting} cannot carry transparency; export it as {', '.join(STING_ENDINGS)}"
    if kit.music and isinstance(found := chain.find(kit.music), str):
        yield ("music",), found


def _font_faults(kit: BrandKit, serving: Mapping[str, Collection[str]]) -> Iterator[tuple[Place, str]]:
    known = list(dict.fromkeys(family for row in serving.values() for family in row))
    for role in ("title", "text"):
        for script, family in kit.fonts.of(role).items():
            if family not in known:
                yield ("fonts", role, script), f"the family {family!r} is not in fonts/, which has {', '.join(known)}"
            elif family not in serving[script]:
                able = ", ".join(serving[script])
                yield ("fonts", role, script), f"the family {family!r} does not serve {script}; choose {able}"


def _logo_faults(kit: BrandKit, logos: Mapping[LogoVariant, LogoFile], chain: KitChain) -> Iterator[tuple[Place, str]]:
    logo = kit.logo
    if not logo.files():
        yield ("logo",), f"names no file; give at least one of {', '.join(LOGO_VARIANTS)}"
    elif not logo.plate and logo.over_pictures not in logo.files():
        yield (
            ("logo", "over_pictures"),
            f"over_pictures is {logo.over_pictures!r}, but there is no such file (there is {', '.join(logo.files())}); "
            "add it, or choose another",
        )
    if logo.size < logo.min_size:
        yield (
            chain.nearest(("logo", "size"), ("logo", "min_size")),
            f"size {logo.size:g} is below min_size {logo.min_size:g}; raise size",
        )
    if logo.size * logo.clear_space > NARROWEST_MARGIN:
        yield (
            chain.nearest(("logo", "clear_space"), ("logo", "size")),
            f"clear_space {logo.clear_space:g} of size {logo.size:g} is {logo.size * logo.clear_space:.1f} "
            f"hundredths of the "
            f"frame, whose edge is {NARROWEST_MARGIN:g} away; lower one of them",
        )
    # It must stand out where cards put it; a monochrome one takes a colour that does.
    if not logos or "monochrome" in logos:
        return
    for ground in ("ground", *(["accent"] if kit.cards.ground == "band" else [])):
        colour = getattr(kit.colours, ground)
        ratios = {name: luminance_contrast(file.luminance, luminance(colour)) for name, file in logos.items()}
        best = max(ratios, key=lambda name: ratios[name])
        if ratios[best] < LEAST_LOGO_CONTRAST:
            yield (
                ("logo",),
                f"none of its files stands out on colours.{ground} (best: {best}, {ratios[best]:.1f}:1; at least "
                f"{LEAST_LOGO_CONTRAST:g}:1 is seen); add another variant, or `monochrome`",
            )


def _contrast_faults(kit: BrandKit, chain: KitChain) -> Iterator[tuple[Place, str]]:
    pairs = (
        ("on_ground", "ground"),
        ("on_accent", "accent"),
        ("muted", "ground"),
        ("accent_on_ground", "ground"),
        ("caption_text", "caption_box"),
        *([("on_urgent", "urgent")] if kit.colours.alert else []),
    )
    for front, back in pairs:
        ratio = contrast(getattr(kit.colours, front), getattr(kit.colours, back))
        place = chain.nearest(("colours", front), ("colours", back))
        if ratio < LEAST_CONTRAST:
            yield (
                place,
                f"{front} on {back} has a contrast of {ratio:.1f}:1; at least {LEAST_CONTRAST}:1 can be read",
            )
            continue
        if back != "ground" or front == "accent_on_ground":
            continue
        # Words over a picture stand on a shade of the ground: what counts is the ground over the brightest and the
        # darkest.
        worst = min(contrast(getattr(kit.colours, front), g) for g in over_anything(kit.colours.ground, SHADE / 255))
        if worst < LEAST_CONTRAST:
            yield (
                place,
                f"{front} on a shade of ground over a white or black picture has a contrast of {worst:.1f}:1; "
                "choose one further from ground",
            )
    look = kit.captions
    grounds = over_anything(kit.colours.caption_box, look.opacity)
    text = chain.nearest(("captions", "opacity"), ("colours", "caption_text"), ("colours", "caption_box"))
    colours: list[tuple[Place, str]] = [(text, kit.colours.caption_text)]
    colours += [(("captions", "speakers"), colour) for colour in look.speakers]
    colours += [(("captions", "highlight"), look.highlight)] if look.highlight else []
    for place, colour in colours:
        worst = min(contrast(colour, ground) for ground in grounds)
        if worst < LEAST_CONTRAST:
            yield (
                place,
                f"captions in {colour} over a white or black picture have a contrast of {worst:.1f}:1; "
                "raise captions.opacity or choose another colour",
            )
