import { expect, test } from '@playwright/test';
import { returnPath, signInPath } from '../../src/lib/return-path';

const paths: [string, string | null, string][] = [
  ['C7 a page of the portal is come back to', '/profile?x=1#y', '/profile?x=1#y'],
  ['nothing asked for leads home', null, '/'],
  ['another site is not come back to', 'https://evil.example', '/'],
  ['an address without a scheme is another site', '//evil.example', '/'],
  ['a backslash is another site for some browsers', '/\\evil.example', '/'],
  ['a tab that browsers drop is refused', '/\t/evil.example', '/'],
  ['a script is no page', 'javascript:alert(1)', '/'],
  ['an empty value leads home', '', '/'],
];

for (const [name, value, expected] of paths) {
  test(name, () => expect(returnPath(value)).toBe(expected));
}

test('the sign-in page never comes back to itself', () => {
  expect(signInPath('/sign-in?return=%2Fprofile')).toBe('/sign-in');
  expect(signInPath('/profile')).toBe('/sign-in?return=%2Fprofile');
});
