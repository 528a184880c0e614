// 菜单 goes from page to page within the open one, as the browser's own back button does, and marks where we are.
(function () {
  const bar = () => document.querySelector(".palmmap-bar");
  const ready = () => document.querySelector('[data-testid="stApp"][data-test-connection-state="CONNECTED"] .palmmap-freshness');

  function mark() {
    for (const link of bar().querySelectorAll("a:not(.home)")) {
      if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    if (location.pathname !== "/") document.querySelector(".palmmap-ahead")?.remove(); // it belongs to the first page
  }

  function fold(kept) {
    for (const list of bar().querySelectorAll("details[open]")) if (!list.contains(kept)) list.open = false;
  }

  // A past day that is looked at stays so on the next page.
  function aim(link) {
    const day = new URLSearchParams(location.search).get("as_of");
    link.search = day ? `?as_of=${encodeURIComponent(day)}` : "";
  }

  function go(event) {
    const link = event.target.closest?.(".palmmap-bar a");
    fold(link ? null : event.target);
    if (!link) return;
    aim(link);
    if (link.pathname === location.pathname || !ready()) return; // loaded anew, as it is at first
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    window.dispatchEvent(new PopStateEvent("popstate"));
    mark();
  }

  document.addEventListener("click", go);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") fold(null);
  });
  document.addEventListener("DOMContentLoaded", () => {
    mark();
    new MutationObserver(mark).observe(document.querySelector("title"), { childList: true });
  });
  window.addEventListener("popstate", mark);
})();
