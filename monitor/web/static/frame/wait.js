// 候载 Streamlit begins when the map ahead of it is drawn, or after a while in any case.
(function () {
  const PATIENCE_MS = 1500;
  window.palmmapDrawn = () => {
    const waiting = document.getElementById("palmmap-streamlit");
    if (!waiting) return;
    waiting.remove();
    document.head.append(waiting.content);
  };
  setTimeout(window.palmmapDrawn, PATIENCE_MS);
})();
