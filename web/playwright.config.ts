import { defineConfig } from '@playwright/test';
import { full, seed } from './e2e/sample';

/** The portal under test: the running local stack, or what PORTAL_URL names. */
const baseURL = process.env['PORTAL_URL'] ?? 'http://localhost:8080';

// The workers read this file too.
if (process.env['TEST_WORKER_INDEX'] === undefined) console.log(full ? 'all cases' : `a sample of the cases: SEED=${seed}`);

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  forbidOnly: process.env['CI'] !== undefined,
  fullyParallel: true,
  workers: process.env['WORKERS'] === undefined ? 2 : Number(process.env['WORKERS']),
  retries: 0, // a test that fails now and then is a defect of the product or of the test
  reporter: [['list']],
  timeout: 300_000, // ends a test that hangs; the longest takes half a minute on two quiet cores, and two minutes beside other work
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
