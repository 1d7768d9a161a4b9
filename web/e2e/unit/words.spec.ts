import { expect, test } from '@playwright/test';
import { matches } from '../../src/lib/match';
import { day, relative } from '../../src/lib/time';
import { Intent } from '../../src/api/intent';

test('A3 search ignores accents, case and order', () => {
  expect(matches('Réinitialiser le mot de passe', 'PASSE reinit')).toBe(true);
  expect(matches('Réinitialiser le mot de passe', 'passe clé')).toBe(false);
});

test('times are relative in the language of the page', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  expect(relative('2026-11-23T09:00:00Z', 'fr', now)).toBe('il y a 3 heures');
  expect(relative('2026-11-22T11:00:00Z', 'en', now)).toBe('yesterday');
  expect(day('2026-11-23T12:00:00Z', 'fr')).toBe('23 novembre 2026');
  expect(day('2026-11-23T12:00:00Z', 'en')).toBe('23 November 2026');
});

test('the same body keeps its idempotency key, another body gets another one', () => {
  const intent = new Intent();
  const first = intent.keyFor({ a: 1 });
  expect(intent.keyFor({ a: 1 })).toBe(first);
  expect(intent.keyFor({ a: 2 })).not.toBe(first);
  expect(first).toMatch(/^[A-Za-z0-9_-]{16,64}$/);
});
