/** Which Chromium tests use: the one named in CHROMIUM, or the system's. */
import { existsSync } from 'node:fs';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export function findBrowser(): string | undefined {
  return process.env['CHROMIUM'] ?? usual.find(existsSync);
}
