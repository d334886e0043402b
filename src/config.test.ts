import { isAbsolute } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { FactotumError } from './errors.ts';

/** The sentence with which a start is refused; undefined when it is not. */
function refused(environment: Record<string, string>, args: string[] = []): string | undefined {
  try {
    readConfig(environment, args);
    return undefined;
  } catch (error) {
    if (error instanceof FactotumError && error.code === 'INVALID') return error.message;
    throw error;
  }
}
const token = 'a-token-of-at-least-24-characters';

test('nothing has to be set', () => {
  expect(readConfig({}, [])).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    publicUrl: undefined,
    token: undefined,
    databaseUrl: undefined,
    locale: 'en-US',
    currency: 'USD',
    request: { sentence: undefined, yes: false, exit: false, help: false },
  });
  expect(readConfig({}, []).home).toSatisfy(isAbsolute);
  expect(readConfig({}, []).timezone).not.toBe('');
});

test('everything can be set', () => {
  const environment = {
    PORT: '8080',
    HOST: '0.0.0.0',
    PUBLIC_URL: 'https://factotum.example.com',
    FACTOTUM_TOKEN: token,
    FACTOTUM_HOME: '/var/lib/factotum',
    DATABASE_URL: 'postgresql://me:secret@db/factotum',
    DATABASE_TIMEOUT_SECONDS: '90',
    FACTOTUM_LOCALE: 'de-CH',
    FACTOTUM_CURRENCY: 'CHF',
    FACTOTUM_TIMEZONE: 'Europe/Zurich',
  };
  expect(readConfig(environment, [])).toMatchObject({
    port: 8080,
    host: '0.0.0.0',
    publicUrl: 'https://factotum.example.com',
    token,
    home: '/var/lib/factotum',
    databaseUrl: 'postgresql://me:secret@db/factotum',
    databaseTimeoutSeconds: 90,
    locale: 'de-CH',
    currency: 'CHF',
    timezone: 'Europe/Zurich',
  });
});

test('what is set to nothing is not set', () => {
  const names = [
    'PORT',
    'HOST',
    'PUBLIC_URL',
    'FACTOTUM_TOKEN',
    'DATABASE_URL',
    'FACTOTUM_CURRENCY',
  ];
  const empty = Object.fromEntries(names.map((name) => [name, '']));
  expect(readConfig(empty, [])).toEqual(readConfig({}, []));
});

