// Uppy at work: `node uppy.mjs '{"endpoint": …, "token": …, "file": …, "name": …, "pauseAt": …}'`. Sends the file in
// small pieces and prints each offset; pauses at `pauseAt` until a line comes in, then goes on to the end. After that it
// begins a second upload and cancels it.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import Uppy from "@uppy/core";
import Tus from "@uppy/tus";

const { endpoint, token, file, name, pauseAt } = JSON.parse(process.argv[2]);
const say = (what) => console.log(JSON.stringify(what));
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
setTimeout(() => process.exit(1), 60_000); // rather than wait for ever
const given = { name, type: "video/mp4", data: readFileSync(file) };

const uppy = new Uppy({ autoProceed: false, allowMultipleUploadBatches: true }).use(Tus, {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  chunkSize: 65536,
  retryDelays: Array(50).fill(200),
  storeFingerprintForResuming: false,
  onSuccess: ({ lastResponse }) => say({ digest: lastResponse.getHeader("Upload-Digest") }),
});
uppy.on("upload-error", (_, error) => say({ error: String(error) }));

async function heard({ id }, { bytesUploaded }) {
  say({ offset: bytesUploaded });
  if (bytesUploaded < pauseAt || uppy.getFile(id).isPaused || heard.paused) return;
  heard.paused = true;
  uppy.pauseResume(id);
  say({ paused: bytesUploaded, url: uppy.getFile(id).tus.uploadUrl });
  await lines.next();
  uppy.pauseResume(id);
}
uppy.on("upload-progress", heard);
const first = uppy.addFile(given);
await uppy.upload();

uppy.removeFile(first);
uppy.off("upload-progress", heard);
uppy.on("upload-progress", ({ id }, { bytesUploaded }) => {
  const address = uppy.getFile(id)?.tus?.uploadUrl;
  if (!bytesUploaded || !address) return;
  uppy.cancelAll();
  say({ forgotten: address });
  setTimeout(() => process.exit(), 500);
});
uppy.addFile({ ...given, name: "other.mp4" });
await uppy.upload();
