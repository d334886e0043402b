/**
 * Stylesheet and scripts. Their address contains a hash of their content, so that
 * browsers may keep them for good and a deploy is seen at once.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import express, { type Router } from 'express';
import { root } from '../../root.ts';
import { changeTheme } from './theme.tsx';

const folder = join(root, 'src/web/assets');
const htmxFile = createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js');

type Asset = { type: string; body: Buffer; url: string };

const files = {
  'styles.css': [join(folder, 'styles.css'), 'text/css; charset=utf-8'],
  'app.js': [join(folder, 'app.js'), 'text/javascript; charset=utf-8'],
  'picker.js': [join(folder, 'picker.js'), 'text/javascript; charset=utf-8'],
  'chat.css': [join(folder, 'chat.css'), 'text/css; charset=utf-8'],
  'chat.js': [join(folder, 'chat.js'), 'text/javascript; charset=utf-8'],
  'htmx.js': [htmxFile, 'text/javascript; charset=utf-8'],
} as const;
export type AssetName = keyof typeof files;

const loaded = new Map(
  Object.entries(files).map(([name, [file, type]]) => [name, load(name, file, type)]),
);

function load(name: string, file: string, type: string): Asset {
  const body = type.startsWith('text/css')
    ? squeeze(readFileSync(file, 'utf8'))
    : readFileSync(file);
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12);
  return { type, body, url: `/assets/${name.replace('.', `.${hash}.`)}` };
}

/** Comments and indentation are for readers of the source. Our stylesheet has no text in which they matter. */
function squeeze(css: string): Buffer {
  return Buffer.from(
    css
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\s*\n\s*/g, ' ')
      .replace(/ ?([{};,]) ?/g, '$1')
      .replace(/: /g, ':')
      .replaceAll(';}', '}'),
  );
}

/** The address of an asset, hash included. */
export function assetUrl(name: AssetName): string {
  return loaded.get(name)?.url ?? `/assets/${name}`;
}

/** Serves the assets, and the form that changes the theme. Mounted at /assets. */
export function assets(): Router {
  const router = express.Router();
  for (const asset of loaded.values()) {
    router.get(asset.url.slice('/assets'.length), (_request, response) => {
      response
        .set('Cache-Control', 'public, max-age=31536000, immutable')
        .type(asset.type)
        .send(asset.body);
    });
  }
  router.post('/theme', express.urlencoded({ extended: false, limit: '4kb' }), changeTheme);
  return router;
}