describe('a wrong value stops the start with a sentence that names it', () => {
  test.each([
    ['PORT', 'three thousand'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['PORT', 'Infinity'],
    ['PUBLIC_URL', 'factotum'],
    ['PUBLIC_URL', '//factotum.example.com'],
    ['FACTOTUM_TOKEN', 'short'],
    ['FACTOTUM_TOKEN', 'x'.repeat(23)],
    ['DATABASE_URL', 'mysql://db/factotum'],
    ['DATABASE_URL', 'db/factotum'],
    ['DATABASE_TIMEOUT_SECONDS', '4'],
    ['DATABASE_TIMEOUT_SECONDS', '601'],
    ['DATABASE_TIMEOUT_SECONDS', 'long'],
    ['FACTOTUM_CURRENCY', 'euro'],
    ['FACTOTUM_CURRENCY', 'usd'],
    ['FACTOTUM_LOCALE', 'de_CH'],
    ['FACTOTUM_LOCALE', '!'],
    ['FACTOTUM_TIMEZONE', 'Mars/Olympus'],
    ['FACTOTUM_TIMEZONE', 'CEST+2'],
  ])('%s=%s', (name, value) => {
    const message = refused({ [name]: value });
    expect(message).toContain(name);
    expect(message).not.toMatch(/undefined|\[object/);
    expect(message).toMatch(/\.$/);
  });

  test.each(['0.0.0.0', '::', '192.168.1.10', 'example.com'])(
    'HOST=%s without a token, which would let anybody in',
    (host) => {
      expect(refused({ HOST: host })).toContain('HOST');
      expect(refused({ HOST: host })).toContain('FACTOTUM_TOKEN');
      expect(refused({ HOST: host, FACTOTUM_TOKEN: token })).toBeUndefined();
    },
  );

  test.each(['127.0.0.1', 'localhost', '::1'])('but not HOST=%s, which is this machine', (host) => {
    expect(refused({ HOST: host })).toBeUndefined();
  });

  test('and all of them at once', () => {
    const message = refused({ PORT: 'x', FACTOTUM_TOKEN: 'short', FACTOTUM_CURRENCY: 'euro' });
    for (const name of ['PORT', 'FACTOTUM_TOKEN', 'FACTOTUM_CURRENCY'])
      expect(message).toContain(name);
  });

  test('and never shows a secret', () => {
    expect(refused({ FACTOTUM_TOKEN: 'hunter2' })).not.toContain('hunter2');
    expect(refused({ DATABASE_URL: 'mysql://me:hunter2@db' })).not.toContain('hunter2');
  });

  test.each([
    'factotum.example.com:8080',
    'localhost:3000',
    'ftp://factotum.example.com',
    'javascript:alert(1)',
  ])('PUBLIC_URL=%s, which is no address of a page', (value) => {
    expect(refused({ PUBLIC_URL: value }) ?? '').toContain('PUBLIC_URL');
  });

  test.each([' ', '0x50', '8e1'])('PORT=%j, which is no number as people write it', (value) => {
    expect(refused({ PORT: value }) ?? '').toContain('PORT');
  });

  test.each(['-1', '80.5', '65536'])('PORT=%s in plain words', (value) => {
    expect(refused({ PORT: value })).toMatch(/^PORT must be/);
  });
});

describe('the command line', () => {
  const request = (...args: string[]) => readConfig({}, args).request;

  test('holds a sentence, with or without quotes', () => {
    expect(request('Create a CRM').sentence).toBe('Create a CRM');
    expect(request('Create', 'a', 'CRM').sentence).toBe('Create a CRM');
    expect(request('  ').sentence).toBeUndefined();
  });

  test('knows --yes, --exit and --help, before and behind the sentence', () => {
    expect(request('--yes', 'Create a CRM', '--exit')).toEqual({
      sentence: 'Create a CRM',
      yes: true,
      exit: true,
      help: false,
    });
    expect(request('-y', '-h')).toMatchObject({ yes: true, help: true });
  });

  test('with an unknown option is refused with how it is used', () => {
    expect(refused({}, ['--force'])).toContain('--force');
    expect(refused({}, ['--force'])).toContain('npm start');
  });

  test('may begin a sentence with a dash behind two dashes', () => {
    expect(request('--', '--yes is what I say').sentence).toBe('--yes is what I say');
  });
});

describe('Slack', () => {
  const key = 'a'.repeat(64);
  const bot = { SLACK_BOT_TOKEN: 'xoxb-1-secret' };
  const app = { SLACK_APP_TOKEN: 'xapp-1-secret' };
  const signing = { SLACK_SIGNING_SECRET: '0123456789abcdef' };
  const client = { SLACK_CLIENT_ID: '1.2', SLACK_CLIENT_SECRET: 'hunter2' };
  const many = {
    ...client,
    FACTOTUM_ENCRYPTION_KEY: key,
    PUBLIC_URL: 'https://factotum.example.com/',
    FACTOTUM_TOKEN: token,
  };

  test('is left out when nothing of it is set', () => {
    expect(readConfig({ FACTOTUM_ENCRYPTION_KEY: key }, []).slack).toBeUndefined();
  });

  test.each([
    ['one workspace without a public address', { ...bot, ...app }],
    ['one workspace over HTTP', { ...bot, ...signing }],
    ['many workspaces over HTTP', { ...many, ...signing }],
    ['many workspaces without a public address for events', { ...many, ...app }],
  ])('serves %s', (_, environment) => {
    expect(readConfig(environment, []).slack).toMatchObject({});
  });

  test('takes the address without its last slash, and both keys', () => {
    const environment = {
      ...many,
      ...signing,
      FACTOTUM_ENCRYPTION_KEY: `${key},${'b'.repeat(64)}`,
    };
    const { oauth } = readConfig(environment, []).slack ?? {};
    expect(oauth).toMatchObject({ clientId: '1.2', publicUrl: 'https://factotum.example.com' });
    expect(oauth?.keys).toHaveLength(2);
  });

  test.each(['http://127.0.0.1:3000', 'http://localhost:3000'])(
    'is tried out at %s without a token: nobody else comes there',
    (address) => {
      const environment = { ...many, ...signing, FACTOTUM_TOKEN: '', PUBLIC_URL: address };
      expect(refused(environment)).toBeUndefined();
    },
  );

  test.each([
    ['no way in', bot, ['SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET']],
    ['no token', app, ['SLACK_BOT_TOKEN', 'SLACK_CLIENT_ID']],
    ['a signing secret alone', signing, ['SLACK_BOT_TOKEN', 'SLACK_CLIENT_ID']],
    ['both kinds', { ...many, ...bot, ...app }, ['SLACK_BOT_TOKEN', 'SLACK_CLIENT_ID', 'Unset']],
    ['half a client', { ...app, SLACK_CLIENT_ID: '1.2' }, ['SLACK_CLIENT_SECRET']],
    ['the other half', { ...app, SLACK_CLIENT_SECRET: 'hunter2' }, ['SLACK_CLIENT_ID']],
    ['no key', { ...many, ...app, FACTOTUM_ENCRYPTION_KEY: '' }, ['FACTOTUM_ENCRYPTION_KEY']],
    [
      'a public address and no token of the owner',
      { ...bot, ...signing, PUBLIC_URL: 'https://factotum.example.com' },
      ['FACTOTUM_TOKEN', 'openssl'],
    ],
    [
      'no token of the owner',
      { ...many, ...app, FACTOTUM_TOKEN: '' },
      ['FACTOTUM_TOKEN', 'openssl'],
    ],
    ['no address', { ...many, ...app, PUBLIC_URL: '' }, ['PUBLIC_URL', '/slack/oauth_redirect']],
    [
      'tokens in each other’s place',
      { SLACK_BOT_TOKEN: 'xapp-1', SLACK_APP_TOKEN: 'xoxb-1' },
      ['xoxb-', 'xapp-'],
    ],
    ['a short key', { ...many, ...app, FACTOTUM_ENCRYPTION_KEY: 'abc' }, ['openssl rand -hex 32']],
    [
      'a word for a signing secret',
      { ...bot, SLACK_SIGNING_SECRET: 'hunter2' },
      ['SLACK_SIGNING_SECRET'],
    ],
  ])('with %s stops the start with the cure', (_, environment, words) => {
    const message = refused(environment) ?? '';
    for (const word of words) expect(message).toContain(word);
    for (const secret of ['secret', 'hunter2'].map((word) => `-1-${word}`))
      expect(message).not.toContain(secret);
    expect(message).not.toContain('hunter2');
  });
});

describe('Teams', () => {
  const tenant = '5F1A3C5E-0000-4000-8000-000000000001';
  const other = '5f1a3c5e-0000-4000-8000-000000000002';
  const bot = {
    TEAMS_APP_ID: '0a0b0c0d-0000-4000-8000-00000000000b',
    TEAMS_APP_PASSWORD: 'hunter2-secret',
    TEAMS_TENANT_ID: tenant,
  };
  const whole = {
    ...{ ...bot, PUBLIC_URL: 'https://factotum.example.com', FACTOTUM_TOKEN: 't'.repeat(24) },
  };
  const read = (environment: NodeJS.ProcessEnv) => readConfig(environment, []).teams;

  test('is left out when nothing of it is set', () => {
    expect(read({})).toBeUndefined();
    expect(read({ TEAMS_LOCAL: 'false' })).toBeUndefined();
  });

  test('lets in the tenant of the bot, and those that are named, each with its workspace', () => {
    const own = tenant.toLowerCase();
    expect(read(whole)).toEqual({
      app: { id: bot.TEAMS_APP_ID, password: bot.TEAMS_APP_PASSWORD, tenantId: own },
      tenants: new Map([[own, `wsp_teams_${own}`]]),
      path: '/api/messages/teams',
      signIn: undefined,
    });
    const { tenants } = read({ ...whole, TEAMS_TENANTS: ` ${other} , ${tenant}=T0123ABCD,` }) ?? {};
    expect([...(tenants ?? [])]).toEqual([
      [own, 'wsp_slack_T0123ABCD'],
      [other, `wsp_teams_${other}`],
    ]);
  });

  test('is played on this machine alone without a bot', () => {
    expect(read({ TEAMS_LOCAL: 'true' })).toEqual({
      ...{ app: undefined, tenants: new Map(), path: '/api/messages/teams', signIn: undefined },
    });
  });

  test('has people sign in to their pages where there is a key', () => {
    const { signIn } = read({ ...whole, FACTOTUM_ENCRYPTION_KEY: 'a'.repeat(64) }) ?? {};
    expect(signIn).toMatchObject({ publicUrl: whole.PUBLIC_URL });
    expect(signIn?.keys).toHaveLength(1);
  });

  test.each([
    ['an id alone', { TEAMS_APP_ID: bot.TEAMS_APP_ID }, ['TEAMS_APP_PASSWORD', 'TEAMS_TENANT_ID']],
    ['no secret', { ...whole, TEAMS_APP_PASSWORD: '' }, ['TEAMS_APP_PASSWORD']],
    ['no tenant', { ...whole, TEAMS_TENANT_ID: '' }, ['TEAMS_TENANT_ID']],
    ['tenants alone', { TEAMS_TENANTS: other }, ['TEAMS_APP_ID']],
    ['a name for an id', { ...whole, TEAMS_APP_ID: 'factotum' }, ['TEAMS_APP_ID', 'GUID']],
    ['no address', { ...whole, PUBLIC_URL: '' }, ['PUBLIC_URL', '/api/messages/teams']],
    ['an open address', { ...whole, PUBLIC_URL: 'http://factotum.example.com' }, ['https']],
    ['no token of the owner', { ...whole, FACTOTUM_TOKEN: '' }, ['FACTOTUM_TOKEN', 'openssl']],
    ['a list of names', { ...whole, TEAMS_TENANTS: 'example.com' }, ['TEAMS_TENANTS']],
    ['a workspace that is none', { ...whole, TEAMS_TENANTS: `${other}=shop` }, ['T0123ABCD']],
    ['a path with a host', { ...whole, TEAMS_PATH: '//evil.example' }, ['TEAMS_PATH']],
    ['a bot and nothing signed', { ...whole, TEAMS_LOCAL: 'true' }, ['TEAMS_LOCAL', 'Unset']],
    [
      'nothing signed and a public address',
      { TEAMS_LOCAL: 'true', PUBLIC_URL: 'https://factotum.example.com' },
      ['TEAMS_LOCAL', 'PUBLIC_URL'],
    ],
    [
      'nothing signed and other machines',
      { TEAMS_LOCAL: 'true', HOST: '0.0.0.0', FACTOTUM_TOKEN: 't'.repeat(24) },
      ['TEAMS_LOCAL', 'HOST'],
    ],
    ['a word for yes', { TEAMS_LOCAL: 'yes' }, ['TEAMS_LOCAL must be true or false']],
  ])('with %s stops the start with the cure', (_, environment, words) => {
    const message = refused(environment) ?? '';
    for (const word of words) expect(message).toContain(word);
    expect(message).not.toContain('hunter2');
  });
});

describe('a language model', () => {
  const key = { OPENAI_API_KEY: 'sk-test' };
  const model = { OPENAI_MODEL: 'gpt-test' };

  test('is not there unless it is set', () => {
    expect(readConfig({}, []).model).toBeUndefined();
    expect(readConfig({ OPENAI_API_KEY: '', OPENAI_MODEL: '' }, []).model).toBeUndefined();
  });

  test('is one of OpenAI with a key, and another server’s with its address', () => {
    expect(readConfig({ ...key, ...model }, []).model).toEqual({
      apiKey: 'sk-test',
      baseUrl: undefined,
      model: 'gpt-test',
      timeoutMs: 60_000,
      maxTokens: 8_000,
    });
    const local = { ...model, OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' };
    const limits = { OPENAI_TIMEOUT_SECONDS: '120', OPENAI_MAX_TOKENS: '4000' };
    expect(readConfig({ ...local, ...limits }, []).model).toEqual({
      apiKey: undefined,
      baseUrl: 'http://127.0.0.1:11434/v1',
      model: 'gpt-test',
      timeoutMs: 120_000,
      maxTokens: 4_000,
    });
  });

  test.each([
    ['a key without a model', key, 'OPENAI_API_KEY is set without a model. Set OPENAI_MODEL'],
    [
      'an address without a model',
      { OPENAI_BASE_URL: 'http://localhost:1234/v1' },
      'OPENAI_BASE_URL is set without a model. Set OPENAI_MODEL',
    ],
    ['a model without a server', model, 'OPENAI_MODEL needs a server: set OPENAI_API_KEY'],
    [
      'OpenAI’s own address without a key',
      { ...model, OPENAI_BASE_URL: 'https://api.openai.com/v1' },
      'set OPENAI_API_KEY',
    ],
    [
      'a key on its way without encryption',
      { ...key, ...model, OPENAI_BASE_URL: 'http://models.example.com/v1' },
      'unencrypted to models.example.com. Use https://',
    ],
    [
      'no address',
      { ...model, OPENAI_BASE_URL: 'localhost' },
      'OPENAI_BASE_URL must be an address',
    ],
    [
      'no time',
      { ...key, ...model, OPENAI_TIMEOUT_SECONDS: '1' },
      'OPENAI_TIMEOUT_SECONDS must be at least 5',
    ],
    [
      'no number of tokens',
      { ...key, ...model, OPENAI_MAX_TOKENS: 'many' },
      'OPENAI_MAX_TOKENS must be a whole number',
    ],
  ])('%s stops the start with the cure', (_, environment, cure) => {
    expect(refused(environment)).toContain(cure);
  });

  test.each(['http://localhost:1234/v1', 'http://192.168.1.20:8000/v1', 'http://ollama:11434/v1'])(
    'a key may go to %s, which is near',
    (baseUrl) => {
      expect(refused({ ...key, ...model, OPENAI_BASE_URL: baseUrl })).toBeUndefined();
    },
  );
});

describe('Redis', () => {
  test('is used where its address is set, for the local workspace', () => {
    expect(readConfig({ REDIS_CHANNEL: 'x' }, []).redis).toBeUndefined();
    const url = 'rediss://user:word@redis.example.com:6380/1';
    expect(readConfig({ REDIS_URL: url }, []).redis).toEqual({
      ...{ url, channel: 'factotum:events', workspaceId: 'wsp_local' },
    });
    const own = { REDIS_URL: url, REDIS_CHANNEL: 'shop', REDIS_WORKSPACE: 'wsp_slack_T1' };
    expect(readConfig(own, []).redis).toMatchObject({
      ...{ channel: 'shop', workspaceId: 'wsp_slack_T1' },
    });
  });

  test.each([
    [{ REDIS_URL: 'http://127.0.0.1' }, 'REDIS_URL must be an address such as redis://'],
    [{ REDIS_CHANNEL: 'a b' }, 'REDIS_CHANNEL must be'],
    [{ REDIS_WORKSPACE: "'" }, 'REDIS_WORKSPACE must be the id of a workspace'],
  ])('is refused half set: %j', (environment, words) => {
    expect(refused(environment)).toContain(words);
  });
});

describe('what may be spent', () => {
  test('has bounds for a task and none for a day where nothing is set', () => {
    const { budget } = readConfig({}, []);
    expect(budget).toMatchObject({ price: undefined, personDay: {}, workspaceDay: {} });
    expect(budget.task).toMatchObject({ tokens: 1_000_000, microdollars: 20_000_000 });
  });

  test('is read with its units, each for itself', () => {
    const { budget } = readConfig(
      {
        ...{ OPENAI_PRICE_INPUT: '0.15', OPENAI_PRICE_OUTPUT: '0.6' },
        FACTOTUM_TASK_LIMIT: '$1.50, 20 messages',
        FACTOTUM_PERSON_DAY_LIMIT: '50000 tokens',
        FACTOTUM_WORKSPACE_DAY_LIMIT: '$5,1 message',
      },
      [],
    );
    expect(budget.price).toEqual({ input: 150_000, output: 600_000 });
    expect(budget.task).toMatchObject({ microdollars: 1_500_000, messages: 20, minutes: 240 });
    expect(budget.personDay).toEqual({ tokens: 50_000 });
    expect(budget.workspaceDay).toEqual({ microdollars: 5_000_000, messages: 1 });
  });

  test('that cannot be read stops the start with an example', () => {
    expect(refused({ FACTOTUM_TASK_LIMIT: '5 euro' })).toMatch(/“5 euro”.*for example: /);
    expect(refused({ FACTOTUM_TASK_LIMIT: '$1, $2' })).toMatch(/twice/);
    expect(refused({ FACTOTUM_PERSON_DAY_LIMIT: '5 min' })).toMatch(/FACTOTUM_TASK_LIMIT/);
    expect(refused({ OPENAI_PRICE_INPUT: '1' })).toMatch(/belong together/);
  });
});
