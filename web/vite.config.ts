import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Static files for any host. Beside dist/index.html, dist/pages/ has the first state of every page that visitors meet, drawn by
// scripts/prerender.mjs from a second build (`--ssr`). shared/topology says which file answers which address.
export default defineConfig(({ isSsrBuild }) => ({
  plugins: [react()],
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
