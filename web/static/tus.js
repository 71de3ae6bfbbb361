// A file on its way to the service, by tus 1.0.0: in pieces, going on after a cut where the service says that it ended.

const PIECE = 8 * 1024 * 1024;
const VERSION = { "Tus-Resumable": "1.0.0" };
const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15000;
const GONE = [403, 404, 410];
const SIGNED_OUT = 401;
const PASSES = [0, 409, 423, 429, 460, 500, 502, 503, 504]; // what may be otherwise in a moment

export class Refused extends Error {
  constructor(status, detail) {
    super(detail || `HTTP ${status}`);
    this.status = status;
  }
}

// `place`: where an earlier visit began this upload. `onPlace`, `onProgress` (bytes sent), `onWait` (why: "offline" or
// "signed-out", null when it goes on) hear of what happens.
export class Upload {
  constructor(file, name, { place = null, onPlace, onProgress, onWait }) {
    Object.assign(this, { file, name, place, onPlace, onProgress, onWait });
    this.offset = 0;
    this.stopped = false;
    this.request = null;
  }

  // The file's SHA-256, when all of it has arrived; null where it was aborted. Throws Refused where no waiting helps.
  async send() {
    for (let tries = 0; !this.stopped;) {
      try {
        const digest = await this.goOn();
        if (digest) return digest;
        tries = 0;
      } catch (error) {
        if (this.stopped) break;
        if (!(error instanceof Refused)) throw error;
        if (GONE.includes(error.status) && this.place) this.place = null;
        else if (error.status !== SIGNED_OUT && !PASSES.includes(error.status)) throw error;
        this.onWait(error.status === SIGNED_OUT ? "signed-out" : "offline");
        this.known = false;
        await quiet(Math.min(SHORTEST_WAIT_MS * 2 ** tries++, LONGEST_WAIT_MS));
      }
    }
    return null;
  }

  // One request: where to begin, where to go on, or the next piece.
  async goOn() {
    if (!this.place) {
      const made = await this.ask("POST", "/uploads", { "Upload-Length": this.file.size, "Upload-Metadata": this.metadata() });
      this.place = made.getResponseHeader("Location");
      this.onPlace(this.place);
      return this.arrived(made);
    }
    if (!this.known) return this.arrived(await this.ask("HEAD", this.place));
    const piece = this.file.slice(this.offset, this.offset + PIECE);
    const headers = { "Upload-Offset": this.offset, "Content-Type": "application/offset+octet-stream" };
    return this.arrived(await this.ask("PATCH", this.place, headers, piece));
  }

  arrived(answer) {
    this.offset = Number(answer.getResponseHeader("Upload-Offset"));
    this.known = true;
    this.onWait(null);
    this.onProgress(this.offset);
    return answer.getResponseHeader("Upload-Digest");
  }

  metadata() {
    const bytes = new TextEncoder().encode(this.name);
    return `filename ${btoa(String.fromCharCode(...bytes))}`;
  }

  async abort() {
    this.stopped = true;
    this.request?.abort();
    if (this.place) await this.ask("DELETE", this.place).catch(() => {});
  }

  ask(method, address, headers = {}, body = null) {
    return new Promise((resolve, reject) => {
      const request = this.request = new XMLHttpRequest();
      const began = this.offset;
      request.open(method, address);
      for (const [name, value] of Object.entries({ ...VERSION, ...headers })) request.setRequestHeader(name, value);
      if (body) request.upload.onprogress = event => this.onProgress(began + event.loaded);
      const refuse = () => reject(new Refused(request.status, detailOf(request)));
      request.onload = () => (request.status < 300 ? resolve(request) : refuse());
      request.onerror = request.onabort = request.ontimeout = refuse;
      request.send(body);
    });
  }
}

function detailOf(request) {
  try {
    return JSON.parse(request.responseText).detail;
  } catch {
    return "";
  }
}

// A while without asking; shorter where the browser says that it is connected again.
function quiet(milliseconds) {
  return new Promise(resolve => {
    const done = () => { clearTimeout(timer); removeEventListener("online", done); resolve(); };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
  });
}
