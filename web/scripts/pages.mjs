// Writes the addresses that the build renders (src/pages.ts) for shared/topology, which says which file answers which address.
import { writeFileSync } from 'node:fs';
import { runnerImport } from 'vite';

const { module } = await runnerImport('./src/pages.ts');
const prerendered = module.pages.filter((page) => page.prerendered).map((page) => page.path);
writeFileSync('../shared/topology/pages.json', `${JSON.stringify(prerendered, null, 2)}\n`);
