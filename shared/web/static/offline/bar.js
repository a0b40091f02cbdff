/* Always in sight: how many visits wait, how many are to correct, when the server was last heard. */
import { ask } from "./asking.js";
import { exportVisits } from "./exporting.js";
import { remove, snapshot } from "./visits.js";
import { TROUBLES, french, instant, plural } from "./words.js";

const FORM = "/visites/nouvelle";

const part = (bar, name) => bar.querySelector(`[data-part="${name}"]`);

const show = (element, words) => {
  element.hidden = !words;
  (element.querySelector("[data-words]") ?? element).textContent = french(words);
};

const confirmRemoval = (visit) =>
  ask({
    title: "Supprimer cette visite ?",
    lines: [`${visit.title || "Entreprise sans nom"} : cette saisie n’existe que sur cet appareil.`],
    choices: [
      { label: "La garder", value: "", kind: "primary" },
      { label: "Supprimer", value: "remove", kind: "danger" },
    ],
  });

const removable = (button, visit) =>
  button.addEventListener("click", async () => {
    if ((await confirmRemoval(visit)) === "remove") await remove(visit.id);
  });

const NOTES = {
  draft: (visit) => `Brouillon gardé ${instant(visit.savedAt)}`,
  wrong: (visit) => visit.errors.map((error) => error.detail).join(" ") || visit.message,
  waiting: (visit) => TROUBLES[visit.trouble] ?? `En attente depuis ${instant(visit.savedAt)}`,
};
const RESUME = { draft: "Reprendre", wrong: "Corriger" };

const unseen = (words) =>
  Object.assign(document.createElement("span"), { className: "unseen", textContent: french(words) });

const row = (bar, title, note) => {
  const made = part(bar, "row").content.firstElementChild.cloneNode(true);
  part(made, "title").textContent = title || "Entreprise sans nom";
  part(made, "note").textContent = note;
  return made;
};

const keptRow = (bar) => (visit) => {
  const made = row(bar, visit.title, NOTES[visit.state](visit));
  const [resume, erase] = [part(made, "resume"), part(made, "remove")];
  part(made, "actions").hidden = visit.state === "waiting";
  resume.href = `${FORM}?brouillon=${visit.id}`;
  resume.firstElementChild.textContent = RESUME[visit.state] ?? "";
  for (const control of [resume, erase]) control.append(unseen(` : ${visit.title || "entreprise sans nom"}`));
  removable(erase, visit);
  return made;
};

const sentRow = (bar) => (visit) => {
  const made = row(bar, "", `Envoyée ${instant(visit.sentAt)}`);
  const link = Object.assign(document.createElement("a"), { href: visit.url, textContent: visit.title || "Visite" });
  part(made, "title").replaceChildren(link);
  part(made, "actions").remove();
  return made;
};

const fillList = (bar, name, rows) => {
  part(bar, name).replaceChildren(...rows);
  part(bar, `${name}-group`).hidden = !rows.length;
};

const showCounts = (bar, { waiting, wrong, drafts, others, synced }) => {
  show(part(bar, "waiting"), waiting.length ? `${plural(waiting.length, "visite")} en attente` : "");
  show(part(bar, "wrong"), wrong.length ? `${plural(wrong.length, "visite")} à corriger` : "");
  show(part(bar, "drafts"), drafts.length ? plural(drafts.length, "brouillon") : "");
  show(part(bar, "none"), waiting.length + wrong.length ? "" : "Aucune visite en attente");
  show(part(bar, "others"), others ? `${plural(others, "visite")} d’une autre personne, gardée sur cet appareil jusqu’à sa prochaine connexion.` : "");
  show(part(bar, "synced"), `Dernière synchronisation : ${synced ? instant(synced) : "pas encore"}`);
};

const showTrouble = (bar, waiting) => {
  const trouble = waiting.find((visit) => visit.trouble)?.trouble;
  show(part(bar, "trouble"), TROUBLES[trouble] ?? "");
  part(bar, "sign-in").hidden = trouble !== "session";
};

const showLists = (bar, { drafts, waiting, wrong, sent }) => {
  fillList(bar, "wrong-list", wrong.map(keptRow(bar)));
  fillList(bar, "waiting-list", waiting.map(keptRow(bar)));
  fillList(bar, "drafts-list", drafts.map(keptRow(bar)));
  fillList(bar, "sent-list", sent.map(sentRow(bar)));
  part(bar, "lists").hidden = !(drafts.length + waiting.length + wrong.length + sent.length);
};

const paint = async (bar, owner) => {
  const kept = await snapshot(owner);
  showCounts(bar, kept);
  showTrouble(bar, kept.waiting);
  showLists(bar, kept);
  part(bar, "send").hidden = !kept.waiting.length;
  part(bar, "offline").hidden = navigator.onLine;
  bar.dataset.state = kept.wrong.length ? "wrong" : kept.waiting.length ? "waiting" : "none";
  bar.hidden = false;
  return { waiting: kept.waiting.length, wrong: kept.wrong.length };
};

/* Says something once, aloud too. */
export const say = (bar, words) => { part(bar, "said").textContent = french(words); };

/* Sending goes on by itself: what has become of the queue since the last painting is said. */
const tellChange = (bar, before, now) => {
  if (now.wrong > before.wrong) say(bar, "Une visite est à corriger : ouvrez la liste des visites gardées.");
  else if (before.waiting && !now.waiting) say(bar, "Tout est envoyé.");
};

/* One painting at a time, so that an older picture never covers a newer one. */
export const painter = (bar, owner) => {
  let before = { waiting: 0, wrong: Infinity };
  const next = async () => {
    const now = await paint(bar, owner);
    tellChange(bar, before, now);
    before = now;
  };
  let last = Promise.resolve();
  return () => { last = last.catch(() => undefined).then(next); return last; };
};

export const wireBar = (bar, owner, flush) => {
  part(bar, "send").addEventListener("click", async () => {
    say(bar, "Envoi en cours…");
    await flush(true);
    const { waiting } = await snapshot(owner);
    if (waiting.length) say(bar, "Rien n’est perdu : l’envoi reprendra tout seul.");
  });
  part(bar, "export").addEventListener("click", async () => {
    const { wrong, waiting, drafts } = await snapshot(owner);
    const all = [...wrong, ...waiting, ...drafts];
    if (all.length) exportVisits(all);
    else say(bar, "Rien n’attend sur cet appareil : il n’y a rien à exporter.");
  });
};
