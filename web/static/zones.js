// What a platform's own buttons may cover, drawn over a film: from the dated margins of its placement, in parts of a frame.

// Where buttons stand within the covered margins: x, y, width, height in parts of the frame, as a reader of the platform sees them.
const STORY = [[0.06, 0.035, 0.88, 0.006], [0.06, 0.055, 0.075, 0.042], [0.16, 0.065, 0.3, 0.018], [0.06, 0.925, 0.62, 0.048], [0.74, 0.93, 0.08, 0.04], [0.86, 0.93, 0.08, 0.04]];
const COLUMN = [0.52, 0.6, 0.68, 0.76, 0.84].map(y => [0.87, y, 0.085, 0.048]).concat([[0.06, 0.83, 0.42, 0.02], [0.06, 0.86, 0.6, 0.016], [0.06, 0.885, 0.5, 0.016]]);

export function drawZone(box, video, film, zones) {
  const known = film && (zones[film.placement] ?? (film.format === "story" ? zones[`@${film.account}`] ?? Object.values(zones)[0] : null));
  box.hidden = !known;
  box.replaceChildren();
  if (!known || !video.videoWidth) return;
  const shown = picture(video);
  Object.assign(box.style, px(shown));
  const [left, top, right, bottom] = known.zone, full = { x: 0, y: 0, w: 1, h: 1 };
  const covered = [{ ...full, h: top }, { ...full, y: 1 - bottom, h: bottom }, { x: 0, y: top, w: left, h: 1 - top - bottom }, { x: 1 - right, y: top, w: right, h: 1 - top - bottom }];
  for (const one of covered) box.append(placed("b", one));
  box.append(placed("i", { x: left, y: top, w: 1 - left - right, h: 1 - top - bottom }));
  const column = /reel|short|tiktok/.test(film.placement ?? "");
  for (const [x, y, w, h] of column ? COLUMN : STORY) box.append(placed("u", { x, y, w, h }));
}

function placed(name, { x, y, w, h }) {
  const one = document.createElement(name);
  Object.assign(one.style, { left: `${x * 100}%`, top: `${y * 100}%`, width: `${w * 100}%`, height: `${h * 100}%` });
  return one;
}

// Where the picture lies within its element, which may be of another shape.
export function picture(video) {
  const scale = Math.min(video.clientWidth / video.videoWidth, video.clientHeight / video.videoHeight);
  const width = video.videoWidth * scale, height = video.videoHeight * scale;
  return { left: video.offsetLeft + (video.clientWidth - width) / 2, top: video.offsetTop + (video.clientHeight - height) / 2, width, height };
}

const px = box => Object.fromEntries(Object.entries(box).map(([name, value]) => [name, `${value}px`]));
