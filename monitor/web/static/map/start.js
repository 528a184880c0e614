// The one name this map puts into the page. Every file of this folder adds its part to it.
window.PalmMap = {};

// Leaflet guesses the folder of its images from its style sheet, which may not have arrived yet: say it. No flag in the attribution.
(function () {
  const own = document.querySelector('script[src*="/palmmap/assets/"]');
  if (own) L.Icon.Default.imagePath = own.src.replace(/[^/]*$/, "images/");
  L.Control.Attribution.mergeOptions({ prefix: false });
})();
