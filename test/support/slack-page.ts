/** Slack's blocks drawn in a real browser, as near to Slack's own look as the package comes. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';

const root = new URL('../..', import.meta.url).pathname;
const cssFile = createRequire(import.meta.url).resolve('slack-blocks-to-jsx/dist/style.css');

export type Drawn = { blocks: unknown[]; title: string; people?: Record<string, string> };

const script = `
  import { createElement } from 'react';
  import { createRoot } from 'react-dom/client';
  import { Message } from 'slack-blocks-to-jsx';
  globalThis.draw = (drawn, theme) =>
    new Promise((resolve, reject) => {
      const users = Object.entries(drawn.people ?? {}).map(([id, name]) => ({ id, name }));
      const message = createElement(Message, {
        blocks: drawn.blocks, theme, name: 'Factotum', logo: drawn.logo, data: { users },
        time: new Date('2026-03-01T10:02:30Z'),
      });
      const onError = (error) => reject(error);
      createRoot(document.getElementById('place'), {
        onUncaughtError: onError, onCaughtError: onError, onRecoverableError: onError,
      }).render(message);
      requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 50)));
    });
`;

let bundled: Promise<string> | undefined;
const bundle = () => {
  bundled ??= build({
    stdin: { contents: script, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    format: 'iife',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? '');
  return bundled;
};

const logo =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="6" fill="#0b6e4f"/><text x="18" y="25" font-size="20" font-family="sans-serif" font-weight="700" fill="#fff" text-anchor="middle">F</text></svg>',
  );

/** Draws one message alone on the page. @throws when React could not draw it */
export async function drawBlocks(page: Page, drawn: Drawn, theme: 'light' | 'dark'): Promise<void> {
  const css = await readFile(cssFile, 'utf8');
  const background = theme === 'dark' ? '#1a1d21' : '#ffffff';
  await page.setContent(`<!doctype html><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <style>${css}</style>
    <style>
      /* Slack breaks a word without end in lists too; the package lets it run over. */
      #slack_blocks_to_jsx#slack_blocks_to_jsx li > :last-child { min-width: 0; overflow-wrap: anywhere; }
      #slack_blocks_to_jsx#slack_blocks_to_jsx .break-words { overflow-wrap: anywhere; }
      body { margin: 0; padding: 12px; background: ${background}; font-family: Lato, "Noto Sans", sans-serif; }
    </style>
    <div id="place"></div>`);
  await page.addScriptTag({ content: await bundle() });
  await page.evaluate(
    ([message, look]) =>
      (globalThis as unknown as { draw(m: unknown, t: string): Promise<void> }).draw(
        message,
        look as string,
      ),
    [{ ...drawn, logo }, theme] as const,
  );
}
