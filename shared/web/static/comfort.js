/* Comfort only: every page works without this file. */
(() => {
  "use strict";
  const SPACE = "\u00a0";
  const MINUTE = 60_000;
  const HOUR = 60 * MINUTE;
  const WATCH_FROM = 50;
  const URGENT_FROM = 75;
  const LONGEST_IN_HOURS = 72 * HOUR;
  const RELEASE_AFTER = 8_000;

  const twoUnits = (amount, perUnit, unit, restUnit, pad) => {
    const whole = Math.floor(amount / perUnit);
    const rest = amount % perUnit;
    if (!whole) return `${rest}${SPACE}${restUnit}`;
    if (!rest) return `${whole}${SPACE}${unit}`;
    return `${whole}${SPACE}${unit}${SPACE}${pad ? String(rest).padStart(2, "0") : `${rest}${SPACE}${restUnit}`}`;
  };

  const duration = (span) => {
    const minutes = Math.floor(Math.abs(span) / MINUTE);
    if (minutes < 1) return `moins d’une${SPACE}minute`;
    if (Math.abs(span) > LONGEST_IN_HOURS) return twoUnits(Math.floor(minutes / 60), 24, "j", "h", false);
    return twoUnits(minutes, 60, "h", "min", true);
  };

  const level = (share, left) => {
    if (left <= 0) return "late";
    if (share >= URGENT_FROM) return "urgent";
    return share >= WATCH_FROM ? "watch" : "calm";
  };

  /* The server's clock is the right one: only the time spent since the page arrived is measured here. */
  const arrivals = new WeakMap();
  const serverNow = (clock) => {
    const known = arrivals.get(clock);
    if (known?.said !== clock.dataset.now) arrivals.set(clock, { said: clock.dataset.now, at: Date.now() });
    return Date.parse(clock.dataset.now) + Date.now() - arrivals.get(clock).at;
  };

  const relevel = (element, name) => {
    if (!element) return;
    for (const old of ["calm", "watch", "urgent", "late"]) element.classList.toggle(`level-${old}`, old === name);
  };

  const show = (clock) => {
    const started = Date.parse(clock.dataset.started);
    const deadline = Date.parse(clock.dataset.deadline);
    const now = serverNow(clock);
    const left = deadline - now;
    const share = Math.min(100, Math.max(0, (100 * (now - started)) / (deadline - started)));
    clock.querySelector(".clock-caption").textContent = left <= 0 ? "dépassé depuis" : "il reste";
    clock.querySelector(".clock-figure").textContent = duration(left);
    clock.querySelector(".rail-fill").setAttribute("width", `${share.toFixed(1)}%`);
    relevel(clock, level(share, left));
    relevel(clock.closest(".row"), level(share, left));
  };

  const tick = () => document.querySelectorAll("[data-deadline]").forEach(show);

  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  };

  const guard = (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(release, RELEASE_AFTER, form);
  };

  const copy = async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    const words = button.querySelector("span");
    const before = words.textContent;
    words.textContent = "Copié";
    setTimeout(() => { words.textContent = before; }, 2_000);
  };

  const reveal = () => {
    if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
  };

  document.addEventListener("submit", guard);
  document.addEventListener("click", copy);
  document.addEventListener("visibilitychange", tick);
  document.addEventListener("htmx:after:swap", () => { tick(); reveal(); });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
  setInterval(tick, 20_000);
  tick();
  reveal();
})();
