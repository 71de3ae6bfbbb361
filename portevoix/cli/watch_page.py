"""The page that shows a draft: it keeps its place when it is loaded again, and draws a platform's buttons over it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from portevoix.authoring.placement import Placement
from portevoix.drawing.canvas import SIZES
from portevoix.library import ROOT

ZONES_SCRIPT = ROOT / "web" / "static" / "zones.js"  # the review's own: both show the same buttons
PAGE = """<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">
<title>Portevoix: draft</title>
<style>
html,body{height:100%;margin:0;background:#111;color:#eee;font:16px system-ui,sans-serif}
body{display:grid;grid-template-rows:1fr auto}
main{position:relative;min-height:0}
video{position:absolute;inset:0;width:100%;height:100%;object-fit:contain}
.zone{position:absolute;pointer-events:none}.zone[hidden]{display:none}
.zone>*{position:absolute}
.zone b{background:repeating-linear-gradient(45deg,rgb(255 60 60/.3) 0 8px,rgb(255 60 60/.16) 8px 16px)}
.zone i{box-sizing:border-box;border:1.5px dashed #fff;outline:1.5px dashed rgb(0 0 0/.5)}
.zone u{border-radius:99px;background:rgb(255 255 255/.85);box-shadow:0 0 0 1px rgb(0 0 0/.35)}
label{display:flex;gap:.75rem;align-items:center;padding:.5rem .75rem;font-size:.9rem}
label[hidden]{display:none}
select{font:inherit;min-height:2.75rem;padding:0 .5rem;border:1px solid #888;border-radius:6px}
select{background:#222;color:inherit}
</style>
<main><video controls autoplay muted playsinline></video><div class=zone hidden></div></main>
<label>Buttons of the platform <select><option value="">none</option></select></label>
<script type=module>
import { drawZone } from "/zones.js";
const zones = ZONES, format = FORMAT, draft = DRAFT;
const [video, box, select] = ["video", ".zone", "select"].map(name => document.querySelector(name));
for (const name of Object.keys(zones)) select.add(new Option(name.replaceAll("_", " "), name));
select.value = localStorage.getItem("buttons") ?? "";
select.parentElement.hidden = !select.options[1];
const draw = () => drawZone(box, video, select.value && { placement: select.value, format }, zones);
select.onchange = () => { localStorage.setItem("buttons", select.value); draw(); };
video.onloadedmetadata = draw;
addEventListener("resize", draw);
// Where the page was: of a draft that still grows, once as much of it is here.
const kept = JSON.parse(sessionStorage.getItem("place") ?? "{}"), place = kept.draft === draft ? kept.at : 0;
let back = place > 0;
const arrive = () => {
  const here = video.buffered.length ? video.buffered.end(video.buffered.length - 1) : 0;
  const reached = video.src.endsWith("/draft.mp4") && video.readyState > 0;
  if (!back || !(reached || here > place)) return;
  back = false;
  video.currentTime = place;
  if (kept.paused) video.pause();
};
for (const event of ["loadedmetadata", "progress", "timeupdate"]) video.addEventListener(event, arrive);
const here = () => JSON.stringify({ draft, at: video.currentTime, paused: video.paused });
const keep = () => back || sessionStorage.setItem("place", here());
for (const event of ["timeupdate", "pause", "seeked"]) video.addEventListener(event, keep);
// A browser seeks in no answer without an end: a draft that still grows is handed to it piece by piece.
const grow = async () => {
  const source = new MediaSource(), opened = new Promise(done => source.addEventListener("sourceopen", done));
  video.src = URL.createObjectURL(source);
  await opened;
  let buffer = null, begin = new Uint8Array();
  for await (const piece of (await fetch("/draft.mp4")).body) {
    let next = piece;
    if (!buffer) {
      next = begin = new Uint8Array([...begin, ...piece]);
      const at = begin.findIndex((_, n) => String.fromCharCode(...begin.slice(n, n + 4)) === "avcC");
      if (at < 0 || begin.length < at + 8) continue;
      const level = [...begin.slice(at + 5, at + 8)].map(byte => byte.toString(16).padStart(2, "0")).join("");
      buffer = source.addSourceBuffer(`video/mp4; codecs="avc1.${level}, mp4a.40.2"`);
    }
    buffer.appendBuffer(next);
    await new Promise(done => buffer.addEventListener("updateend", done, { once: true }));
    arrive();
  }
  if (source.readyState === "open") source.endOfStream();
};
const whole = () => { video.src = "/draft.mp4"; };
if (GROWING) grow().catch(whole); else whole();
</script></html>
"""


def as_it_is(page: bytes, growing: bool) -> bytes:
    """The page of a draft that still grows, or is whole."""
    return page.replace(b"if (GROWING)", b"if (%s)" % (b"true" if growing else b"false"))


def page_of(format: str, placements: Mapping[str, Placement], draft: str) -> bytes:
    """The page. `placements`: those whose buttons may be drawn over a story; `draft`: what distinguishes this one."""
    width, height = SIZES["story"]
    zones = {
        name: {"zone": [zone.left / width, zone.top / height, zone.right / width, zone.bottom / height]}
        for name, placement in placements.items()
        if format == "story" and (zone := placement.safe_zone)
    }
    page = PAGE
    for word, value in (("ZONES", zones), ("FORMAT", format), ("DRAFT", draft)):
        page = page.replace(f"= {word}", f"= {json.dumps(value)}", 1)
    return page.encode()
