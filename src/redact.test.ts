import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hideValues, redact, secretsIn } from './redact.ts';
import { hidden, hideSecrets } from './secret.ts';

/** Put together here, so that no scanner takes this file for a leak. */
const join = (...parts: string[]) => parts.join('');
const random = 'a8Kd03mZq1Lx7Wn5Vb2Rt9';
const secrets = {
  'a Slack bot token': join('xo', 'xb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy'),
  'a Slack user token': join('xo', 'xp-', random),
  'a Slack refresh token': join('xo', 'xe.xo', 'xp-1-', random),
  'a Slack app token': join('xa', 'pp-1-A0123-', random),
  'an OpenAI key': join('s', 'k-', random, random),
  'an OpenAI project key': join('s', 'k-proj-', random, '_', random),
  'a GitHub token': join('gh', 'p_', random, random),
  'a fine-grained GitHub token': join('github', '_pat_', random, '_', random),
  'a GitLab token': join('gl', 'pat-', random),
  'an AWS key': join('AK', 'IAIOSFODNN7EXAMPLE'),
  'a Google key': join('AI', 'zaSyA', random, random.slice(0, 12)),
  'a Stripe key': join('s', 'k_live_', random),
  'a Stripe webhook secret': join('wh', 'sec_', random),
  'a JSON web token': join('ey', 'JhbGciOiJIUzI1NiJ9.ey', 'JzdWIiOiIxIn0.', random),
  'a private key': join('-----BEGIN RSA PRI', 'VATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----'),
  'a private key that was cut off': join('-----BEGIN PRI', 'VATE KEY-----\nMIIEvQIBADAN'),
};
/** In its context, and the part of it that nobody may see. */
const told: Record<string, [text: string, secret: string]> = {
  'a password in an address': ['postgres://ana:hunter2@db:5432/crm', 'hunter2'],
  'a password with signs in an address': ['amqp://ana:p@ss#w?rd!@host/v', 'p@ss#w?rd!'],
  'a password without a user': ['redis://:hunter2@cache:6379', 'hunter2'],
  'a key in an address': [`https://${random}@host/repo.git`, random],
  'a bearer token': [`Authorization: Bearer ${random}`, random],
  'a basic authorization': ['authorization: basic YW5hOmh1bnRlcjI3Nw==', 'YW5hOmh1bnRlcjI3Nw'],
  'an assignment': ['PASSWORD=swordfish', 'swordfish'],
  'an assignment of the environment': ['export DB_PASSWORD="correct horse"', 'correct horse'],
  'an AWS secret': [
    'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPx',
    'wJalrXUtnFEMI/K7MDENG+bPx',
  ],
  'a password behind a colon': ['user: ana, password: swordfish', 'swordfish'],
  'a password with a comma': ['password: a,b;c&d', 'a,b;c&d'],
  'a key in JSON': ['{"api_key": "swordfish"}', 'swordfish'],
  'a key in JSON in JSON': [String.raw`{\"apiKey\":\"sword\",\"a\":1}`, 'sword'],
  'a secret in JSON': ['{"secret":"swordfish"}', 'swordfish'],
  'a token in an address': ['https://host/reset?token=abc&user=ana', 'abc'],
  'a sentence': ['My password is hunter2, please use it.', 'hunter2'],
  'a sentence with a colon': ['The password is: hunter2, please.', 'hunter2'],
  'a header': [`x-api-key: ${random}`, random],
  'another language': ['Passwort: geheim', 'geheim'],
  'a Slack webhook': [`https://hooks.slack.com/services/T0/B0/${random}`, random],
};
const texts: [string, string, string][] = [
  ...Object.entries(secrets).map(([what, secret]): [string, string, string] => [
    what,
    secret,
    secret,
  ]),
  ...Object.entries(told).map(([what, [text, secret]]): [string, string, string] => [
    what,
    text,
    secret,
  ]),
];

describe('a secret is hidden', () => {
  test.each(texts)('%s', (_, text, secret) => {
    for (const around of [text, `See ${text} there`, `(${text})`, `"${text}"`, `line\n${text}\n`]) {
      const shown = hideSecrets(around);
      expect(shown).toContain(hidden);
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain(secret.slice(-6));
    }
  });

  test.each(texts)('%s, and what was hidden once stays as it is', (_, text) => {
    expect(hideSecrets(hideSecrets(text))).toBe(hideSecrets(text));
  });

  test('and the words around it stay', () => {
    expect(hideSecrets('postgres://ana:hunter2@db:5432/crm?ssl=1')).toBe(
      `postgres://ana:${hidden}@db:5432/crm?ssl=1`,
    );
    expect(hideSecrets('{"password":"a \\" b","user":"ana"}')).toContain('"user":"ana"');
    expect(hideSecrets('https://host/reset?token=abc1&user=ana')).toContain('&user=ana');
    expect(hideSecrets('user=ana;password=x1,host=db')).toBe(`user=ana;password=${hidden},host=db`);
  });

  test('wherever it stands among other words', () => {
    const words = fc.string({
      unit: fc.constantFrom('a', ' ', '\n', '-', '_', '.', '"', 'é', '='),
    });
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(secrets)), words, words, (secret, a, b) => {
        // A key is taken for one where it begins, not in the middle of a word.
        expect(hideSecrets(`${a} ${secret} ${b}`)).not.toContain(secret);
      }),
    );
  });
});

