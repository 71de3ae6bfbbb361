// tus-js-client at work: `node sender.mjs '{"endpoint": …, "token": …, "file": …, "name": …, "pauseAt": …}'`.
// Sends the file in small pieces and prints each offset; pauses at `pauseAt` until a line comes in, then goes on to the
// end. After that it begins a second upload and has it forgotten.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import * as tus from "tus-js-client";

const { endpoint, token, file, name, pauseAt } = JSON.parse(process.argv[2]);
const say = (what) => console.log(JSON.stringify(what));
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const options = {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: name, filetype: "video/mp4" },
  chunkSize: 65536,
  retryDelays: Array(50).fill(200),
  storeFingerprintForResuming: false,
  onError: (error) => say({ error: String(error) }),
};

let paused = false;
const upload = new tus.Upload(createReadStream(file), {
  ...options,
  onChunkComplete: async (size, offset) => {
    say({ offset });
    if (offset >= pauseAt && !paused) {
      paused = true;
      await upload.abort();
      say({ paused: offset, url: upload.url });
      await lines.next();
      upload.start();
    }
  },
  onSuccess: ({ lastResponse }) => {
    say({ digest: lastResponse.getHeader("Upload-Digest") });
    forgotten.start();
  },
});

const forgotten = new tus.Upload(createReadStream(file), {
  ...options,
  onChunkComplete: async () => {
    await forgotten.abort(true);
    say({ forgotten: forgotten.url });
    process.exit();
  },
});

upload.start();
