import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accentScale, contrast, darkShade, darkSurface, lightShade, lightSurface } from '../../src/lib/accent';

const accents = ['#1f3f8f', '#d4301f', '#ffcc00', '#00a95f', '#808080', '#000000', '#ffffff', '#7fffd4', '#ff00ff', '#123456'];

test('Z22 what is drawn before the configuration is known has the product’s own colour', () => {
  const web = join(import.meta.dirname, '../..');
  const { accent } = JSON.parse(readFileSync(join(web, '../shared/account/configuration.json'), 'utf8')) as { accent: string };
  expect(readFileSync(join(web, 'src/features/site/api/configuration.ts'), 'utf8')).toContain(`accent: '${accent}'`);
  expect(readFileSync(join(web, 'dist/pages/fr/index.html'), 'utf8')).toContain(
    `--mantine-color-accent-7: ${accentScale(accent)[7]};`,
  );
});

for (const accent of accents) {
  test(`accent ${accent} is readable as a link and as a button on both themes`, () => {
    const scale = accentScale(accent);
    expect(contrast(scale[lightShade], lightSurface)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(scale[lightShade], '#f5f7fa')).toBeGreaterThanOrEqual(4.5);
    expect(contrast('#ffffff', scale[lightShade])).toBeGreaterThanOrEqual(4.5);
    expect(contrast('#ffffff', scale[8])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(scale[darkShade], darkSurface)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(scale[darkShade], '#272d37')).toBeGreaterThanOrEqual(4.5);
  });
}
