import type { FieldCode } from '../api/problem';
import { kept, maximum } from './password';

/** Checks that the page makes before it asks the API, in the API's own codes where it has one. */

export function checkEmail(value: string): FieldCode | 'no_address' | undefined {
  const email = value.trim();
  if (email === '') return 'required';
  if (email.length > 254) return 'too_long';
  // Only what is surely no address; the mail itself is the proof.
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email) ? undefined : 'no_address';
}

/** The first of the rules that a new password breaks. */
export function checkNewPassword(value: string): FieldCode | undefined {
  if (value === '') return 'required';
  if (Array.from(value.normalize('NFC')).length > maximum) return 'password_too_long';
  const rules = kept(value);
  if (!rules.has('length')) return 'password_too_short';
  if (!rules.has('digit')) return 'password_no_digit';
  if (!rules.has('lowercase')) return 'password_no_lowercase';
  if (!rules.has('uppercase')) return 'password_no_uppercase';
  if (!rules.has('special')) return 'password_no_special';
  return undefined;
}
