/** What Slack is told about us is what the code does, and nothing more. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { buttonsOf } from '../src/bot/slack/button.ts';
import type { SlackContext } from '../src/bot/slack/context.ts';
import { renderHome } from '../src/bot/slack/home.ts';
import { type Listeners, register } from '../src/bot/slack/listen/index.ts';
import { type Manifest, overHttp, readManifest } from '../src/bot/slack/manifest.ts';
import { prompts } from '../src/bot/slack/prompt.ts';
import {
  actions,
  command,
  events,
  scopes,
  shortcutOf,
  signInScopes,
  views,
} from '../src/bot/slack/surface.ts';
import { manifestSchema } from './support/slack-manifest.ts';

const manifest = readManifest();
const http = overHttp(manifest, 'https://factotum.example.com');
const forms: [string, Manifest][] = [
  ['as it lies there', manifest],
  ['over HTTP', http],
];

describe.each(forms)('the manifest, %s', (_name, form) => {
  test('is one that Slack takes', () => {
    expect(faultsOf(manifestSchema, form)).toEqual([]);
  });

  // Slack's own schema: github.com/slackapi/manifest-schema, schemas/manifest.schema.1.0.0.json.
  const schema = process.env['SLACK_MANIFEST_SCHEMA'];
  test.skipIf(!schema)('is valid by the schema that Slack publishes', () => {
    expect(faultsOf(JSON.parse(readFileSync(schema ?? '', 'utf8')), form)).toEqual([]);
  });
});

test('a field that Slack does not know is found', () => {
  expect(faultsOf(manifestSchema, { ...manifest, colour: 'green' })).toEqual([
    'must NOT have additional properties',
  ]);
});

test('the manifest asks for the permissions that the code names, and for no other', () => {
  expect(manifest.oauth_config.scopes.bot).toEqual(Object.keys(scopes).sort());
});

test('it subscribes to the events that the code names', () => {
  expect(manifest.settings.event_subscriptions.bot_events).toEqual(Object.keys(events).sort());
});

test('it has the command and the shortcuts that the code names', () => {
  const { slash_commands, shortcuts } = manifest.features;
  expect(slash_commands.map((one) => one.command)).toEqual([command]);
  const { global, ...onMessages } = shortcutOf;
  const ids = (type: string) =>
    shortcuts.filter((one) => one['type'] === type).map((one) => one.callback_id);
  expect(ids('global')).toEqual([global]);
  expect(ids('message')).toEqual(Object.values(onMessages));
});

/** The names that the listeners register with. Nothing is ever heard. */
function listened(): Record<keyof Listeners, string[]> {
  const names: Record<keyof Listeners, string[]> = {
    ...{ event: [], command: [], shortcut: [], action: [], view: [] },
  };
  const note = (kind: keyof Listeners) => (name: unknown) => names[kind].push(String(name));
  const kinds = Object.keys(names) as (keyof Listeners)[];
  const app = Object.fromEntries(kinds.map((kind) => [kind, note(kind)]));
  register(app as unknown as Listeners, {} as SlackContext);
  return names;
}

test('the listeners hear what is named, and nothing else', () => {
  const heard = listened();
  expect(heard.event.sort()).toEqual([...new Set(Object.values(events))].sort());
  expect(heard.command).toEqual([command]);
  expect(heard.shortcut.sort()).toEqual(Object.values(shortcutOf).sort());
  expect(heard.view.sort()).toEqual([...views].sort());
  // Any button is answered, also one that we no longer make.
  expect(heard.action).toEqual(['/^/']);
});

test('every button that we make has an id that is named', () => {
  const link = { style: 'link' as const, url: '/apps/crm' };
  const card = [{ style: 'primary' as const }, link].map((about, index) => ({
    ...{ id: `act_${index}`, verb: 'accept' as const, label: 'Press' },
    ...about,
  }));
  const { rows } = buttonsOf({ kind: 'plan', actions: card }, 1, 'http://127.0.0.1');
  const { blocks } = renderHome({ tasks: [], approvals: [] }, { baseUrl: 'http://127.0.0.1' });
  const ids = [...JSON.stringify([rows, blocks]).matchAll(/"action_id":"([^"]+)"/g)].map(
    ([, id]) => id ?? '',
  );
  const named = Object.values(actions);
  expect(ids.length).toBe(4);
  expect(
    ids.filter(
      (id) => !named.some((name) => (typeof name === 'string' ? name === id : name.test(id))),
    ),
  ).toEqual([]);
});

test('each permission is used: by an event, or by a method that the code calls', () => {
  const folder = join(import.meta.dirname, '../src/bot/slack');
  const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/test\.ts$|^surface|^manifest|^check/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n')
    .replace(/\s+\./g, '.');
  const given: string[] = [...Object.keys(events), 'agent_view', 'command', 'shortcut'];
  for (const [scope, { by }] of Object.entries(scopes))
    expect(
      by.filter((use: string) => !given.includes(use) && !code.includes(`.${use}(`)),
      scope,
    ).toEqual([]);
});

test('each event has the permission that Slack asks for it', () => {
  const given = Object.values(scopes).flatMap(({ by }): string[] => [...by]);
  const free = ['app_home_opened', 'app_uninstalled', 'tokens_revoked'];
  expect(Object.keys(events).filter((event) => !given.includes(event))).toEqual(free);
});

test('people can write to it, and are shown what they can write', () => {
  const { app_home, agent_view } = manifest.features;
  expect(app_home).toEqual({
    home_tab_enabled: true,
    messages_tab_enabled: true,
    messages_tab_read_only_enabled: false,
  });
  expect(agent_view?.['suggested_prompts']).toEqual(prompts);
});

test('expiring tokens are not asked for: nothing of ours renews them', () => {
  expect(manifest.settings.token_rotation_enabled).toBe(false);
});

test('over HTTP every address is ours, and Socket Mode is off', () => {
  const { settings, features, oauth_config } = http;
  const url = 'https://factotum.example.com/slack/events';
  expect(settings).toMatchObject({
    socket_mode_enabled: false,
    event_subscriptions: { request_url: url },
    interactivity: { is_enabled: true, request_url: url },
  });
  expect(features.slash_commands.map((one) => one['url'])).toEqual([url]);
  expect(oauth_config.redirect_urls).toEqual([
    'https://factotum.example.com/slack/oauth_redirect',
    'https://factotum.example.com/signin/slack/callback',
  ]);
});

test('of people themselves it asks who they are, and only where they can sign in', () => {
  expect(manifest.oauth_config.scopes.user).toBeUndefined();
  expect(http.oauth_config.scopes.user).toEqual([...signInScopes]);
});

test('the guide says what each permission is for', () => {
  const guide = readFileSync(join(import.meta.dirname, '../docs/slack.md'), 'utf8');
  const told = [...guide.matchAll(/^\| `([a-z_:.]+)` \| (to .+|for .+|the same .+) \|$/gm)];
  expect(told.map(([, scope, why]) => [scope, why])).toEqual(
    Object.entries(scopes).map(([scope, { for: why }]) => [scope, why]),
  );
});

function faultsOf(schema: object, value: unknown): (string | undefined)[] {
  const check = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  check(value);
  return (check.errors ?? []).map(({ instancePath, message }) =>
    `${instancePath} ${message}`.trim(),
  );
}
