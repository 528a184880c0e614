// Keys, in the frame and on the page around it: 1-4 decide, left and right step the later date (with Shift the earlier
// one), S switches between the two ways of looking.
(function (P) {
  const TYPED = "input:not([type=range]), textarea, select, [contenteditable=true], [role=dialog], [role=combobox]";

  const NUDGES = { ArrowLeft: -0.02, ArrowDown: -0.02, ArrowRight: 0.02, ArrowUp: 0.02, PageDown: -0.2, PageUp: 0.2, Home: -1, End: 1 };

  function documents() {
    try {
      return [document, window.parent.document];
    } catch (refused) {
      return [document]; // a page of another origin around us: its keys are its own
    }
  }

  // On the handle the arrows move the line, on a thumb of the dates that thumb; everywhere else the later date.
  function meaning(event) {
    const on = (what) => event.target.closest?.(what);
    if (/^(Arrow|Home|End|Page)/.test(event.key) && on(".inspect-thumb")) return null;
    if (on(".inspect-grip") && event.key in NUDGES) return ["nudge", NUDGES[event.key]];
    const side = event.shiftKey ? "before" : "after";
    if (event.key === "ArrowLeft") return ["step", side, -1];
    if (event.key === "ArrowRight") return ["step", side, 1];
    if (event.key === "s" || event.key === "S") return ["switch"];
    return /^[1-4]$/.test(event.key) ? ["decide", Number(event.key)] : null;
  }

  P.listen = function (act) {
    const heard = (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      const around = documents().at(-1);
      if (event.target.closest?.(TYPED) || around.querySelector("[role=dialog]")) return;
      const found = meaning(event);
      if (!found) return;
      event.preventDefault();
      event.stopPropagation();
      act(...found);
    };
    for (const place of documents()) place.addEventListener("keydown", heard, true);
    window.addEventListener("pagehide", () => documents().forEach((place) => place.removeEventListener("keydown", heard, true)));
  };
})(window.PalmMap);
