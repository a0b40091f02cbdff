/* What this device keeps: visits not yet at the server, the last ones that are, and a few facts. */
import { openDB } from "./idb.js";

const NAME = "vigie";

/* One step a version, in order. A step that people have run is never changed: a new one is added after it. */
const STEPS = [
  (db) => {
    db.createObjectStore("visits", { keyPath: "id" });
    db.createObjectStore("sent", { keyPath: "id" });
    db.createObjectStore("facts");
  },
];

let opened;

const forget = () => { opened = undefined; };

/* A tab that stays open must not keep a newer page from opening its version: it lets go. */
const letGo = (_current, _blocked, event) => {
  event.target.close();
  forget();
};

const upgrade = (db, from, _to, transaction) => STEPS.slice(from).forEach((step) => step(db, transaction));

export const database = () => {
  opened ??= openDB(NAME, STEPS.length, { upgrade, blocking: letGo, terminated: forget }).catch((error) => {
    forget();
    throw error;
  });
  return opened;
};
