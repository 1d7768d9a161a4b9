/**
 * What the sign-up form says about a password while it is typed: the guide's five rules (B5-B9) and a coarse strength.
 * Only a hint: the API decides, and knows more (common passwords, personal words).
 */

export type Rule = 'length' | 'digit' | 'lowercase' | 'uppercase' | 'special';
export const rules: Rule[] = ['length', 'digit', 'lowercase', 'uppercase', 'special'];

export type Strength = 'insufficient' | 'sufficient' | 'strong';

const minimum = 12;
/** Code points that count; longer is refused, never cut (RG-07). */
export const maximum = 128;

/** The rules that the password keeps. A space is a special character. */
export function kept(password: string): Set<Rule> {
  const text = password.normalize('NFC');
  const result = new Set<Rule>();
  if (Array.from(text).length >= minimum) result.add('length');
  if (/[0-9]/.test(text)) result.add('digit');
  if (/\p{Ll}/u.test(text)) result.add('lowercase');
  if (/\p{Lu}/u.test(text)) result.add('uppercase');
  if (/[^\p{L}\p{N}]/u.test(text)) result.add('special');
  return result;
}

/** Insufficient until all five rules are kept; strong when it is also long and varied. */
export function strength(password: string): Strength {
  if (kept(password).size < rules.length) return 'insufficient';
  const points = Array.from(password.normalize('NFC'));
  return points.length >= 16 && new Set(points).size >= 10 ? 'strong' : 'sufficient';
}
