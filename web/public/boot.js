// Runs before the first paint: sets the colour scheme, and tells whether the page that was drawn at build time is this visitor's.
// A file, because the content security policy refuses inline scripts; small, because the first paint waits for it.
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
  (read('accent') ?? '').split(' ').forEach((colour, tint) => {
    if (/^#[0-9a-f]{6}$/.test(colour)) frame.style.setProperty('--mantine-color-accent-' + tint, colour);
  });
  if (read('cookie-notice') === 'read') frame.dataset.cookieNotice = 'read';

  // As src/locales/i18n.ts and src/features/home/HomePage.tsx choose.
  const known = ['fr', 'en'];
  const language = [read('language'), ...navigator.languages.map((wanted) => wanted.slice(0, 2)), 'fr'].find((wanted) =>
    known.includes(wanted),
  );
  const page = frame.dataset.page;
  if (!page) return;
  const other = language !== frame.lang || page !== location.pathname || (page === '/' && read('session') === 'open');
  frame.dataset.drawn = other ? 'other' : 'fits'; // another one is not shown

  // The application is asked for when the drawn page is painted, and at once where nothing will be; it starts when the page is
  // whole, which it may be later than its first paint. Asking twice starts it once.
  const start = () => {
    const code = (frame.dataset.code ?? '').split(' ');
    delete frame.dataset.code;
    if (code[0] === '') return;
    for (const href of code) document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href }));
    const run = () =>
      import(code[0]).catch((failure) => {
        setTimeout(run, 3000); // a network that was away comes back
        throw failure;
      });
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', run);
    else run();
  };
  if (document.hidden || other) start();
  else {
    new PerformanceObserver(start).observe({ type: 'paint', buffered: true });
    setTimeout(start, 2000); // should a browser not tell
  }

  // Until the application is there, what is typed and ticked stays in the fields, from which it is taken over; no form is sent;
  // and what was pressed last is pressed again when the page is alive: a button, and, once something was typed that leaving would
  // lose, a link.
  let typed = false;
  let pressed;
  const hold = (event) => {
    if (!frame.dataset.drawn) return;
    if (event.type === 'input') typed = true;
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey);
    const target =
      event.type === 'click' && event.target.closest(typed && plain ? 'button, a[href]:not([target], [href^="#"])' : 'button');
    if (event.type === 'submit' ? event.target.method === 'post' : target) event.preventDefault();
    if (event.type !== 'submit') event.stopImmediatePropagation();
    if (target) pressed = target;
  };
  for (const type of ['click', 'input', 'change', 'submit']) addEventListener(type, hold, true);
  document.addEventListener('alive', () => {
    delete frame.dataset.drawn;
    if (pressed?.isConnected) setTimeout(() => pressed.click());
  });
})();
