/* Keeps the pages that work without network, and their files. The server writes SHELL above these lines:
   { version, files: addresses by content hash, pages: paths, patience: milliseconds }. Visits are not kept here. */

const FILES = `vigie-files-${SHELL.version}`;
const PAGES = `vigie-pages-${SHELL.version}`;
const KEPT_AT = "x-kept-at";
const FORM = "/visites/nouvelle";
const DOORS = /^\/(connexion|deconnexion)(\/|$)/;
const NOTHING_KEPT = `<!doctype html><html lang="fr"><meta charset="utf-8"><title>Hors connexion – Vigie</title>
<meta name="viewport" content="width=device-width"><h1>Pas de réseau</h1><p>Cette page n’est pas encore gardée sur
cet appareil. Vos visites en attente, elles, le sont.</p><p><a href="">Réessayer</a></p></html>`;

/* Grows at each sign-out: an answer asked for before it may not be kept after it. */
let age = 0;

const caught = (response) => response.ok && !response.redirected && response.type === "basic";

const ofVersion = (name) => name === FILES || name === PAGES;

/* Older caches go once this version has its own form: until then, theirs is what works without network. */
const tidy = async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith("vigie-") && !ofVersion(name));
  await Promise.all(old.map((name) => caches.delete(name)));
};

const forgetPages = async () => {
  age += 1;
  const names = (await caches.keys()).filter((name) => name.startsWith("vigie-pages-"));
  await Promise.all(names.map((name) => caches.delete(name)));
};

/* A message that is shown once is not for keeping. */
const keepPage = async (path, response, began) => {
  const html = await response.text();
  if (began !== age || html.includes('class="flash"')) return;
  const headers = new Headers(response.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  headers.set(KEPT_AT, new Date().toISOString());
  await (await caches.open(PAGES)).put(path, new Response(html, { headers }));
  if (path === FORM) await tidy();
};

/* From the network; an answer with a query is for one visit, and not the page to keep. */
const fetchPage = async (request) => {
  const began = age;
  const { pathname, search } = new URL(request.url);
  const response = await fetch(request);
  if (response.type === "opaqueredirect") await forgetPages();
  const keeping = caught(response) && !search ? keepPage(pathname, response.clone(), began) : undefined;
  return { response, keeping };
};

const dated = async (kept) => {
  const html = await kept.text();
  return new Response(html.replace("<body", `<body data-kept-at="${kept.headers.get(KEPT_AT)}"`), { headers: kept.headers });
};

const offlinePage = () => new Response(NOTHING_KEPT, { headers: { "Content-Type": "text/html; charset=utf-8" } });

const after = (delay) => new Promise((resolve) => { setTimeout(resolve, delay); });

/* The network first. When it fails, or takes longer than one waits at a customer's door: the kept copy, dated. */
const answerPage = async (event, path) => {
  const asked = fetchPage(event.request).catch(() => undefined);
  event.waitUntil(asked.then((answer) => answer?.keeping));
  const known = await caches.match(path, { ignoreVary: true });
  const answer = await Promise.race([asked, ...(known ? [after(SHELL.patience)] : [])]);
  if (answer && (answer.response.status < 500 || !known)) return answer.response;
  return known ? dated(known) : offlinePage();
};

const answerFile = async (request) => {
  const known = await caches.match(request.url, { ignoreVary: true });
  if (known) return known;
  const response = await fetch(request);
  const lasting = caught(response) && (response.headers.get("Cache-Control") ?? "").includes("immutable");
  if (lasting) await (await caches.open(FILES)).put(request.url, response.clone());
  return response;
};

const refreshPage = async (path) => (await fetchPage(new Request(path, { credentials: "same-origin" }))).keeping;

const install = async () => {
  await (await caches.open(FILES)).addAll(SHELL.files);
  await Promise.allSettled(SHELL.pages.map(refreshPage));
  await self.skipWaiting();
};

const answer = (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (origin !== location.origin) return;
  if (DOORS.test(pathname)) event.waitUntil(forgetPages());
  else if (method === "GET" && mode === "navigate" && SHELL.pages.includes(pathname)) {
    event.respondWith(answerPage(event, pathname));
  } else if (method === "GET" && pathname.startsWith("/static/")) event.respondWith(answerFile(event.request));
};

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", answer);
