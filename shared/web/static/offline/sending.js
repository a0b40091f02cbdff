/* Sends the queue, one visit after the other, in one tab at a time, and never waits for ever. */
import { outcomeOf, pauseAfter, unreachable } from "./outcome.js";
import { note, settle, waitingOf } from "./visits.js";

const LOCK = "vigie-sending";

/* The page of this visit comes next: it may say that the visit is recorded, as after a form that is posted. */
const SHOWN = { "Vigie-Then": "page" };

const bodyOf = (visit) =>
  new URLSearchParams([
    ...visit.fields,
    ["idempotency_key", visit.key],
    ["member_id", visit.member],
    ["territory_id", visit.territory],
    ["occurred_at", visit.occurredAt],
  ]);

/* A redirect is a session that is over: it is not followed. */
const post = async (visit, settings, shown) => {
  try {
    const response = await fetch(settings.action, {
      method: "POST",
      body: bodyOf(visit),
      headers: { Accept: "application/json", ...(visit.id === shown ? SHOWN : {}) },
      redirect: "manual",
      signal: AbortSignal.timeout(settings.timeout),
    });
    return await outcomeOf(response);
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return unreachable(error);
    throw error;
  }
};

const postpone = (visit, outcome, settings) => {
  const attempts = visit.attempts + 1;
  const pause = Math.max(outcome.after, pauseAfter(attempts, settings.pause));
  return note(visit.id, { attempts, trouble: outcome.trouble, notBefore: Date.now() + pause });
};

const sendOne = async (visit, settings, shown) => {
  const outcome = await post(visit, settings, shown);
  if (outcome.kind === "sent") await settle(visit, outcome);
  else if (outcome.kind === "later") await postpone(visit, outcome, settings);
  else await note(visit.id, { state: "wrong", errors: outcome.errors, message: outcome.message, spent: outcome.spent });
  return outcome;
};

/* The queue is read again before each visit: another tab may have sent one or added one. */
const sendAll = async (owner, settings, { urgent, shown }) => {
  const tried = new Set();
  for (;;) {
    const due = (visit) => !tried.has(visit.id) && (urgent || visit.notBefore <= Date.now());
    const visit = (await waitingOf(owner)).find(due);
    if (!visit) return;
    tried.add(visit.id);
    if ((await sendOne(visit, settings, shown)).stop) return;
  }
};

const alone = (work) => (navigator.locks ? navigator.locks.request(LOCK, work) : work());

/* `flush(true)` tries everything now; `flush()` leaves alone what is to be tried later. `shown` is a visit's id. */
export const sender = (owner, settings) => {
  let last = Promise.resolve();
  let timer;
  const wake = async () => {
    clearTimeout(timer);
    const times = (await waitingOf(owner)).map((visit) => visit.notBefore);
    const pause = Math.max(settings.pause, Math.min(...times) - Date.now());
    if (times.length) timer = setTimeout(() => flush(), pause);
  };
  const flush = (urgent = false, shown = "") => {
    const run = () => alone(() => sendAll(owner, settings, { urgent, shown }));
    last = last.catch(() => undefined).then(run).finally(wake);
    return last;
  };
  return flush;
};
