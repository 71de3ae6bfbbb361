// A film by its frames: which one is on the screen, steps, shuttle. Times are seconds of the film.

const SPEEDS = [1, 2, 4];

export class Player {
  constructor(video, fps) {
    this.video = video;
    this.fps = fps;
    this.shown = 0;
    this.loop = null;
    this.heard = new Set();
    this.#watch();
    video.addEventListener("seeked", () => this.#tell());
    video.addEventListener("timeupdate", () => this.#tell());
  }

  // The frame by the picture's own time: `floor`, since a time that is a hair short of its frame is rounded by nobody.
  get frame() { return Math.floor(this.time * this.fps + 1e-4); }
  get time() { return this.video.paused ? this.video.currentTime : Math.max(this.shown, 0); }

  #watch() {
    const note = (_, { mediaTime }) => {
      this.shown = mediaTime;
      if (this.loop && mediaTime >= this.loop[1] - 1 / this.fps) this.seek(this.loop[0]);
      this.#tell();
      this.video.requestVideoFrameCallback(note);
    };
    this.video.requestVideoFrameCallback?.(note);
  }

  #tell() { for (const one of this.heard) one(); }

  // To the middle of the frame that stands at `time`: the edge of a frame may show the one before.
  seek(time) {
    const most = (this.video.duration || time + 1) - 0.5 / this.fps;
    const middle = (Math.floor(Math.max(time, 0) * this.fps + 1e-4) + 0.5) / this.fps;
    this.video.currentTime = Math.min(middle, Math.max(most, 0));
    this.shown = this.video.currentTime;
  }

  step(frames) { this.video.pause(); this.seek((this.frame + frames) / this.fps); }

  toggle() { this.video.paused ? this.video.play().catch(() => {}) : this.video.pause(); }

  // J K L: each stroke in one direction is faster; backwards by steps, which browsers do not play.
  shuttle(key) {
    clearInterval(this.back);
    if (key === "k") { this.video.pause(); this.video.playbackRate = 1; return; }
    if (key === "l") {
      const next = this.video.paused ? 1 : SPEEDS[Math.min(SPEEDS.indexOf(this.video.playbackRate) + 1, SPEEDS.length - 1)];
      this.video.playbackRate = next;
      this.video.play().catch(() => {});
      return;
    }
    this.video.pause();
    this.back = setInterval(() => (this.video.currentTime > 0 ? this.step(-2) : clearInterval(this.back)), 2000 / this.fps);
  }

  // Another file of the same film in its place, at the same second.
  swap(address) {
    const { video } = this, time = video.currentTime, plays = !video.paused, rate = video.playbackRate;
    video.addEventListener("loadedmetadata", () => {
      video.currentTime = Math.min(time, video.duration || time);
      video.playbackRate = rate;
      if (plays) video.play().catch(() => {});
    }, { once: true });
    video.src = address;
  }
}

export function filmAddress(job, film) {
  return `/jobs/${job}/deliveries/${film.path.split("/").map(encodeURIComponent).join("/")}?file=${film.sha256.slice(0, 16)}`;
}

export async function asked(address, how = {}) {
  const body = how.body === undefined ? {} : { body: JSON.stringify(how.body) };
  const headers = { Accept: "application/json", ...(body.body ? { "Content-Type": "application/json" } : {}), ...how.headers };
  const answer = await fetch(address, { ...how, headers, ...body });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw Object.assign(new Error(problem.detail ?? answer.statusText), { status: answer.status, problem });
  }
  return answer;
}
