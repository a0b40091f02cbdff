/* From the form to what is kept, and back. Only what the person typed or chose; never a file. */

const TECHNICAL = new Set(["idempotency_key", "member_id", "territory_id", "occurred_at", "questionnaire_version"]);
const NOT_KEPT = new Set(["idempotency_key", "member_id", "territory_id", "occurred_at"]);
const COLLEAGUE = "avec-";
const QUESTION = "q-";
const OF_ENTERPRISE = ["enterprise_name", "siret", "commune"];
const CHOSEN = new Set(["radio", "checkbox"]);
const UNTYPED = new Set(["file", "submit", "button", "reset", "fieldset", "output"]);

const controls = (form) => [...form.elements].filter((field) => field.name && !UNTYPED.has(field.type));

const textOf = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";

/* What a person reads above a field, for the exported file. The label of a colleague's box is a name: it is not kept. */
const labelOf = (field) => {
  const legend = textOf(field.closest("fieldset.field")?.querySelector("legend"));
  const isNamed = field.type === "radio" || field.name.startsWith(COLLEAGUE);
  return isNamed ? legend : [legend, textOf(field.labels?.[0])].filter(Boolean).join(" – ");
};

const labelsOf = (form, fields) => {
  const known = new Map(controls(form).map((field) => [field.name, field]));
  const labels = fields.map(([name]) => [name, known.has(name) ? labelOf(known.get(name)) : ""]);
  return Object.fromEntries(labels.filter(([, label]) => label));
};

/* The enterprise as it is typed, or as a form that is about one enterprise says it. */
const titleOf = (form) => form.elements.enterprise_name?.value.trim() || textOf(form.querySelector("[data-subject]"));

/* What is kept of a form as it stands. */
export const typedIn = (form) => {
  const fields = [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.has(name) && typeof value === "string");
  return { fields, title: titleOf(form), labels: labelsOf(form, fields) };
};

/* The visit is of an enterprise that the server knows by its number: another name typed here would change nothing. */
const lockEnterprise = (form, title) => {
  const known = Boolean(form.elements.visit_id?.value || form.elements.enterprise_id?.value);
  const fields = OF_ENTERPRISE.map((name) => form.elements[name]).filter(Boolean);
  fields.forEach((field) => { field.readOnly = known; });
  if (known && form.elements.enterprise_name) form.elements.enterprise_name.value = title;
};

const isAnswered = (field) => (CHOSEN.has(field.type) ? field.checked : field.value.trim() !== "");

/* The questions of the territory that ask for an answer and have none: better told here than by the server, tonight. */
export const unanswered = (form) => {
  const asked = controls(form).filter((field) => field.name.startsWith(QUESTION));
  const open = new Map(asked.map((field) => [field.closest(".field"), field]));
  for (const field of asked) if (isAnswered(field)) open.delete(field.closest(".field"));
  const required = [...open].filter(([box]) => box && !box.querySelector(".optional"));
  return required.map(([box]) => ({
    field: box.querySelector("input, select, textarea").id,
    detail: `À renseigner : ${textOf(box.querySelector("legend, label"))}`,
  }));
};

/* An answer to a question that this page does not ask (any more, or not yet): kept beside the form, not lost. */
const setAside = (form, name, value) => {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  field.dataset.aside = "yes";
  form.append(field);
};

/* What nothing is given for stays as the page proposes it. */
const fill = (field, given) => {
  if (!given.has(field.name)) return;
  if (CHOSEN.has(field.type)) field.checked = given.get(field.name) === field.value;
  else field.value = given.get(field.name);
};

const isFilled = (field) => {
  if (CHOSEN.has(field.type)) return field.checked && !field.defaultChecked;
  return field.type !== "hidden" && field.value !== "" && field.value !== (field.defaultValue ?? "");
};

export const unfold = (form) => {
  const opened = controls(form).filter(isFilled).map((field) => field.closest("details"));
  opened.filter(Boolean).forEach((details) => { details.open = true; });
};

export const fillIn = (form, fields, title) => {
  const given = new Map(fields.filter(([name]) => !TECHNICAL.has(name)));
  const asked = controls(form).filter((field) => !TECHNICAL.has(field.name));
  asked.forEach((field) => fill(field, given));
  const names = new Set(asked.map((field) => field.name));
  given.forEach((value, name) => { if (!names.has(name) && value) setAside(form, name, value); });
  lockEnterprise(form, title);
  unfold(form);
};

/* A question that htmx brought after its answer was set aside takes it back. */
export const takeBack = (form) => {
  for (const aside of form.querySelectorAll("[data-aside]")) {
    const asked = controls(form).filter((field) => field.name === aside.name && !field.dataset.aside);
    if (!asked.length) continue;
    asked.forEach((field) => fill(field, new Map([[aside.name, aside.value]])));
    aside.remove();
  }
};

/* A kept page still proposes the day on which it was kept: the device knows better. */
export const proposeToday = (form) => {
  const today = new Date();
  const parts = { day: today.getDate(), month: today.getMonth() + 1, year: today.getFullYear() };
  for (const [part, value] of Object.entries(parts)) {
    const field = form.elements[`visited_on-${part}`];
    if (field) field.value = String(value);
  }
};

const clear = (field) => {
  if (CHOSEN.has(field.type)) field.checked = false;
  else if (field.type !== "hidden") field.value = "";
};

/* What htmx proposed for an earlier answer goes with it. */
const clearProposals = (form) => {
  const targets = [...form.querySelectorAll("[hx-target]")].map((field) => form.querySelector(field.getAttribute("hx-target")));
  targets.filter(Boolean).forEach((target) => target.replaceChildren());
};

/* A form without an answer. One that the server sent back filled in cannot be reset to emptiness: it is cleared. */
export const empty = (form, cameBack) => {
  form.querySelectorAll("[data-aside]").forEach((aside) => aside.remove());
  clearProposals(form);
  form.reset();
  if (cameBack) controls(form).forEach(clear);
  for (const name of ["visit_id", "enterprise_id"]) if (form.elements[name]) form.elements[name].value = "";
  lockEnterprise(form, "");
  proposeToday(form);
};
