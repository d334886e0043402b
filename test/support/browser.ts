/** A real Chromium for tests of pages, and a server to point it at. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { findBrowser } from './find-browser.ts';

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the browser for a test file; CHROMIUM names another than the system's. */
export async function testBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: findBrowser() ?? 'chromium',
    args: quiet,
  });
  afterAll(() => browser.close());
  return browser;
}

/** Listens on a free port until the test file ends; returns the address without a trailing slash. */
export async function testServer(web: Express): Promise<string> {
  const server = web.listen(0, '127.0.0.1');
  await new Promise<void>((resolve, reject) =>
    server.once('listening', resolve).once('error', reject),
  );
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const looks = {
  light: { viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
  phone: {
    viewport: { width: 390, height: 844 },
    colorScheme: 'light',
    hasTouch: true,
    isMobile: true,
  },
} as const satisfies Record<string, BrowserContextOptions>;

/**
 * A page in a context of its own, and everything the browser complained about on it:
 * script errors and refusals of the content security policy.
 */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = looks.light,
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A page that answers 404 or 422 on purpose is reported as a failed resource.
    const isStatus = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isStatus) complaints.push(message.text());
  });
  return { page, complaints };
}

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds against WCAG 2.2 AA that is serious or critical, one line each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // The policy of our pages forbids script elements; evaluating goes past it.
  await page.evaluate(await readFile(axeFile, 'utf8'));
  const violations = await page.evaluate(runAxe);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.join(' | ')}`);
}

type Axe = {
  run(options: object): Promise<{
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  }>;
};

async function runAxe(): Promise<{ id: string; nodes: string[] }[]> {
  const { axe } = globalThis as unknown as { axe: Axe };
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const { violations } = await axe.run({
    runOnly: { type: 'tag', values: tags },
    resultTypes: ['violations'],
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({
      id,
      nodes: nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`),
    }));
}
