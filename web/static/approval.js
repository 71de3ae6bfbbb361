// Beside the film its words: a click plays from a caption, and the one that is heard is marked.
const film = document.getElementById("film");
const cues = [...document.querySelectorAll("#cues li")];

document.getElementById("cues")?.addEventListener("click", event => {
  const button = event.target.closest("[data-seek]");
  if (!button || !film) return;
  film.currentTime = Number(button.dataset.seek) + .001;
  film.play();
});

document.querySelector(".languages-to [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

film?.addEventListener("timeupdate", () => {
  for (const cue of cues) {
    const heard = film.currentTime >= Number(cue.dataset.start) && film.currentTime < Number(cue.dataset.end);
    cue.toggleAttribute("data-heard", heard);
  }
});
