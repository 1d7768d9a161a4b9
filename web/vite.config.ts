import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/**
 * The component library's ids of fields: its own hook draws every labelled field a second time at the start, to give it another
 * id than the one that was drawn. React's are the same in both, so ours (src/lib/use-id.ts) stands in its place.
 */
function steadyIds(): Plugin {
  return {
    name: 'steady-ids',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      if (!source.endsWith('use-id/use-id.mjs')) return null;
      const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
      return resolved?.id.includes('@mantine/hooks') ? fileURLToPath(new URL('src/lib/use-id.ts', import.meta.url)) : resolved;
    },
  };
}

// Static files for any host. Beside dist/index.html, dist/pages/ has the first state of every page that visitors meet, drawn by
// scripts/prerender.mjs from a second build (`--ssr`). shared/topology says which file answers which address.
export default defineConfig(({ isSsrBuild }) => ({
  plugins: [react(), steadyIds()],
  build: isSsrBuild
    ? { target: 'node20', outDir: 'node_modules/.cache/prerender', copyPublicDir: false }
    : {
        target: 'es2022',
        // The strict content security policy has no `data:` source for scripts or fonts: nothing is inlined.
        assetsInlineLimit: 0,
        manifest: true,
        modulePreload: { polyfill: false },
        rolldownOptions: {
          output: {
            // Few files: the base that every page needs, what forms need, what dialogs need, what texts to read need.
            codeSplitting: {
              groups: [
                { name: 'base', tags: ['$initial'], priority: 2 },
                {
                  name: 'parts',
                  test: /src\/(components\/(?!CodeBlock|Confirm|Dialog|Markdown|ReadingPage)\w+\.|lib\/(?!checks|password)|api\/|features\/\w+\/api\/)/,
                  priority: 1,
                },
                { name: 'markdown', test: /node_modules\/marked|components\/(Markdown|ReadingPage)/, priority: 1 },
                { name: 'dialog', test: /components\/Dialog|@mantine\/core.*(Modal|Drawer)|react-remove-scroll/, priority: 1 },
                {
                  name: 'forms',
                  test: /components\/form\/(?!altcha|LeaveDialog)|lib\/checks|lib\/password|@mantine\/core.*(Checkbox|PasswordInput|InlineInput)/,
                },
              ],
            },
          },
        },
      },
  worker: { format: 'es' },
}));
