/* Before somebody signs out: what waits is said, what is done with is erased, pages of theirs are forgotten. */
import { ask } from "./asking.js";
import { exportVisits } from "./exporting.js";
import { everything, wipe } from "./visits.js";
import { plural } from "./words.js";

const STAY = { label: "Rester connecté", value: "", kind: "primary" };
const LEAVE = { label: "Se déconnecter quand même", value: "leave" };
const EXPORT = { label: "Exporter mes visites en attente", value: "export" };

const waiting = (count) => ({
  title: `${plural(count, "visite")} ${count > 1 ? "ne sont pas encore envoyées" : "n’est pas encore envoyée"}`,
  lines: [
    "Rien ne sera perdu : ce qui attend reste gardé sur cet appareil et partira quand vous vous reconnecterez ici.",
    "Si vous n’utiliserez plus cet appareil, exportez d’abord vos visites.",
  ],
  choices: [STAY, EXPORT, LEAVE],
});

const unfinished = (count) => ({
  title: `${plural(count, "brouillon")} ${count > 1 ? "seront effacés" : "sera effacé"}`,
  lines: ["Un brouillon n’existe que sur cet appareil. Enregistrez-le avant de partir si vous voulez le garder."],
  choices: [STAY, LEAVE],
});

const asked = async ({ queued, drafts }) => {
  if (!queued.length && !drafts.length) return true;
  for (;;) {
    const answer = await ask(queued.length ? waiting(queued.length) : unfinished(drafts.length));
    if (answer !== "export") return answer === "leave";
    exportVisits([...queued, ...drafts]);
  }
};

const forgetCaches = async (all) => {
  if (!("caches" in window)) return;
  const names = (await caches.keys()).filter((name) => name.startsWith(all ? "vigie-" : "vigie-pages-"));
  await Promise.all(names.map((name) => caches.delete(name)));
};

export const leave = async (form) => {
  const kept = await everything();
  if (!(await asked(kept))) return;
  dispatchEvent(new Event("vigie:leaving"));
  if (!kept.queued.length) await wipe();
  await forgetCaches(!kept.queued.length);
  form.submit();
};
