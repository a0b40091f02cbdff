/* The visit form: kept while one types, found again after a reload, queued before it is sent. */
import { empty, fillIn, proposeToday, takeBack, typedIn, unanswered, unfold } from "./fields.js";
import { clearMistakes, showMistakes } from "./mistakes.js";
import { plannedVisit } from "./plan.js";
import { enqueue, find, findSent, hasMovedOn, keepInHaste, keepTyped, newVisit, onChange, snapshot } from "./visits.js";
import { french, instant } from "./words.js";

const FORM = "/visites/nouvelle";
const DRAFT = "brouillon";
const PLANNED = "visite";
const URGENT = "urgent";
const ELSEWHERE = "Cette visite a déjà été enregistrée ou supprimée dans un autre onglet. Rien n’a été envoyé d’ici.";
const QUEUED = "Cette visite est déjà saisie : elle attend son envoi.";
const KEPT = "La visite est gardée sur cet appareil. Elle partira dès que le réseau le permettra.";
const NAMELESS = { field: "enterprise_name", detail: "Indiquez le nom de l’entreprise." };
const NOT_YET = "La visite n’est pas encore enregistrée : des informations sont à corriger.";

const asked = (name) => new URLSearchParams(location.search).get(name);

const ofPlan = (visit, id) => visit.fields.some(([name, value]) => name === "visit_id" && value === id);

const isQueued = async (planned, owner) => {
  const { waiting } = await snapshot(owner);
  return Boolean(planned) && waiting.some((visit) => ofPlan(visit, planned));
};

/* What this page continues: the draft of its address or of its key, or the one of the planned visit. */
const continued = async (form, owner) => {
  const { drafts, wrong } = await snapshot(owner);
  const open = [...wrong, ...drafts];
  const key = form.elements.idempotency_key.value;
  const planned = asked(PLANNED);
  const cameBack = open.find((visit) => visit.key === key);
  if (cameBack) return { visit: cameBack, cameBack: true };
  return { visit: open.find((one) => one.id === asked(DRAFT)) ?? open.find((one) => planned && ofPlan(one, planned)) };
};

const fillFromPlan = async (form) => {
  const planned = asked(PLANNED);
  const visit = planned && form.elements.visit_id?.value !== planned ? await plannedVisit(planned) : undefined;
  if (visit) fillIn(form, visit.fields, visit.title);
};

/* The kept form is the empty one: what its address asks of the server is done here. */
const actAsServer = async (form) => {
  proposeToday(form);
  if (asked(URGENT) && form.elements.urgent) form.elements.urgent.checked = true;
  await fillFromPlan(form);
};

const askAgainForChoices = (form) => {
  if (!navigator.onLine) return;
  const searches = [...form.querySelectorAll("input[hx-get]")].filter((field) => field.value && !field.readOnly);
  searches.forEach((field) => field.dispatchEvent(new Event("input", { bubbles: true })));
};

class Entry {
  constructor(form, owner, settings, say) {
    Object.assign(this, { form, owner, settings, say, timer: undefined });
    Object.assign(this, { edits: 0, kept: 0, busy: false, moved: false, cameBack: false });
  }

  async open() {
    const { visit, cameBack = false } = await continued(this.form, this.owner);
    this.cameBack = cameBack;
    if (visit && !cameBack) this.resume(visit);
    else if (!visit && document.body.dataset.keptAt) await actAsServer(this.form);
    if (await isQueued(asked(PLANNED), this.owner)) this.say(QUEUED);
    this.take(visit ?? newVisit(this.owner));
    this.listen();
  }

  resume(visit) {
    fillIn(this.form, visit.fields, visit.title);
    askAgainForChoices(this.form);
    if (visit.state === "wrong") showMistakes(this.form, visit.message, visit.errors);
  }

  /* Sent without this script, the form would carry the same key: the server still holds the visit once. */
  take(visit) {
    this.visit = visit;
    this.told = "";
    this.moved = false;
    this.markKept(this.edits);
    this.form.elements.idempotency_key.value = visit.key;
    this.tell();
  }

