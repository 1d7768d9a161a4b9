import { defineConfig } from 'vite';
import react from '@vitejs/plugin-react';

// Static files for any host: the local cloud and CloudFront serve dist/ and answer unknown paths with index.html.
export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    // The strict content security policy has no `data:` source for scripts or fonts: nothing is inlined.
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
});
