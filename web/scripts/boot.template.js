// Generated into dist/boot.js by scripts/boot.ts.
(function () {
  var pages = /* PAGES */ {};
  var read = function (key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };

  var theme = read('theme');
  var dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';

  var language = read('language');
  for (var i = 0; language !== 'fr' && language !== 'en' && i < navigator.languages.length; i++) {
    language = navigator.languages[i].slice(0, 2);
  }
  var files = pages[location.pathname.replace(/^\/|\/$/g, '')];
  if (!files) return;
  files.page.concat(files[language === 'en' ? 'en' : 'fr']).forEach(function (file) {
    var link = document.createElement('link');
    link.rel = /\.css$/.test(file) ? 'preload' : 'modulepreload';
    if (link.rel === 'preload') link.as = 'style';
    link.href = '/' + file;
    document.head.appendChild(link);
  });
})();
