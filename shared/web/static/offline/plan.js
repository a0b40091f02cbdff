/* The visits planned for today and tomorrow, as the page of the day tells them; without network, its kept copy does. */

const DAY = "/journee";
const ASKED = { enterprise_name: "name", siret: "siret", commune: "commune" };

const keptDay = async () => {
  const kept = "caches" in window ? await caches.match(DAY, { ignoreVary: true }) : undefined;
  return new DOMParser().parseFromString(kept ? await kept.text() : "", "text/html");
};

/* The fields that a planned visit fills in, or nothing when this device does not know it. */
export const plannedVisit = async (id) => {
  const plan = (await keptDay()).getElementById("day-plan");
  const visit = JSON.parse(plan?.textContent ?? "[]").find((planned) => planned.visit_id === id);
  if (!visit) return undefined;
  const known = Object.entries(ASKED).filter(([, name]) => visit[name]);
  return { title: visit.name, fields: [["visit_id", id], ...known.map(([field, name]) => [field, visit[name]])] };
};
