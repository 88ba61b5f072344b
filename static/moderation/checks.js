/* While a post is written: asks which of its words advertising rules would stop at, and says so above the form. */
(() => {
  "use strict";
  const script = document.currentScript;
  const { address, heading, note } = script.dataset;
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

  const texts = (form) => {
    const found = new URLSearchParams();
    for (const field of form.elements) {
      const place = field.name ? placeOf(field.name) : "";
      if (!place || /-(item|image|label|ai_use|approval)$/.test(field.name) || !field.value) continue;
      const value = field.value.startsWith("{") ? draftail(field.value) : field.value;
      if (value && field.type !== "checkbox") found.append(place, value);
    }
    return found;
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
      add(row, "strong", `${one.where} 「${one.word}」`);
      add(row, "span", ` ${one.sentence} `);
      add(row, "small", one.risk);
    }
    add(place, "p", note);
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
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => ask(form), PAUSE);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    new MutationObserver(soon).observe(form, { childList: true, subtree: true });
    soon();
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
