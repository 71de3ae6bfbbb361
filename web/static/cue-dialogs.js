// Changes of many cues at once. Find and replace shows what will change first, and each can be left out.
import * as List from "./cues.js";

export class Dialogs {
  constructor(state, said, dir, change) {
    Object.assign(this, { state, said, dir, change, finder: document.getElementById("find"), shifter: document.getElementById("shift") });
    this.form = this.finder.querySelector("form");
    this.finder.addEventListener("input", event => { if (event.target.name) this.#look(); });
    this.finder.addEventListener("close", () => this.finder.returnValue === "yes" && this.#replace());
    this.shifter.addEventListener("close", () => this.shifter.returnValue === "yes" && this.#shift());
  }

  find() { this.finder.returnValue = ""; this.finder.showModal(); this.#look(); }
  shift() { this.shifter.returnValue = ""; this.shifter.showModal(); }

  #look() {
    const { form } = this, wanted = form.wanted.value;
    const found = List.found(this.state.cues, wanted, form.instead.value, form.exactly.checked);
    form.querySelector(".count").textContent = wanted ? this.said.found.replace("%(count)s", found.length) : "";
    form.querySelector("[value=yes]").disabled = !found.length;
    form.querySelector(".changes").replaceChildren(...found.map(change => this.#shown(change)));
    this.changes = found;
  }

  #shown(change) {
    const item = document.createElement("li"), label = document.createElement("label"), tick = document.createElement("input");
    Object.assign(tick, { type: "checkbox", checked: true, value: change.id });
    const [before, after] = ["del", "ins"].map(name => Object.assign(document.createElement(name), { dir: this.dir }));
    [before.textContent, after.textContent] = [change.before, change.after];
    label.append(tick, before, after);
    item.append(label);
    return item;
  }

  #replace() {
    const off = new Set([...this.form.querySelectorAll(".changes input:not(:checked)")].map(tick => Number(tick.value)));
    this.change(List.replaced(this.state.cues, this.changes.filter(one => !off.has(one.id))));
  }

  #shift() {
    const form = this.shifter.querySelector("form"), by = Math.round(Number(form.by.value.replace(",", ".")) * 1000);
    if (by) this.change(List.shifted(this.state.cues, by, form.from.value === "here" ? this.state.chosen : null));
  }
}
