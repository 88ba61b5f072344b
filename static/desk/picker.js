/* The product picker inside a block: one field, a choice, a card, and fields to fill by hand.
 * Everything typed stays until it has become a product: no answer, no lost connection and no lost session clears it. */
(() => {
  "use strict";

  /* How long until an incomplete product is looked at again: soon at first, then every minute for an hour. */
  const RECHECKS = 64;
  const recheckAfter = (tries) => Math.min(3000 * 2 ** tries, 60000);
  const HEADERS = { "X-Requested-With": "XMLHttpRequest", Accept: "application/json" };
  const HAND_FIELDS = [
    ["title", "title", "text"],
    ["shop", "shop", "text"],
    ["price_minor", "price", "decimal"],
    ["final_price_minor", "final_price", "decimal"],
    ["coupon_amount_minor", "coupon_amount", "decimal"],
    ["image_url", "image_url", "url"],
  ];

  /* --- Talking to the site --- */

  class Trouble extends Error {
    constructor(kind, answer) {
      super(kind);
      this.kind = kind;
      this.answer = answer || {};
    }
  }

  async function call(url, options) {
    let response;
    try {
      response = await fetch(url, { credentials: "same-origin", headers: HEADERS, ...options });
    } catch {
      throw new Trouble("offline");
    }
    if (response.status === 403 || (response.redirected && response.url.includes("/login/"))) {
      throw new Trouble("signed_out");
    }
    let answer;
    try {
      answer = await response.json();
    } catch {
      throw new Trouble("failed");
    }
    if (!response.ok) throw new Trouble("refused", answer);
    return answer;
  }

  function post(url, fields) {
    const body = new URLSearchParams(fields);
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    return call(url, { method: "POST", body, headers: { ...HEADERS, "X-CSRFToken": token ? token.value : "" } });
  }

  /* The cards of all blocks of a page come in one request. */
  let waiting = new Map();
  let loading = null;
  function loadCard(url, id) {
    return new Promise((resolve, reject) => {
      waiting.set(id, [...(waiting.get(id) || []), { resolve, reject }]);
      loading = loading || setTimeout(() => flush(url), 30);
    });
  }
  async function flush(url) {
    const asked = waiting;
    waiting = new Map();
    loading = null;
    try {
      const answer = await call(`${url}?ids=${[...asked.keys()].join(",")}`);
      const found = new Map(answer.items.map((item) => [String(item.id), item]));
      asked.forEach((who, id) => who.forEach((one) => one.resolve(found.get(id) || null)));
    } catch (trouble) {
      asked.forEach((who) => who.forEach((one) => one.reject(trouble)));
    }
  }

  /* --- Drawing, always as text, never as markup --- */

  function element(tag, classes, text) {
    const made = document.createElement(tag);
    if (classes) made.className = classes;
    if (text) made.textContent = text;
    return made;
  }
  function button(text, act, classes) {
    const made = element("button", classes || "button button-small button-secondary", text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }
  function picture(item) {
    const frame = element("span", "zc-picker__picture");
    if (/^(https?:|\/)/.test(item.image_url || "")) {
      const image = element("img");
      image.alt = "";
      image.loading = "lazy";
      image.referrerPolicy = "no-referrer";
      image.addEventListener("error", () => image.remove());
      image.src = item.image_url;
      frame.append(image);
    }
    return frame;
  }
  function priceLine(item, words) {
    const line = element("span", "zc-picker__prices");
    if (!item.final_price) {
      line.append(element("span", "zc-picker__none", words.no_price));
      return line;
    }
    line.append(element("strong", "zc-picker__final", item.final_price));
    if (item.price && item.price !== item.final_price) line.append(element("s", "", item.price));
    if (item.coupon) {
      const note = item.coupon.note ? ` · ${item.coupon.note}` : "";
      line.append(element("span", `zc-picker__coupon zc-picker__coupon--${item.coupon.state}`,
        `${words.coupon} ${item.coupon.text}${note}`));
    }
    return line;
  }
  function details(item, words) {
    const box = element("span", "zc-picker__details");
    const name = element("span", "zc-picker__title", item.title || `${words.no_title} · ${item.network_name}`);
    const where = element("span", "zc-picker__where");
    where.append(element("span", "zc-picker__network", item.network_name));
    if (item.demo && !item.network_name.includes(words.demo)) where.append(element("span", "zc-picker__demo", words.demo));
    if (item.shop) where.append(element("span", "", item.shop));
    box.append(name, where, priceLine(item, words));
    if (item.seen_at) {
      box.append(element("span", "zc-picker__seen", `${item.source} · ${words.seen} ${item.seen_at}`));
    }
    if (item.shops && item.shops.length) {
      box.append(element("span", "zc-picker__shops", `${words.also} ${item.shops.join("、")}`));
    }
    if (item.money) {
      const rate = item.money.rate ? ` · ${words.rate} ${item.money.rate}` : "";
      box.append(element("span", "zc-picker__money", `${words.earn} ${item.money.earn}${rate}`));
    }
    return box;
  }

  /* --- The controller --- */

  class Picker extends window.StimulusModule.Controller {
    static targets = ["value", "card", "ask", "box", "go", "keep", "status", "results", "hand"];
    static values = { resolve: String, items: String, longest: Number, words: Object };

    connect() {
      this.tries = 0;
      this.turn = 0;
      /* A new block gives its first field the focus; a hidden input has no use for it. */
      this.valueTarget.focus = () => (this.askTarget.hidden ? this.cardTarget.querySelector("button") : this.boxTarget)?.focus();
      if (this.valueTarget.value) this.load(this.valueTarget.value);
    }

    disconnect() {
      clearTimeout(this.later);
      this.turn += 1;
    }

    say(text, tone) {
      this.statusTarget.textContent = text || "";
      this.statusTarget.dataset.tone = tone || "";
    }

    complain(trouble) {
      this.say((trouble.answer && trouble.answer.message) || this.wordsValue[trouble.kind] || this.wordsValue.failed, "bad");
    }

    /* Asking */

    pasted() {
      setTimeout(() => this.ask(), 0);
    }

    typed(event) {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.ask();
      } else if (event.key === "Escape" && this.valueTarget.value) {
        this.keep();
      }
    }

    async ask() {
      const text = this.boxTarget.value.trim();
      if (!text) {
        this.boxTarget.focus();
        return;
      }
      if (text.length > this.longestValue) {
        this.say(this.wordsValue.too_long, "bad");
        return;
      }
      const turn = (this.turn += 1);
      this.say(this.wordsValue.asking);
      this.element.setAttribute("aria-busy", "true");
      this.resultsTarget.hidden = true;
      try {
        const answer = await post(this.resolveValue, { text });
        if (turn === this.turn) this.answered(answer);
      } catch (trouble) {
        if (turn === this.turn) this.complain(trouble);
      } finally {
        if (turn === this.turn) this.element.removeAttribute("aria-busy");
      }
    }

    answered(answer) {
      const found = answer.matches;
      if (!found.length) {
        this.say(answer.message, "bad");
      } else if (found.length === 1 && !answer.searched) {
        this.choose(found[0]);
      } else {
        this.offer(found);
        const order = answer.searched ? this.wordsValue.by_price : "";
        this.say([this.wordsValue.choose, order, answer.message].filter(Boolean).join(" "));
      }
    }

    offer(found) {
      this.resultsTarget.replaceChildren(
        ...found.map((item) => {
          const row = element("li");
          const pick = button("", () => this.choose(item), "zc-picker__row");
          pick.append(picture(item), details(item, this.wordsValue));
          row.append(pick);
          if (item.problem) row.append(element("p", "zc-picker__problem", item.problem));
          return row;
        }),
      );
      this.resultsTarget.hidden = false;
    }

    /* Choosing */

    choose(item) {
      this.valueTarget.value = item.id;
      this.tries = 0;
      this.boxTarget.value = "";
      this.resultsTarget.hidden = true;
      this.show(item);
      this.say(item.problem || (item.complete ? this.wordsValue.chosen : this.wordsValue.waiting), item.problem ? "note" : "good");
      this.valueTarget.dispatchEvent(new Event("input", { bubbles: true }));
      this.valueTarget.dispatchEvent(new Event("change", { bubbles: true }));
      this.valueTarget.focus();
      if (item.problem && !item.title) this.openHand(item);
    }

    show(item) {
      this.item = item;
      const actions = element("span", "zc-picker__actions");
      actions.append(button(this.wordsValue.change, () => this.change()));
      if (item.by_hand) actions.append(button(this.wordsValue.by_hand, () => this.openHand(this.item)));
      this.cardTarget.replaceChildren(picture(item), details(item, this.wordsValue), actions);
      this.cardTarget.hidden = false;
      this.askTarget.hidden = true;
      this.recheck(item);
    }

    async load(id) {
      this.askTarget.hidden = true;
      try {
        const item = await loadCard(this.itemsValue, String(id));
        if (item) {
          this.show(item);
          if (item.problem) this.say(item.problem, "note");
        } else {
          this.change();
          this.say(this.wordsValue.gone, "bad");
        }
      } catch (trouble) {
        this.askTarget.hidden = false;
        this.keepTarget.hidden = true;
        this.complain(trouble);
      }
    }

    /* An incomplete product is looked at again while the page is in view, so that the block completes itself. */
    recheck(item) {
      clearTimeout(this.later);
      if (item.complete || this.tries >= RECHECKS) return;
      this.later = setTimeout(async () => {
        if (document.hidden) return this.recheck(item);
        this.tries += 1;
        const id = this.valueTarget.value;
        try {
          const fresh = await loadCard(this.itemsValue, id);
          /* Whoever is choosing another one keeps the field; keeping the old one looks at it again. */
          if (!fresh || id !== this.valueTarget.value || !this.askTarget.hidden) return;
          if (this.handTarget.hidden || fresh.complete) this.show(fresh);
          else this.recheck(fresh);
          if (fresh.complete) {
            this.handTarget.hidden = true;
            this.say(this.wordsValue.chosen, "good");
          }
        } catch {
          this.recheck(item);
        }
      }, recheckAfter(this.tries));
    }

    change() {
      this.askTarget.hidden = false;
      this.handTarget.hidden = true;
      this.keepTarget.hidden = !this.item;
      this.say("");
      this.boxTarget.focus();
    }

    keep() {
      if (!this.item) return;
      this.turn += 1;
      this.element.removeAttribute("aria-busy");
      this.resultsTarget.hidden = true;
      this.say("");
      this.show(this.item);
      this.valueTarget.focus();
    }

    /* By hand */

    openHand(item) {
      const known = { title: item.title, shop: item.shop, price: item.price, final_price: item.final_price, image_url: item.image_url };
      const box = element("div", "zc-picker__fields");
      this.fields = HAND_FIELDS.map(([name, word, kind]) => {
        const label = element("label", "", this.wordsValue[word]);
        const input = element("input");
        input.type = "text";
        input.inputMode = kind;
        input.dataset.field = name;
        input.value = (known[word] || "").replace(/^¥/, "");
        if (kind === "decimal") input.placeholder = "¥";
        input.addEventListener("keydown", (event) => {
          if (event.key === "Enter" && !event.isComposing) {
            event.preventDefault();
            this.saveHand();
          }
        });
        label.append(input, element("span", "zc-picker__wrong"));
        box.append(label);
        return input;
      });
      const actions = element("div", "zc-picker__actions");
      actions.append(
        button(this.wordsValue.save, () => this.saveHand(), "button button-small"),
        button(this.wordsValue.cancel, () => { this.handTarget.hidden = true; this.valueTarget.focus(); }),
      );
      this.handTarget.replaceChildren(box, actions);
      this.handTarget.hidden = false;
      this.fields[0].focus();
    }

    async saveHand() {
      const fields = Object.fromEntries(this.fields.map((input) => [input.dataset.field, input.value]));
      this.mark({});
      try {
        const answer = await post(`${this.itemsValue}${this.valueTarget.value}/hand/`, fields);
        this.handTarget.hidden = true;
        this.show(answer.item);
        this.say(this.wordsValue.saved, "good");
        this.valueTarget.focus();
      } catch (trouble) {
        this.mark(trouble.answer.errors || {});
        this.complain(trouble);
      }
    }

    mark(errors) {
      this.fields.forEach((input) => {
        const wrong = errors[input.dataset.field] || "";
        input.setAttribute("aria-invalid", wrong ? "true" : "false");
        input.nextElementSibling.textContent = wrong;
      });
    }
  }

  window.wagtail.app.register("zc-picker", Picker);
})();
