// The list of jobs renews itself while a job in it is at work, and when the reader comes back to it.
import { refresh } from "./desk.js";

const EVERY_MS = 3000;

async function look() {
  if (document.visibilityState === "visible" && document.querySelector("[data-unended]")) await refresh();
  setTimeout(look, EVERY_MS);
}

document.querySelector(".sieve form")?.addEventListener("change", event => {
  if (event.target.matches("select, [type=checkbox]")) event.currentTarget.requestSubmit();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
setTimeout(look, EVERY_MS);
