import { defineConfig } from '@playwright/test';

/** The portal under test: the running local stack, or what PORTAL_URL names. */
const baseURL = process.env['PORTAL_URL'] ?? 'http://localhost:8080';

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  forbidOnly: process.env['CI'] !== undefined,
  fullyParallel: true,
  workers: process.env['WORKERS'] === undefined ? 2 : Number(process.env['WORKERS']),
  // Where nobody watches, a test that fails once is tried again and reported as flaky.
  retries: process.env['CI'] === undefined ? 0 : 1,
  reporter: [['list']],
  timeout: 180_000, // a walk over every page takes a minute on a busy machine
  expect: { timeout: 10_000 },
  use: {
    baseURL,
    actionTimeout: 40_000, // the slowest answer: a mail, or a captcha on a busy machine
    locale: 'fr-FR',
    trace: 'retain-on-failure',
    // Debian's browser: Playwright's own are never downloaded.
    launchOptions: { executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium' },
  },
  projects: [
    { name: 'unit', testDir: 'e2e/unit' },
    { name: 'e2e', testDir: 'e2e/portal' },
    // What they do touches everybody who is signed in.
    { name: 'alone', testDir: 'e2e/alone', dependencies: ['e2e'], fullyParallel: false, workers: 1 },
    { name: 'screenshots', testDir: 'e2e/screenshots', timeout: 600_000 },
  ],
});
