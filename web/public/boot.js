// Runs before the first paint: sets the theme and hides a prerendered page that is not this visitor's. A file, because the content
// security policy refuses inline scripts; small, because the first paint waits for it.
(function () {
  const frame = document.documentElement;
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };

  const theme = read('theme');
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  frame.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  frame.style.colorScheme = dark ? 'dark' : 'light';
  if (read('cookie-notice') === 'read') frame.dataset.cookieNotice = 'read';

  // As src/locales/i18n.ts and src/features/home/HomePage.tsx choose.
  const known = ['fr', 'en'];
  const wanted = [read('language'), ...navigator.languages.map((tag) => tag.slice(0, 2)), 'fr'].find((tag) =>
    known.includes(tag),
  );
  const home = location.pathname === '/' && read('session') === 'open'; // the visitor's was prerendered
  if (frame.dataset.prerendered && (wanted !== frame.lang || home)) frame.dataset.prerendered = 'other';
})();
