import { defineConfig } from 'vitest/config';
import { findBrowser } from './test/support/find-browser.ts';
import { LongestFirst } from './test/support/order.ts';

// Tests of pages need a Chromium. A machine without one runs all others and is told so;
// continuous integration must have one.
const pages = ['test/**/*.page.test.ts'];
const withPages = findBrowser() !== undefined || process.env['CI'] === 'true';
if (!withPages) {
  process.stderr.write(
    'No Chromium was found, so the page tests are left out. Install one (Debian: apt-get install chromium) or name it in CHROMIUM.\n',
  );
}

const usual = {
  globalSetup: ['test/support/server.ts'],
  setupFiles: ['test/support/chance.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Each of them has a database of its own, and what they import is loaded once for all.
      { test: { ...usual, name: 'parts', include: ['src/**/*.test.{ts,tsx}'], isolate: false } },
      // These start programs, stop them, and take their connections away.
      {
        test: {
          ...usual,
          name: 'whole',
          include: ['test/**/*.test.ts', 'prove/**/*.test.ts'],
          exclude: withPages ? [] : pages,
        },
      },
    ],
  },
});
