import { createTheme, type CSSVariablesResolver, type MantineThemeOverride } from '@mantine/core';
import { accentScale, darkShade, lightShade } from '../lib/accent';

const spacing = { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' };

/** The theme of an accent colour (#rrggbb). Everything else that is coloured has one of four meanings (tokens below). */
export function themeOf(accent: string): MantineThemeOverride {
  return createTheme({
    primaryColor: 'accent',
    primaryShade: lightShade,
    colors: {
      accent: accentScale(accent),
      dark: ['#e7ebf1', '#c9d1dc', '#aab4c2', '#7d8899', '#454e5c', '#353d49', '#272d37', '#1b1f27', '#151920', '#0f1217'],
    },
    fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
    fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
    fontSizes: { xs: '14px', sm: '14px', md: '16px', lg: '20px', xl: '24px' },
    lineHeights: { xs: '1.45', sm: '1.5', md: '1.5', lg: '1.5', xl: '1.4' },
    headings: {
      fontWeight: '650',
      sizes: {
        h1: { fontSize: '32px', lineHeight: '1.2' },
        h2: { fontSize: '24px', lineHeight: '1.3' },
        h3: { fontSize: '20px', lineHeight: '1.35' },
        h4: { fontSize: '16px', lineHeight: '1.5' },
      },
    },
    spacing,
    radius: { xs: '4px', sm: '6px', md: '8px', lg: '8px', xl: '8px' },
    defaultRadius: 'sm',
    cursorType: 'pointer',
    respectReducedMotion: true,
    components: {
      Button: { defaultProps: { size: 'md' } },
      TextInput: { defaultProps: { size: 'md' } },
      PasswordInput: { defaultProps: { size: 'md' } },
      NativeSelect: { defaultProps: { size: 'md' } },
      Checkbox: { defaultProps: { size: 'md' } },
      Switch: { defaultProps: { size: 'md' } },
      Modal: { defaultProps: { centered: true, radius: 'md', padding: 'lg', transitionProps: { duration: 150 } } },
      Tooltip: { defaultProps: { events: { hover: true, focus: true, touch: true } } },
    },
  });
}

const tintName = (tint: number) => `--mantine-color-accent-${tint}`;

/** Tokens that stylesheets use, by theme. Contrast: text 4.5:1 at least, borders of controls 3:1. */
export const tokens: CSSVariablesResolver = () => ({
  variables: {
    '--page-width': '1200px',
    '--form-width': '640px',
    '--text-width': '70ch',
  },
  light: {
    '--mantine-color-text': '#1b2430',
    '--mantine-color-dimmed': '#4d5a6a',
    '--mantine-color-placeholder': '#667384',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': `var(${tintName(lightShade)})`,
    '--surface': '#ffffff',
    '--surface-quiet': '#f5f7fa',
    '--surface-accent': `var(${tintName(0)})`,
    '--line': '#dde2e9',
    '--line-control': '#7d8896',
    '--accent-text': `var(${tintName(lightShade)})`,
    '--success': '#176b3a',
    '--warning': '#8a4b00',
    '--danger': '#b3261e',
    '--information': '#1a5aa8',
    '--success-surface': '#eef7f1',
    '--warning-surface': '#fdf5e8',
    '--danger-surface': '#fdf1f0',
    '--information-surface': '#eff5fc',
    '--code-surface': '#f0f3f7',
  },
  dark: {
    '--mantine-color-text': '#e7ebf1',
    '--mantine-color-body': '#1b1f27',
    '--mantine-color-dimmed': '#aab4c2',
    '--mantine-color-placeholder': '#98a3b3',
    '--mantine-color-error': '#ff9b93',
    '--mantine-color-anchor': `var(${tintName(darkShade)})`,
    '--surface': '#1b1f27',
    '--surface-quiet': '#151920',
    '--surface-accent': '#232a38',
    '--line': '#353d49',
    '--line-control': '#7d8899',
    '--accent-text': `var(${tintName(darkShade)})`,
    '--success': '#7fd6a0',
    '--warning': '#f2bd6b',
    '--danger': '#ff9b93',
    '--information': '#8fc1ff',
    '--success-surface': '#1c2a24',
    '--warning-surface': '#2d2619',
    '--danger-surface': '#301f20',
    '--information-surface': '#1b2735',
    '--code-surface': '#12161c',
  },
});
