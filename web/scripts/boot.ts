import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/**
 * Writes dist/boot.js, the one script that runs before the application's: it sets the colour scheme before the first paint
 * and asks at once for the code and texts of the page at hand, which the application would ask for one round trip later.
 * A file, because the content security policy refuses inline scripts; small, because the first paint waits for it.
 */
export function boot(): Plugin {
  return {
    name: 'boot',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
      const entry = chunks.find((chunk) => chunk.isEntry);
      const root = process.cwd();

      const filesOf = (source: string): string[] => {
        const start = chunks.find((chunk) => chunk.facadeModuleId === `${root}/src/${source}`);
        if (!start) this.error(`boot: no chunk for ${source}`);
        const found = new Set<string>();
        const visit = (fileName: string) => {
          const chunk = byName.get(fileName);
          if (!chunk || found.has(fileName) || chunk === entry || entry?.imports.includes(fileName)) return;
          found.add(fileName);
          for (const css of chunk.viteMetadata?.importedCss ?? []) found.add(css);
          chunk.imports.forEach(visit);
        };
        visit(start.fileName);
        return [...found];
      };

      const pages: Record<string, { page: string[]; fr: string[]; en: string[] }> = {};
      for (const { path, file, texts } of routes()) {
        const of = (language: string) => texts.flatMap((name) => filesOf(`locales/${language}/${name}.ts`));
        pages[path] = { page: filesOf(file), fr: of('fr'), en: of('en') };
      }
      const source = readFileSync('scripts/boot.template.js', 'utf8').replace('/* PAGES */ {}', JSON.stringify(pages));
      this.emitFile({ type: 'asset', fileName: 'boot.js', source });
    },
  };
}

/** First-level addresses with their page and namespaces, read from the routes. */
function routes(): { path: string; file: string; texts: string[] }[] {
  const lines = readFileSync('src/app/routes.tsx', 'utf8').split('\n');
  return lines.flatMap((line) => {
    const match = /(index: true|path: '([a-z-]+)'), \.\.\.page\(\(\) => import\('\.\.\/(features\/[^']+)'\)(.*)\)/.exec(line);
    const file = match?.[3];
    if (!match || file === undefined || /^\s{18}/.test(line)) return [];
    return [
      { path: match[2] ?? '', file: `${file}.tsx`, texts: [...(match[4] ?? '').matchAll(/'([a-z]+)'/g)].map((m) => m[1] ?? '') },
    ];
  });
}
