/* The visits of this device and their states: "draft", "waiting" to be sent, "wrong" until somebody corrects them. */
import { database } from "./database.js";

const MOST_SENT = 10;
const EDITABLE = new Set(["draft", "wrong"]);
const channel = new BroadcastChannel("vigie-visits");

const now = () => new Date().toISOString();
const isOf = (owner) => (visit) => visit.member === owner.member && visit.territory === owner.territory;
const older = (one, other) => (one.savedAt < other.savedAt ? -1 : 1);

/* Other tabs and this one look again at what is kept. */
const told = () => {
  channel.postMessage("changed");
  dispatchEvent(new Event("vigie:visits"));
};

export const onChange = (look) => {
  channel.addEventListener("message", look);
  addEventListener("vigie:visits", look);
};

/* The key is made here, when a visit is first typed: however often it is sent, the server holds it once. */
export const newVisit = (owner) => ({
  id: crypto.randomUUID(),
  key: crypto.randomUUID(),
  state: "draft",
  member: owner.member,
  territory: owner.territory,
  fields: [],
  labels: {},
  errors: [],
});

/* Keeps what is typed; false when another tab has meanwhile queued, sent or deleted this visit. */
const keep = async (visit, change) => {
  const transaction = (await database()).transaction("visits", "readwrite");
  const before = await transaction.store.get(visit.id);
  const movedOn = before ? !EDITABLE.has(before.state) : Boolean(visit.savedAt);
  if (!movedOn) {
    Object.assign(visit, change, { savedAt: now() });
    await transaction.store.put(visit);
  }
  await transaction.done;
  told();
  return !movedOn;
};

export const keepTyped = (visit, typed) => keep(visit, typed);

/* The page is going away: written without a look at what is there, and without waiting, for nobody is left to wait. */
export const keepInHaste = async (visit, typed) => {
  const transaction = (await database()).transaction("visits", "readwrite");
  transaction.store.put({ ...visit, ...typed, savedAt: now() });
  transaction.commit();
};

/* Whether another tab has meanwhile queued, sent or deleted a visit that is open here. */
export const hasMovedOn = async (visit) => {
  const before = await find(visit.id);
  return before ? !EDITABLE.has(before.state) : Boolean(visit.savedAt);
};

/* Into the queue, to be sent at once. A key that the server calls spent is replaced; any other stays. */
export const enqueue = (visit, typed) =>
  keep(visit, {
    ...typed,
    state: "waiting",
    key: visit.spent ? crypto.randomUUID() : visit.key,
    occurredAt: visit.occurredAt ?? now(),
    spent: false,
    errors: [],
    attempts: 0,
    notBefore: 0,
    trouble: "",
  });

export const find = async (id) => (await database()).get("visits", id);

export const findSent = async (id) => (await database()).get("sent", id);

export const remove = async (id) => {
  await (await database()).delete("visits", id);
  told();
};

export const waitingOf = async (owner) => {
  const visits = await (await database()).getAll("visits");
  return visits.filter(isOf(owner)).filter((visit) => visit.state === "waiting").sort(older);
};

/* After an answer, or none: the visit as it waits now, unless it has gone meanwhile. */
export const note = async (id, change) => {
  const transaction = (await database()).transaction("visits", "readwrite");
  const visit = await transaction.store.get(id);
  if (visit?.state === "waiting") await transaction.store.put({ ...visit, ...change });
  await transaction.done;
  told();
};

/* The server holds it: out of the queue and into the list of what was sent, in one go. */
export const settle = async (visit, answer) => {
  const transaction = (await database()).transaction(["visits", "sent", "facts"], "readwrite");
  const sent = transaction.objectStore("sent");
  const { id, member, territory, title } = visit;
  await transaction.objectStore("visits").delete(id);
  await sent.put({ id, member, territory, title, visitId: answer.id, url: answer.url, alerts: answer.alerts, sentAt: now() });
  await transaction.objectStore("facts").put(now(), "synced");
  const all = (await sent.getAll()).sort((one, other) => (one.sentAt < other.sentAt ? 1 : -1));
  await Promise.all(all.slice(MOST_SENT).map((old) => sent.delete(old.id)));
  await transaction.done;
  told();
};

export const markSynced = async () => {
  await (await database()).put("facts", now(), "synced");
  told();
};

/* All that the bar shows, of one person in one territory; of the others, only how many wait. */
export const snapshot = async (owner) => {
  const db = await database();
  const [visits, sent, synced] = await Promise.all([db.getAll("visits"), db.getAll("sent"), db.get("facts", "synced")]);
  const mine = visits.filter(isOf(owner)).sort(older);
  const inState = (state) => mine.filter((visit) => visit.state === state);
  return {
    drafts: inState("draft"),
    waiting: inState("waiting"),
    wrong: inState("wrong"),
    others: visits.filter((visit) => visit.state !== "draft" && !isOf(owner)(visit)).length,
    sent: sent.filter(isOf(owner)).sort((one, other) => (one.sentAt < other.sentAt ? 1 : -1)),
    synced,
  };
};

/* What signing out would leave or erase on this device, whoever typed it. */
export const everything = async () => {
  const visits = await (await database()).getAll("visits");
  return {
    queued: visits.filter((visit) => visit.state !== "draft"),
    drafts: visits.filter((visit) => visit.state === "draft"),
  };
};

export const wipe = async () => {
  const db = await database();
  const transaction = db.transaction(["visits", "sent", "facts"], "readwrite");
  await Promise.all(["visits", "sent", "facts"].map((name) => transaction.objectStore(name).clear()));
  await transaction.done;
  told();
};
