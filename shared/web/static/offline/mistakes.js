/* Shows what the server found wrong: above the form and beside each field, as a refused page does. */

import { french } from "./words.js";

const fromTemplate = (name) => document.getElementById(name).content.firstElementChild.cloneNode(true);

const describe = (field, id, name) => {
  const control = document.getElementById(name);
  const described = control.type === "radio" || field.matches(".date") ? field : control;
  described.setAttribute("aria-describedby", [described.getAttribute("aria-describedby"), id].filter(Boolean).join(" "));
  described.dataset.described = id;
  if (described === control) control.setAttribute("aria-invalid", "true");
};

const showBeside = ({ field: name, detail }) => {
  const field = document.getElementById(name)?.closest(".field");
  if (!field || document.getElementById(`${name}-error`)) return;
  const error = fromTemplate("offline-error");
  error.id = `${name}-error`;
  error.querySelector("[data-words]").textContent = french(detail);
  const before = field.querySelector(":scope > .hint") ?? field.querySelector(":scope > label, :scope > legend");
  if (before) before.after(error);
  else field.prepend(error);
  field.classList.add("field-wrong");
  field.closest("details")?.setAttribute("open", "");
  describe(field, error.id, name);
};

const line = ({ field, detail }) => {
  const item = document.createElement("li");
  const link = document.createElement(document.getElementById(field) ? "a" : "span");
  if (link.matches("a")) link.href = `#${field}`;
  link.textContent = french(detail);
  item.append(link);
  return item;
};

const forgetDescription = (described) => {
  const ids = described.getAttribute("aria-describedby").split(" ").filter((id) => id !== described.dataset.described);
  if (ids.length) described.setAttribute("aria-describedby", ids.join(" "));
  else described.removeAttribute("aria-describedby");
  described.removeAttribute("aria-invalid");
  delete described.dataset.described;
};

const TITLE = document.title;
const WRONG = "À corriger : ";
const wrongTitle = () => (TITLE.startsWith("À corriger") ? TITLE : `${WRONG}${TITLE[0].toLowerCase()}${TITLE.slice(1)}`);

export const clearMistakes = (form) => {
  document.title = TITLE;
  document.querySelectorAll(".summary").forEach((summary) => summary.remove());
  form.querySelectorAll(".field > .error").forEach((error) => error.remove());
  form.querySelectorAll(".field-wrong").forEach((field) => field.classList.remove("field-wrong"));
  form.querySelectorAll("[data-described]").forEach(forgetDescription);
};

export const showMistakes = (form, message, errors) => {
  clearMistakes(form);
  const summary = fromTemplate("offline-summary");
  summary.querySelector("[data-words]").textContent = french(message);
  summary.querySelector("ul").replaceChildren(...errors.map(line));
  document.querySelector("main").prepend(summary);
  errors.forEach(showBeside);
  document.title = french(wrongTitle());
  summary.focus();
};
