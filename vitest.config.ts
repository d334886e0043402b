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

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts', 'prove/**/*.test.ts'],
    exclude: withPages ? [] : pages,
    globalSetup: ['test/support/server.ts'],
    setupFiles: ['test/support/chance.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
