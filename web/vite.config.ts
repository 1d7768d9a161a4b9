import react from '@vitejs/plugin-react';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** The portal whose API the development server passes on: what `make run` serves, unless PORTAL_URL names another one. */
const portal = process.env['PORTAL_URL'] ?? 'http://localhost:8080';

/** Writes the default configuration into the page, as scripts/prerender.mjs writes the installation's own into built ones. */
function defaultConfiguration(): Plugin {
  const file = fileURLToPath(new URL('../shared/account/configuration.json', import.meta.url));
  return {
    name: 'default-configuration',
    apply: 'serve',
    transformIndexHtml: () => {
      const configuration = { ...(JSON.parse(readFileSync(file, 'utf8')) as object), version: 'development' };
      const children = JSON.stringify(configuration).replaceAll('<', '\\u003c');
      return [{ tag: 'script', attrs: { type: 'application/json', id: 'configuration' }, children }];
    },
  };
}

// Static files for any host. A second build (`--ssr`) is for scripts/prerender.mjs, which writes the pages. shared/topology says which file
// answers which address.
export default defineConfig(({ isSsrBuild }) => ({
  plugins: [react(), defaultConfiguration()],
  server: {
    proxy: {
      '/api': {
        target: portal,
        changeOrigin: true,
        // The API answers pages of its own origin only.
        configure: (proxy) => {
          proxy.on('proxyReq', (request) => {
            if (request.hasHeader('origin')) request.setHeader('origin', portal);
          });
        },
      },
    },
  },
  build: isSsrBuild
    ? { target: 'node20', outDir: 'node_modules/.cache/prerender', copyPublicDir: false }
    : {
        target: 'es2022',
        // The strict content security policy has no `data:` source for scripts or fonts: nothing is inlined.
        assetsInlineLimit: 0,
        manifest: true,
        modulePreload: { polyfill: false },
        // What the entry needs is one file, which compresses better; the rest is split by what pages share.
        rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'base', tags: ['$initial'] }] } } },
      },
  worker: { format: 'es' },
}));
