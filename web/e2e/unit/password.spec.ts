import { expect, test } from '@playwright/test';
import { checkEmail, checkNewPassword } from '../../src/lib/checks';
import { strength } from '../../src/lib/password';

const passwords: [string, string | undefined, string][] = [
  ['B5 eleven characters are refused', 'password_too_short', 'Abcdefgh 12'],
  ['B5 twelve characters are enough', undefined, 'Abcdefghi 12'],
  ['B6 a password without a digit is refused', 'password_no_digit', 'Abcdefghijk!'],
  ['B7 a password without a lower-case letter is refused', 'password_no_lowercase', 'ABCDEFGHIJ1!'],
  ['B8 a password without an upper-case letter is refused', 'password_no_uppercase', 'abcdefghij1!'],
  ['B9 a password without a special character is refused', 'password_no_special', 'Abcdefghijk1'],
  ['B9 a space is a special character', undefined, 'Correct horse 12'],
  ['B9 an accented letter is no special character', 'password_no_special', 'Abcdéfghijk1'],
  ['RG-07 128 code points are accepted', undefined, `Aa1 ${'😀'.repeat(124)}`],
  ['RG-07 129 code points are refused, never cut', 'password_too_long', `Aa1 ${'😀'.repeat(125)}`],
  ['RG-07 code points count after NFC', 'password_too_short', `Aa1 ${'e\u0301'.repeat(7)}`],
];

for (const [name, fault, password] of passwords) {
  test(name, () => expect(checkNewPassword(password)).toBe(fault));
}

test('B4 strength is insufficient until every rule is kept', () => {
  expect(strength('Abcdefghijk1')).toBe('insufficient');
  expect(strength('Abcdefghij1!')).toBe('sufficient');
  expect(strength('Correct horse battery 12')).toBe('strong');
  expect(strength('Aa1!Aa1!Aa1!Aa1!Aa1!')).toBe('sufficient');
});

const addresses: [string, string | undefined][] = [
  ['', 'required'],
  ['   ', 'required'],
  ['nobody', 'no_address'],
  ['a@b', 'no_address'],
  ['a@b@c.fr', 'no_address'],
  ['a b@c.fr', 'no_address'],
  ['a@c.fr\nBcc: x@y.fr', 'no_address'],
  [`${'a'.repeat(250)}@b.fr`, 'too_long'],
  ['a+b@exemple.fr', undefined],
  ['élodie@exemple.fr', undefined],
];

for (const [address, fault] of addresses) {
  test(`B3 ${JSON.stringify(address.slice(0, 30))} is ${fault ?? 'accepted'}`, () => expect(checkEmail(address)).toBe(fault));
}
