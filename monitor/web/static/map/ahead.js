// The map that the page carries ahead of Streamlit (palm_map.py), and the frame of Streamlit that comes to speak for it.
(function (P) {
  const self = window.frameElement;
  const isAhead = self !== null && self.classList.contains("palmmap-ahead");
  let voice;
  const spoken = new Promise((done) => (voice = done));
  if (!isAhead) voice((value) => window.Streamlit.setComponentValue(value));

  // The map ahead, if it was made of the same; else it goes.
  function take(options) {
    P.options = JSON.stringify(options);
    const frame = isAhead ? null : window.parent.document.querySelector(".palmmap-ahead");
    if (!frame) return null;
    const drawn = frame.contentWindow.PalmMap;
    if (!drawn || drawn.options !== P.options) {
      frame.remove();
      return null;
    }
    drawn.ahead.speak((value) => window.Streamlit.setComponentValue(value));
    window.addEventListener("pagehide", () => frame.remove());
    Object.assign(self, { tabIndex: -1, ariaHidden: "true" });
    return drawn;
  }

  // Streamlit waits for the first picture (frame/wait.js).
  function drawn() {
    if (isAhead) requestAnimationFrame(() => setTimeout(() => window.parent.palmmapDrawn()));
  }

  const tell = (value) => spoken.then((say) => say(value));

  P.ahead = { take, drawn, tell, speak: (say) => voice(say) };
})(window.PalmMap);
