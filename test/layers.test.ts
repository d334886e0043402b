/** Imports run downward, and each SDK and the environment are named where they belong only. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
const importsOf = (text: string) =>
  [...text.matchAll(/(?:from|import|import\()\s*'([^']+)'/g)].map((match) => match[1] ?? '');

// Files beside the layers (errors, log, settings) belong to none and use none; only the programs use them.
const layers = ['db', 'apps', 'engine', 'bot', 'web'];
const heightOf = (file: string) => {
  if (['main.ts', 'slack-check.ts', 'start.ts', 'verify-ledger.ts'].includes(file))
    return layers.length;
  return layers.indexOf(file.split('/')[0] ?? '');
};

test('imports run downward: db, apps, engine, bot, web, start', () => {
  const upward = files.flatMap(({ file, text }) =>
    importsOf(text)
      .filter((name) => name.startsWith('.'))
      .map((name) => normalize(join(file, '..', name)))
      .filter((target) => heightOf(target) > heightOf(file))
      .map((target) => `${file} → ${target}`),
  );
  expect(files.length).toBeGreaterThan(50);
  expect(upward).toEqual([]);
});

test('inside the engine the plan knows nothing of the rest', () => {
  const inside = files.filter(({ file }) => file.startsWith('engine/workflow/'));
  expect(
    inside
      .flatMap(({ text }) => importsOf(text))
      .filter((name) => name.startsWith('../') && !name.startsWith('../../')),
  ).toEqual([]);
});

test.each([
  ['graphile-worker', ['db/migrate.ts', 'engine/worker.ts']],
  ['express', ['web/', 'bot/teams/endpoint.ts', 'bot/teams/tab.ts', 'bot/teams/wire.ts']],
  ['botbuilder', ['bot/teams/sdk.ts']],
  ['ws', ['web/']],
  ['preact', ['web/']],
  ['openid-client', ['web/signin/openid.ts']],
  ['postgres', ['apps/', 'db/', 'engine/worker.ts']],
  ['drizzle-orm', ['db/', 'engine/worker.ts']],
  ['@slack/bolt', ['bot/slack/']],
  ['openai', ['engine/model/openai/provider.ts']],
  ['chrono-node', ['apps/', 'engine/model/offline/']],
])('%s is imported where it belongs only', (sdk, allowed) => {
  const users = files.filter(({ text }) =>
    importsOf(text).some((name) => name === sdk || name.startsWith(`${sdk}/`)),
  );
  expect(
    users
      .map(({ file }) => file)
      .filter((file) => !allowed.some((place) => file.startsWith(place))),
  ).toEqual([]);
});

test('the environment is read once, and handed to the built-in server', () => {
  const readers = files.filter(({ text }) => /process\.env\b/.test(text)).map(({ file }) => file);
  expect(readers.sort()).toEqual([
    'db/embedded-user.ts',
    'main.ts',
    'slack-check.ts',
    'verify-ledger.ts',
  ]);
});