test.each([
  'Call +1 512 555 0100 or 030/1234567 about tsk_0a1b2c3d4e5f6g7h8j9k and crd_zzzzzzzzzzzzzzzzzzzz.',
  'Ratio 16:9 at 10:30, mail ana@example.com, see http://localhost:3000/apps/crm?q=a@b.c',
  'http://localhost:3000?email=ana@example.com',
  'users with a name, email and password: text, and a token: number',
  'Passwords: each has a site. Secret Santa: bring a gift. The password is required.',
  'The bearer of this letter pays basic understanding-of-things.',
  'task-based risk-free disk-usage sk-SK and sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b',
  '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
  'authentication: SSO; passed: 5 of 7; compass: N; max_tokens=500; bypass: yes',
  'FACTOTUM_TOKEN=… password: *** api_key=""',
  'Create a CRM for my cellphone store',
])('ordinary words stay: %s', (text) => {
  expect(hideSecrets(text)).toBe(text);
});

test('what was seen before is hidden again, and what is harmless stays harmless', () => {
  const texts = [...Object.values(secrets), 'The new customer list is ready.', 'token: none'];
  const first = texts.map((text) => hideSecrets(text));
  // More texts than are remembered come in between.
  for (let at = 0; at < 9000; at += 1) hideSecrets(`A harmless sentence, number ${at}.`);
  for (const _ of [1, 2]) expect(texts.map((text) => hideSecrets(text))).toEqual(first);
  expect(first.slice(0, -2).every((text, at) => text !== texts[at])).toBe(true);
  expect(first.slice(-2)).toEqual(texts.slice(-2));
});

test('any text comes back without an error, and the same when it is hidden again', () => {
  const parts = ['password', '=', ':', ' ', '"', '\\', '://', '@', 'a1', 'is', '&x=', 'eyJ', 'sk-'];
  const odd = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: 'binary' })));
  fc.assert(
    fc.property(odd, (pieces) => {
      const once = hideSecrets(pieces.join(''));
      expect(hideSecrets(once)).toBe(once);
    }),
    { numRuns: 2000 },
  );
});

// Quadratic work on a million characters would take the better part of an hour.
const beginnings = [
  ...['xoxb-', 'sk-', 'sk-a ', 'ghp_', 'eyJ', 'eyJ.', 'eyJaaaaaaaa-', 'AKIA'],
  ...['-----BEGIN ', '-----BEGIN PRIVATE KEY-----', '-----END ', 'hooks.slack.com/services/'],
  ...['password=', 'password:"', 'password: "\\', 'password=,a', 'secret:', 'pass ', 'token is '],
  ...['://', '://a:', '://a@', '://a:b@', '@', ':', 'bearer ', 'bearer a', '\\"', ' ', 'a'],
];
test.each(beginnings)('a million characters of %j are read in one go', (beginning) => {
  const text = beginning.repeat(Math.ceil(1_000_000 / beginning.length));
  expect(hideSecrets(text).length).toBeGreaterThan(0);
});

describe('a value', () => {
  test('is copied deeply: nothing of it is changed', () => {
    const value = { list: [{ note: 'password=x1' }], at: new Date(5), nothing: null, n: 1 };
    const before = structuredClone(value);
    const shown = redact(value);
    expect(value).toEqual(before);
    expect(shown).toEqual({ ...before, list: [{ note: `password=${hidden}` }] });
    expect(shown.at).toBeInstanceOf(Date);
  });

  test('without secrets is the same afterwards', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(
          !/pass|pwd|secret|token|key|cookie|auth|creden|senha|:\/\//i.test(JSON.stringify(value)),
        );
        expect(redact(value)).toEqual(value);
      }),
    );
  });

  test('loses what its names call a secret, in lists too', () => {
    const value = {
      password: 'swordfish',
      smtpPassword: 25,
      apiKeys: 'two of them',
      client_secret: ['one', 'two'],
      token: 'short',
      accessToken: random,
      type: { password: 'text' },
    };
    expect(redact(value)).toEqual({
      ...value,
      password: hidden,
      smtpPassword: hidden,
      client_secret: [hidden, hidden],
      accessToken: hidden,
    });
  });

  test('loses the named fields whatever they hold, at the top only', () => {
    const value = { pin: 1234, body: { pin: 'x' }, card: { holder: 'Ana' }, none: null };
    expect(redact(value, ['pin', 'card', 'none', 'unknown'])).toEqual({
      pin: hidden,
      body: { pin: 'x' },
      card: hidden,
      none: null,
    });
  });

  test('keeps a field that is called like the prototype as a field', () => {
    const value = JSON.parse('{"__proto__":{"isAdmin":true},"password":"hunter22!"}');
    const copied = redact(value);
    expect(JSON.stringify(copied)).toBe(`{"__proto__":{"isAdmin":true},"password":"${hidden}"}`);
    expect(copied.isAdmin).toBeUndefined();
  });

  test('loses a secret that is the name of a field', () => {
    expect(JSON.stringify(redact({ [secrets['a GitHub token']]: 1 }))).not.toContain(random);
  });
});

test('what a secret field holds is hidden wherever a tool repeats it', () => {
  const input = { pin: 98765, card: { number: '4111 1111', cvc: '1' }, name: 'Ana' };
  const found = secretsIn(input, ['pin', 'card', 'unknown']);
  expect(found).toEqual(['4111 1111', '98765']);
  const said = { error: 'The card 4111 1111 with 98765 was refused for Ana, try 1.' };
  expect(hideValues(said, found)).toEqual({
    error: `The card ${hidden} with ${hidden} was refused for Ana, try 1.`,
  });
});
