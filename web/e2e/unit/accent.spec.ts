import { expect, test } from '@playwright/test';
import { accentScale, contrast, darkShade, darkSurface, lightShade, lightSurface } from '../../src/lib/accent';

const accents = ['#1f3f8f', '#d4301f', '#ffcc00', '#00a95f', '#808080', '#000000', '#ffffff', '#7fffd4', '#ff00ff', '#123456'];

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
