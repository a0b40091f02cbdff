/* The start of it all on the pages that work without network; without this script, their forms are posted as any other. */
import { painter, say, wireBar } from "./bar.js";
import { openEntry } from "./entry.js";
import { sender } from "./sending.js";
import { markSynced, onChange, snapshot } from "./visits.js";
import { french, instant } from "./words.js";

const bar = document.getElementById("offline");
const form = document.querySelector("form[data-offline]");
const { keptAt } = document.body.dataset;

const settingsOf = ({ action, timeout, pause, patience, debounce }) => ({
  action,
  timeout: Number(timeout),
  pause: Number(pause),
  patience: Number(patience),
  debounce: Number(debounce),
});

const owner = { member: bar.dataset.member, territory: bar.dataset.territory };
const settings = settingsOf(bar.dataset);
const flush = sender(owner, settings);
const paint = painter(bar, owner);

const tellThatThisIsACopy = () => {
  const copy = document.getElementById("offline-copy");
  copy.querySelector("[data-words]").textContent = french(`Sans réseau : cette page est la copie gardée ${instant(keptAt)}.`);
  copy.hidden = false;
};

/* Nothing waits and the server has just answered with this page: that is a synchronisation too. */
const tellThatAllIsSent = async () => {
  const { waiting, wrong } = await snapshot(owner);
  if (!keptAt && !waiting.length && !wrong.length) await markSynced();
};

const sayWhetherKeptForGood = async () => {
  const kept = await navigator.storage?.persisted?.();
  bar.querySelector("[data-part='fragile']").hidden = kept !== false;
};

const watch = () => {
  onChange(paint);
  addEventListener("online", () => { paint(); flush(true); });
  addEventListener("offline", paint);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });
};

const install = () => navigator.serviceWorker?.register("/service-worker.js", { scope: "/", updateViaCache: "none" });

const start = async () => {
  if (keptAt) tellThatThisIsACopy();
  watch();
  wireBar(bar, owner, flush);
  if (form) await openEntry(form, owner, { ...settings, flush }, (words) => say(bar, words));
  await paint();
  await tellThatAllIsSent();
  sayWhetherKeptForGood();
  flush(true);
};

start();
install();
