/* While a post is written: asks which of its words advertising rules would stop at, and says so above the form. */
(() => {
  "use strict";
  const script = document.currentScript;
  const { address, heading, note, stops, go } = script.dataset;
  const PAUSE = 900;
  let timer = 0;
  let asked = "";

  const draftail = (raw) => {
    try {
      return (JSON.parse(raw)?.blocks ?? []).map((block) => block.text).join("\n");
    } catch {
      return "";
    }
  };

  const CARD = /-(own_title|reason|not_for|pros-\d+-value|cons-\d+-value)$/;
  const placeOf = (name) => {
    if (name === "title" || name === "seo_title") return "title";
    if (["verdict", "price_note", "conditions", "shipping"].includes(name) || CARD.test(name)) return "card";
    if (/^body-\d+-value/.test(name) || name === "search_description") return "text";
    return "";
  };

  const SILENT = /-(item|image|label|ai_use|approval)$/;
  const wordsOf = (field) => (field.value.startsWith("{") ? draftail(field.value) : field.value);

  const texts = (form) => {
    const found = new URLSearchParams();
    for (const field of form.elements) {
      const place = field.name ? placeOf(field.name) : "";
      if (!place || SILENT.test(field.name) || !field.value) continue;
      const value = wordsOf(field);
      if (value && field.type !== "checkbox") found.append(place, value);
    }
    const page = form.action.match(/\/pages\/(\d+)\/edit\//);
    if (page) found.set("page", page[1]);
    return found;
  };

  /* The field that holds a word; the editor of rich text is a hidden field beside what one sees. */
  const fieldOf = (form, one) =>
    (one.word && [...form.elements].find((field) => field.name && placeOf(field.name) === one.place && wordsOf(field).includes(one.word)))
    || (one.place === "title" && form.elements.title);
  const lead = (field) => {
    const shown = field.type === "hidden" ? field.closest("[data-contentpath]")?.querySelector("[contenteditable=true]") : field;
    shown?.scrollIntoView({ block: "center" });
    shown?.focus({ preventScroll: true });
  };

  const box = (form) => {
    let made = document.getElementById("zc-checks");
    if (!made) {
      made = document.createElement("section");
      made.id = "zc-checks";
      made.className = "zc-checks";
      made.setAttribute("role", "status");
      made.setAttribute("aria-live", "polite");
      form.prepend(made);
    }
    return made;
  };

  const add = (parent, tag, text, name) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (name) made.className = name;
    parent.append(made);
    return made;
  };

  const show = (form, findings) => {
    const place = box(form);
    place.replaceChildren();
    place.hidden = findings.length === 0;
    if (place.hidden) return;
    add(place, "h2", heading, "zc-checks__heading");
    const list = add(place, "ul", "");
    for (const one of findings) {
      const row = add(list, "li", "", one.serious ? "zc-checks__serious" : "");
      add(row, "strong", [one.stops ? "✕" : "", one.where, one.word && `「${one.word}」`].filter(Boolean).join(" "));
      add(row, "span", ` ${one.sentence} `);
      add(row, "small", one.risk);
      const field = fieldOf(form, one);
      if (!field) continue;
      const button = add(row, "button", go, "button button-small button-secondary zc-checks__go");
      button.type = "button";
      button.addEventListener("click", () => lead(field));
    }
    add(place, "p", findings.some((one) => one.stops) ? `${stops} ${note}` : note);
  };

  const ask = async (form) => {
    const body = texts(form);
    if (body.toString() === asked) return;
    asked = body.toString();
    const token = form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    try {
      const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token } });
      if (answer.ok) show(form, (await answer.json()).findings);
    } catch {
      asked = "";
    }
  };

  const begin = () => {
    const form = document.querySelector("form[data-edit-form], #page-edit-form");
    if (!form?.querySelector("[name=verdict]")) return;
    /* Whoever approves has read the same above the post: the list comes once something is changed. */
    let quiet = document.querySelector(".zc-found") !== null;
    const soon = (event) => {
      if (event?.isTrusted) quiet = false;
      if (quiet) return;
      clearTimeout(timer);
      timer = setTimeout(() => ask(form), PAUSE);
    };
    /* Facts are those of the saved draft: it is asked again when the draft is saved. */
    const again = () => {
      quiet = false;
      asked = "";
      soon();
    };
    soon();
    document.addEventListener("w-autosave:success", again);
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    new MutationObserver(() => soon()).observe(form, { childList: true, subtree: true });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
