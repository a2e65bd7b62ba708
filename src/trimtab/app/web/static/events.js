// Parts of a page that follow what happens: <div id="rows" data-live="summary live"> is asked for
// again when an event of one of its topics comes. data-live-household narrows it to one household.
// The stream is closed while nobody looks at the page, and goes on where it was when somebody does.
"use strict";

(() => {
  const body = document.body;
  if (!body.dataset.events || !window.EventSource || !document.querySelector("[data-live]")) return;

  const QUIET = 400; // milliseconds for more events to come before the page is asked
  const RETRY = 15000; // after the server refused a stream
  let place = body.dataset.events;
  let source = null;
  let timer = 0;
  let later = 0;
  const due = new Set();

  const regions = () => [...document.querySelectorAll("[data-live]")];
  const topicsOf = (region) => region.dataset.live.split(" ").filter(Boolean);

  // What somebody is filling in is never taken from under their hands.
  function isTouched(region) {
    const focused = document.activeElement;
    if (focused && region.contains(focused) && focused.matches("input:not([type=checkbox]), textarea, select")) return true;
    for (const field of region.querySelectorAll("input, textarea")) {
      if (field.checked !== field.defaultChecked) return true;
      if (field.type !== "hidden" && field.value !== field.defaultValue) return true;
    }
    return Boolean(region.querySelector("details[open]"));
  }

  async function refresh() {
    timer = 0;
    const ids = [...due].filter((id) => {
      const region = document.getElementById(id);
      return region && !isTouched(region);
    });
    if (ids.length < due.size) later = later || window.setTimeout(again, 5000);
    if (!ids.length) return;
    ids.forEach((id) => due.delete(id));
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const id of ids) {
        const old = document.getElementById(id);
        const fresh = page.getElementById(id);
        if (!old || !fresh || old.isEqualNode(fresh)) continue;
        const focused = old.contains(document.activeElement) ? document.activeElement : null;
        const key = focused && (focused.id ? `#${CSS.escape(focused.id)}` : focused.getAttribute("href") && `a[href="${CSS.escape(focused.getAttribute("href"))}"]`);
        old.replaceWith(fresh);
        if (key) fresh.querySelector(key)?.focus();
        if (fresh.dataset.told) window.trimtab?.tell(fresh.dataset.told);
      }
    } catch {
      ids.forEach((id) => due.add(id));
      later = later || window.setTimeout(again, 5000);
    }
  }

  function again() {
    later = 0;
    soon();
  }

  function soon() {
    if (due.size && !timer) timer = window.setTimeout(refresh, QUIET);
  }

  function everything() {
    regions().forEach((region) => due.add(region.id));
    soon();
  }

  // A bar or words that follow a figure: data-follows="backtest:ID".
  function follow(topic, data) {
    if (!data.id) return;
    for (const one of document.querySelectorAll(`[data-follows="${CSS.escape(`${topic}:${data.id}`)}"]`)) {
      if (one instanceof HTMLProgressElement && data.of) {
        one.max = data.of;
        one.value = data.done;
      } else if (data.words) one.textContent = data.words;
    }
  }

  function heard(event) {
    place = event.lastEventId || place;
    const { household, data } = JSON.parse(event.data);
    follow(event.type, data);
    if (data.is_step) return;
    for (const region of regions()) {
      const mine = region.dataset.liveHousehold;
      if (topicsOf(region).includes(event.type) && (!mine || !household || mine === household)) due.add(region.id);
    }
    soon();
  }

  function open() {
    if (source || document.hidden) return;
    const topics = new Set(regions().flatMap(topicsOf));
    const asked = new URLSearchParams({ after: place, topics: [...topics].join(",") });
    source = new EventSource(`/events?${asked}`);
    for (const topic of topics) source.addEventListener(topic, heard);
    source.addEventListener("hello", (event) => { place = event.lastEventId || place; });
    source.addEventListener("gap", (event) => {
      place = event.lastEventId || place;
      everything();
    });
    source.addEventListener("error", () => {
      if (source && source.readyState === EventSource.CLOSED) {
        source = null;
        window.setTimeout(open, RETRY);
      }
    });
  }

  function close() {
    if (source) source.close();
    source = null;
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", open);
  open();
})();
