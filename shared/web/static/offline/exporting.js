/* The visits that wait, as a file that a person can read: the last resort when a device never finds a network. */

const STATES = { draft: "brouillon", waiting: "en attente", wrong: "à corriger" };

const readable = (visit) => ({
  entreprise: visit.title,
  état: STATES[visit.state],
  "saisie le": visit.savedAt,
  réponses: Object.fromEntries(visit.fields.map(([name, value]) => [visit.labels[name] ?? name, value])),
  "à corriger": visit.errors.map((error) => error.detail),
  technique: { clé: visit.key, membre: visit.member, territoire: visit.territory, champs: visit.fields },
});

export const exportVisits = (visits) => {
  const written = { "exporté le": new Date().toISOString(), visites: visits.map(readable) };
  const file = new Blob([JSON.stringify(written, null, 2)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `vigie-visites-en-attente-${written["exporté le"].slice(0, 10)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};
