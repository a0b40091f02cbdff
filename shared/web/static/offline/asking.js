/* One question in a dialog: the focus goes in, Escape keeps everything as it is, the focus comes back. */
import { french } from "./words.js";

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

const button = ({ label, value, kind = "secondary" }) =>
  make("button", { className: `button button-${kind}`, type: "submit", value }, make("span", { textContent: label }));

/* The first choice is the safe one: it has the focus. Answers the chosen value; an empty text after Escape. */
export const ask = ({ title, lines, choices }) =>
  new Promise((resolve) => {
    const heading = make("h2", { id: "question", textContent: french(title) });
    const words = lines.map((line) => make("p", { textContent: french(line) }));
    const buttons = make("p", { className: "actions" }, ...choices.map(button));
    const form = make("form", { method: "dialog", className: "stack" }, heading, ...words, buttons);
    const dialog = make("dialog", { className: "question" }, form);
    dialog.setAttribute("aria-labelledby", heading.id);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    document.body.append(dialog);
    dialog.showModal();
    buttons.querySelector("button").focus();
  });
