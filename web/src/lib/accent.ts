/**
 * The accent colour's scale. The portal's operator configures one colour; every tint is derived here so that text and
 * buttons keep a contrast of 4.5:1 on both themes whatever was configured (held by accent.spec.ts).
 */

/** Ten tints, light to dark, as Mantine wants them. */
export type Scale = [string, string, string, string, string, string, string, string, string, string];

/** Backgrounds that accent text stands on. Keep equal to theme.ts. */
export const lightSurface = '#ffffff';
export const darkSurface = '#1b1f27';

/** Index of the tint that is the filled button (white text on it) and the link of the light theme. */
export const lightShade = 7;
/** Index of the tint that is the link of the dark theme. */
export const darkShade = 3;

type Rgb = [number, number, number];

function parse(hex: string): Rgb {
  const n = Number.parseInt(hex.slice(1), 16);
  return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
}

function format([r, g, b]: Rgb): string {
  return `#${[r, g, b].map((v) => Math.round(v).toString(16).padStart(2, '0')).join('')}`;
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const part = (i: 0 | 1 | 2) => a[i] + (b[i] - a[i]) * share;
  return [part(0), part(1), part(2)];
}

/** Relative luminance (WCAG 2.2). */
function luminance(rgb: Rgb): number {
  const linear = (v: number) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
}

/** Contrast ratio of two colours in #rrggbb, 1 to 21 (WCAG 2.2). */
export function contrast(a: string, b: string): number {
  const [la, lb] = [luminance(parse(a)), luminance(parse(b))];
  return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
}

const white: Rgb = [255, 255, 255];
const black: Rgb = [8, 10, 18];

/** Moves colour towards target until it is readable on every one of the backgrounds. */
function readable(colour: Rgb, target: Rgb, backgrounds: string[], ratio: number): Rgb {
  for (let share = 0; share < 1; share += 0.02) {
    const candidate = mix(colour, target, share);
    if (backgrounds.every((b) => contrast(format(candidate), b) >= ratio)) return candidate;
  }
  return target;
}

/** The same hue, lit for a dark background: lightness 0 to 1; a grey stays grey. */
function lit(rgb: Rgb, lightness: number): Rgb {
  const [r, g, b] = [rgb[0] / 255, rgb[1] / 255, rgb[2] / 255];
  const [max, min] = [Math.max(r, g, b), Math.min(r, g, b)];
  const spread = max - min;
  if (spread < 0.04) return mix(black, white, lightness);
  const hue = max === r ? ((g - b) / spread + 6) % 6 : max === g ? (b - r) / spread + 2 : (r - g) / spread + 4;
  // HSL with a saturation of 85 %: pale enough to read, coloured enough to be the accent.
  const chroma = (1 - Math.abs(2 * lightness - 1)) * 0.85;
  const channel = (shift: number) => {
    const k = (hue + shift) % 6;
    return 255 * (lightness - chroma / 2 + chroma * Math.max(0, Math.min(1, Math.abs(k - 3) - 1)));
  };
  return [channel(0), channel(4), channel(2)];
}

/** The scale of a configured accent, #rrggbb. */
export function accentScale(hex: string): Scale {
  const base = parse(hex);
  const onLight = readable(base, black, ['#ffffff', '#f4f6fb', format(mix(base, white, 0.92))], 4.6);
  const onDark = readable(lit(base, 0.74), white, [darkSurface, '#2a303c', format(mix(onLight, parse(darkSurface), 0.72))], 4.8);
  return [
    format(mix(base, white, 0.93)),
    format(mix(base, white, 0.84)),
    format(mix(base, white, 0.7)),
    format(onDark),
    format(mix(base, white, 0.3)),
    format(mix(onLight, white, 0.18)),
    format(mix(onLight, white, 0.08)),
    format(onLight),
    format(mix(onLight, black, 0.18)),
    format(mix(onLight, black, 0.42)),
  ];
}
