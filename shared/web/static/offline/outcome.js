/* What an answer of the server means for a visit that waits. */

const BUSY = new Set([408, 425, 429]);
const SPENT = new Set(["cle-idempotence", "cle-idempotence-reutilisee"]);

const later = (trouble, { stop = false, after = 0 } = {}) => ({ kind: "later", trouble, stop, after });

const codeOf = (problem) => String(problem?.type ?? "").split("/").pop();

const DOUBT = "Cette saisie a déjà servi : sa visite est peut-être enregistrée. Regardez la liste des visites avant de l’envoyer.";

const wrong = (status, problem) => {
  const spent = SPENT.has(codeOf(problem));
  const said = problem?.detail ?? `Le serveur a refusé cette visite (erreur ${status}).`;
  return { kind: "wrong", spent, message: spent ? DOUBT : said, errors: problem?.errors ?? [] };
};

/* A date or a number of seconds, as milliseconds from now; 0 when nothing is asked. */
const retryAfter = (response) => {
  const asked = response.headers.get("Retry-After");
  if (!asked) return 0;
  const seconds = Number(asked);
  return Math.max(0, Number.isNaN(seconds) ? Date.parse(asked) - Date.now() || 0 : seconds * 1000);
};

const readJson = async (response) => {
  try {
    return await response.json();
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/* `later`: keep it and try again, and `stop` when no other visit would pass either. */
export const outcomeOf = async (response) => {
  const { status, type } = response;
  if (type === "opaqueredirect" || status === 401) return later("session", { stop: true });
  if (status === 403) return later("access", { stop: true });
  if (BUSY.has(status)) return later("server", { stop: true, after: retryAfter(response) });
  const body = await readJson(response);
  if (status === 201 && body?.id) return { kind: "sent", ...body };
  if (status === 409 && codeOf(body) === "autre-personne") return later("person", { stop: true });
  if (status >= 400 && status < 500) return wrong(status, body);
  return later("server", { after: retryAfter(response) });
};

export const unreachable = (error) => later(error.name === "TimeoutError" ? "slow" : "network", { stop: true });

const LONGEST = 300_000;

/* Twice as long after each attempt, five minutes at most. */
export const pauseAfter = (attempts, first) => Math.min(LONGEST, first * 2 ** (attempts - 1));