  listen() {
    const typed = () => this.typed();
    for (const name of ["input", "change"]) this.form.addEventListener(name, typed);
    document.addEventListener("htmx:after:swap", () => takeBack(this.form));
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.keep(); });
    addEventListener("pagehide", () => this.keepInHaste());
    addEventListener("vigie:leaving", () => this.letGo());
    onChange(() => this.look());
    this.form.addEventListener("submit", (event) => this.submit(event));
    unfold(this.form);
    this.form.dataset.ready = "yes";
  }

  markKept(edits) {
    this.kept = edits;
    this.form.toggleAttribute("data-unkept", edits !== this.edits);
  }

  typed() {
    this.edits += 1;
    this.markKept(this.kept);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), this.settings.debounce);
  }

  async keep() {
    clearTimeout(this.timer);
    if (this.edits === this.kept || this.busy) return undefined;
    const { edits, visit } = this;
    const isKept = !this.moved && (await keepTyped(visit, typedIn(this.form)));
    if (visit !== this.visit) return undefined;
    this.markKept(edits);
    return isKept ? this.remember() : this.say(ELSEWHERE);
  }

  keepInHaste() {
    if (this.edits !== this.kept && !this.busy && !this.moved) keepInHaste(this.visit, typedIn(this.form));
  }

  /* Its owner signs out and has been asked, or the server holds it: nothing is kept any more. */
  letGo() {
    clearTimeout(this.timer);
    this.moved = true;
  }

  async look() {
    const { visit } = this;
    if (this.busy) return;
    const moved = await hasMovedOn(visit);
    if (visit === this.visit && !this.busy) this.moved = moved;
  }

  /* The address names the draft, so that a reload, or the browser after a crash, opens it again. */
  remember() {
    history.replaceState(null, "", `${FORM}?${DRAFT}=${this.visit.id}`);
    this.tell();
  }

  tell() {
    const told = this.form.querySelector("[data-part='kept']");
    if (told) told.textContent = this.visit.savedAt ? french(`Brouillon gardé ${instant(this.visit.savedAt)}`) : "";
  }

  submit(event) {
    if (event.submitter?.name) return this.keepInHaste();
    event.preventDefault();
    if (this.busy) return undefined;
    this.hold(true);
    return this.send().then(() => this.hold(false), (error) => this.post(error));
  }

  /* This device can keep nothing (its storage is full, or forbidden): the form is posted as without this script. */
  post(error) {
    this.hold(false);
    this.form.submit();
    throw error;
  }

  /* What would be typed while the visit leaves would be lost with the form. */
  hold(busy) {
    this.busy = busy;
    this.form.inert = busy;
    this.form.setAttribute("aria-busy", String(busy));
  }

  async send() {
    clearTimeout(this.timer);
    clearMistakes(this.form);
    this.say("Envoi en cours…");
    const typed = typedIn(this.form);
    const missing = this.missing(typed);
    if (missing.length) return this.refuse(NOT_YET, missing);
    if (!(await enqueue(this.visit, typed))) return this.say(ELSEWHERE);
    navigator.storage?.persist?.();
    const patience = new Promise((resolve) => { setTimeout(resolve, this.settings.patience); });
    await Promise.race([this.settings.flush(true, this.visit.id), patience]);
    return this.conclude();
  }

  /* Told once: the server alone knows the rules, and a second press on the button sends the visit to it as it is. */
  missing({ title }) {
    const found = unanswered(this.form);
    if (!title) return [NAMELESS, ...found];
    const told = found.map((one) => one.field).join();
    const again = told === this.told;
    this.told = told;
    return again ? [] : found;
  }

  /* Another tab may have been the one that sent it: what is kept says what became of it. */
  async conclude() {
    const sent = await findSent(this.visit.id);
    if (sent) return this.leave(sent.url);
    const visit = await find(this.visit.id);
    if (visit?.state !== "wrong") return this.startAnew();
    this.take(visit);
    this.remember();
    return this.refuse(visit.message, visit.errors);
  }

  /* Before the page goes: what it would keep in haste is what the server already holds. */
  leave(url) {
    this.letGo();
    location.assign(url);
  }

  refuse(message, errors) {
    this.say("");
    this.hold(false);
    showMistakes(this.form, message, errors);
  }

  startAnew() {
    if (this.form.querySelector("[data-subject]")) this.form.hidden = true;
    empty(this.form, this.cameBack);
    this.take(newVisit(this.owner));
    history.replaceState(null, "", FORM);
    this.say(KEPT);
    scrollTo(0, 0);
    document.querySelector("main").focus();
  }
}

export const openEntry = (form, owner, settings, say) => new Entry(form, owner, settings, say).open();
