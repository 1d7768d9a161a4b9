// Generated from shared/problem/codes.yaml (make generate): edit that file instead.

/** What is said beside a field. */
export const field = {
  required: 'Enter a value.',
  too_short: 'This value is too short.',
  too_long: 'This value is too long.',
  malformed: 'This value does not have the expected format.',
  not_allowed: 'This value is not accepted here.',
  password_too_short: 'The password must have at least 12 characters.',
  password_too_long: 'The password can have at most 128 characters.',
  password_no_digit: 'The password must contain a digit.',
  password_no_lowercase: 'The password must contain a lower-case letter.',
  password_no_uppercase: 'The password must contain an upper-case letter.',
  password_no_special: 'The password must contain a special character; a space is one.',
  password_common: 'This password is too common, or too regular. Choose several words that do not belong together.',
  password_personal: 'The password must not contain your name, your email address, your organisation or the name of the portal.',
  password_unchanged: 'The new password is the same as the current one.',
  password_wrong: 'Incorrect password.',
  organisation_code_invalid: 'This code is not recognised. Ask your organisation’s administrator for it.',
  terms_outdated: 'The terms have just changed. Read them, then accept them again.',
  captcha_required: 'The security check has not been completed. Tick the box and wait a moment.',
  captcha_invalid: 'The security check has expired and was restarted. Send the form again.',
  sole_administrator: 'You are its only administrator.',
  sole_owner: 'You are its only owner.',
};
