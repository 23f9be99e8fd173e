// Small help beside the forms; every page works without it.
"use strict";

// The date in words beneath a date field, since browsers show dates in their own language.
function sayDay(field) {
  const words = field.parentElement.querySelector(".day-words") || field.insertAdjacentElement("afterend", Object.assign(document.createElement("p"), { className: "form-text day-words" }));
  const day = field.valueAsDate;
  const locale = document.documentElement.lang === "vi" ? "vi-VN" : "en-GB";
  words.textContent = day ? day.toLocaleDateString(locale, { weekday: "long", day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" }) : "";
}

function prepare(root) {
  root.querySelectorAll("input[data-day]").forEach((field) => {
    if (field.dataset.ready) return;
    field.dataset.ready = "1";
    field.addEventListener("input", () => sayDay(field));
    sayDay(field);
  });
  root.querySelectorAll("input[data-ticks]").forEach((box) => { box.hidden = false; });
  root.querySelectorAll("input[data-most]").forEach((field) => {
    field.addEventListener("change", () => {
      const sum = Array.from(field.files).reduce((bytes, file) => bytes + file.size, 0);
      field.setCustomValidity(sum > Number(field.dataset.most) ? field.dataset.tooLarge : "");
      field.reportValidity();
    });
  });
}

// One tick for all that can be ticked.
document.addEventListener("change", (event) => {
  const name = event.target.dataset.ticks;
  if (name) document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`).forEach((box) => { box.checked = event.target.checked; });
});

// Keys: / to search, j and k through rows.
function move(step) {
  const rows = Array.from(document.querySelectorAll("[data-row] a:first-of-type, [data-row] .inbox-title"));
  if (!rows.length) return;
  const here = rows.indexOf(document.activeElement);
  rows[Math.min(Math.max(here + step, 0), rows.length - 1)].focus();
}

// A letter presses what carries it: in the proposal or row that has the focus, else on the page.
function pressKey(event) {
  const key = CSS.escape(event.key);
  const here = document.activeElement;
  const row = here.closest("[data-row]");
  const found = (row && row.querySelector(`[data-key="${key}"]`)) || document.querySelector(`[data-page-key="${key}"]`);
  if (!found) return;
  event.preventDefault();
  found.click();
  const field = found.tagName === "SUMMARY" && found.parentElement.querySelector("input");
  if (field) field.focus();
}

// Enter in a reason declares with it.
document.addEventListener("keydown", (event) => {
  const line = event.key === "Enter" && event.target.closest(".why-line");
  if (line && event.target.tagName === "INPUT") { event.preventDefault(); line.querySelector("button").click(); }
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  if (event.key === "j") move(1);
  if (event.key === "k") move(-1);
  if (event.key.length === 1) pressKey(event);
  if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); }
  }
});

// A form is sent once: the second click finds its button at rest. What was refused is read out at once.
document.addEventListener("submit", (event) => {
  const button = event.target.querySelector("button[type=submit]:not([name])");
  if (button && event.target.method === "post") setTimeout(() => { button.disabled = true; }, 0);
});
window.addEventListener("pageshow", () => document.querySelectorAll("button[disabled]:not([hidden])").forEach((button) => { button.disabled = false; }));
document.addEventListener("DOMContentLoaded", () => {
  prepare(document);
  const refusal = document.getElementById("refusal");
  if (refusal) refusal.focus();
});
// Whoever is led to a place goes on from there by keyboard; the browser itself moves the focus away when it scrolls.
function focusPlace() {
  const place = document.getElementById(window.location.hash.slice(1));
  const first = place && !document.getElementById("refusal") && place.querySelector("textarea, a");
  if (first) first.focus({ preventScroll: true });
}
window.addEventListener("load", () => setTimeout(focusPlace, 0));
window.addEventListener("hashchange", focusPlace);
// What the server refuses or cannot do is shown as the page it answers with.
document.addEventListener("htmx:responseError", (event) => { window.location.assign(event.detail.pathInfo.finalRequestPath); });
document.addEventListener("htmx:afterSwap", (event) => prepare(event.target));
