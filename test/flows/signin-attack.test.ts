/** What others may try with a sign-in, each refused with a page that says what to do. */
import { beforeAll, describe, expect, test } from 'vitest';
import { parseSealKeys, seal, unseal } from '../../src/seal.ts';
import { signInProgram } from '../support/signin-program.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const program = await signInProgram();
const { db, address, callback, openId } = program;
const ana = { team: 'T0PHONES', user: 'U0ANA', name: 'Ana' };
const eve = { ...ana, user: 'U0EVE', name: 'Eve' };
const keys = parseSealKeys('a'.repeat(64)) ?? [];

beforeAll(() => program.install({ id: ana.team, name: 'Phone Shop' }));

const isBack = (at: string) => at.startsWith(`${callback}?`);
const jar = (visitor: Visitor) => visitor.jarOf(address);
const isSignedIn = async (visitor: Visitor) =>
  (await (await visitor.ask(`${address}/signin`)).text()).includes('You are signed in as');

/** The way back is refused, says what to do, and nobody is signed in by it. */
async function expectRefused(visitor: Visitor, back: string, status = 403): Promise<string> {
  const before = (await db.raw`select id from sessions`).length;
  const answer = await visitor.ask(back);
  expect(answer.status).toBe(status);
  const page = await answer.text();
  expect(page).toContain('You are not signed in');
  expect(page).toMatch(/href="\/signin(\?back=[^"]+)?"/);
  expect(await db.raw`select id from sessions`).toHaveLength(before);
  return page;
}

/** The address at Slack that the program sends somebody to, before it is asked. */
async function askedOf(visitor: Visitor): Promise<URL> {
  const { address: at } = await visitor.follow(`${address}/signin/slack`, (next) =>
    next.includes('/openid/connect/authorize'),
  );
  return new URL(at);
}

/** Slack's way back for an address that somebody has changed. */
async function backFrom(visitor: Visitor, at: URL, account = ana): Promise<string> {
  openId.answer(account);
  return (await visitor.follow(at.href, isBack)).address;
}

/** The attempt in the browser's cookie, with parts of it changed. */
function changeAttempt(visitor: Visitor, change: object): void {
  const place = 'signin:attempt';
  const sealed = decodeURIComponent(jar(visitor).get('signin') ?? '');
  const attempt = { ...JSON.parse(unseal(keys, sealed, place)), ...change };
  jar(visitor).set('signin', encodeURIComponent(seal(keys, JSON.stringify(attempt), place)));
}

test('Slack is asked for who somebody is, and for nothing else', async () => {
  const asked = (await askedOf(createVisitor())).searchParams;
  expect(Object.fromEntries(asked)).toEqual({
    ...{ client_id: expect.any(String), response_type: 'code', redirect_uri: callback },
    ...{ scope: 'openid profile', code_challenge_method: 'S256' },
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  });
});

describe('fixation', () => {
  test('a cookie that was there before is not the session afterwards', async () => {
    const visitor = createVisitor();
    jar(visitor).set('session', 'planted');
    await visitor.ask(await program.begin(visitor, ana));
    expect(jar(visitor).get('session')).not.toBe('planted');
    expect(await isSignedIn(visitor)).toBe(true);
    const planter = createVisitor();
    jar(planter).set('session', 'planted');
    expect(await isSignedIn(planter)).toBe(false);
  });

  test('a session that somebody else had put there ends', async () => {
    const planter = await program.signIn(eve);
    const visitor = createVisitor();
    jar(visitor).set('session', jar(planter).get('session') ?? '');
    await visitor.ask(await program.begin(visitor, ana));
    expect(await isSignedIn(visitor)).toBe(true);
    expect(await isSignedIn(planter)).toBe(false);
  });

  test('the way back of somebody else signs nobody in', async () => {
    const [attacker, victim] = [createVisitor(), createVisitor()];
    const back = await program.begin(attacker, eve);
    expect(await expectRefused(victim, back)).toContain('not begun in this browser');
    // Also not while the victim is about to sign in.
    await askedOf(victim);
    await expectRefused(victim, back);
  });
});

describe('replay', () => {
  test('of the way back, in the browser that used it', async () => {
    const visitor = createVisitor();
    const back = await program.begin(visitor, ana);
    expect((await visitor.ask(back)).status).toBe(303);
    expect(await expectRefused(visitor, back)).toContain('is over already');
  });

  test('of the way back with a copy of the cookie: the code is used', async () => {
    const visitor = createVisitor();
    const back = await program.begin(visitor, ana);
    const attempt = jar(visitor).get('signin') ?? '';
    expect((await visitor.ask(back)).status).toBe(303);
    jar(visitor).set('signin', attempt);
    expect(await expectRefused(visitor, back)).toContain('not the answer to this sign-in');
  });

  test('of a state with a new code', async () => {
    const visitor = createVisitor();
    const asked = await askedOf(visitor);
    const attempt = jar(visitor).get('signin') ?? '';
    expect((await visitor.ask(await backFrom(visitor, asked))).status).toBe(303);
    jar(visitor).set('signin', attempt);
    const again = await backFrom(visitor, asked, eve);
    expect(await expectRefused(visitor, again)).toContain('was used already');
  });

  test('of one way back twice at once signs in once', async () => {
    const visitor = createVisitor();
    const back = await program.begin(visitor, ana);
    const copy = createVisitor();
    jar(copy).set('signin', jar(visitor).get('signin') ?? '');
    const answers = await Promise.all([visitor.ask(back), copy.ask(back)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 403]);
  });
});

describe('a state', () => {
  test('that nobody gave is refused', async () => {
    const visitor = createVisitor();
    const back = new URL(await program.begin(visitor, ana));
    back.searchParams.set('state', 'forged');
    await expectRefused(visitor, back.href);
  });

  test('that is missing is refused', async () => {
    const visitor = createVisitor();
    const back = new URL(await program.begin(visitor, ana));
    back.searchParams.delete('state');
    await expectRefused(visitor, back.href);
  });

  test('that is older than ten minutes is refused', async () => {
    const visitor = createVisitor();
    const back = await program.begin(visitor, ana);
    changeAttempt(visitor, { begunAt: Date.now() - 10 * 60_000 });
    expect(await expectRefused(visitor, back)).toContain('more than ten minutes');
  });

  test('that was not sealed by us is refused', async () => {
    const visitor = createVisitor();
    const back = await program.begin(visitor, ana);
    const sealed = decodeURIComponent(jar(visitor).get('signin') ?? '');
    jar(visitor).set('signin', encodeURIComponent(`${sealed.slice(0, -2)}AA`));
    await expectRefused(visitor, back);
  });
});

describe('mix-up', () => {
  test('what began with another provider does not end with this one', async () => {
    const visitor = createVisitor();
    const back = await program.begin(visitor, ana);
    changeAttempt(visitor, { provider: 'other' });
    await expectRefused(visitor, back);
  });

  test('an answer in the name of another issuer is refused', async () => {
    const visitor = createVisitor();
    const back = new URL(await program.begin(visitor, ana));
    back.searchParams.set('iss', 'https://evil.example');
    await expectRefused(visitor, back.href);
  });

  test('a token that was made for another sign-in is refused: its nonce is another', async () => {
    const visitor = createVisitor();
    const asked = await askedOf(visitor);
    asked.searchParams.set('nonce', 'of-another-sign-in-altogether');
    await expectRefused(visitor, await backFrom(visitor, asked));
  });

  test('a code that was made for another sign-in is refused: its challenge is another', async () => {
    const visitor = createVisitor();
    const asked = await askedOf(visitor);
    asked.searchParams.set('code_challenge', 'x'.repeat(43));
    await expectRefused(visitor, await backFrom(visitor, asked));
  });
});

describe('open redirect', () => {
  test.each([
    'https://evil.example/apps/phones',
    '//evil.example/apps/phones',
    '/\\evil.example/apps/phones',
    '/apps/\\evil',
    '/apps//evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '/api/tasks',
    '/',
    `/apps/${'x'.repeat(2000)}`,
  ])('%j is no page to come back to', async (elsewhere) => {
    const visitor = createVisitor();
    const answer = await visitor.ask(await program.begin(visitor, ana, elsewhere));
    expect(answer.headers.get('location')).toBe('/signin');
    const query = new URLSearchParams({ back: elsewhere });
    const page = await (await createVisitor().ask(`${address}/signin?${query}`)).text();
    expect(page).not.toContain('evil');
    expect(page).toContain('href="/signin/slack"');
  });
});

test('who says no at Slack is told so', async () => {
  const visitor = createVisitor();
  const page = await expectRefused(
    visitor,
    await program.begin(visitor, undefined, '/apps/phones'),
  );
  expect(page).toContain('was told not to say who you are');
  expect(page).toContain('href="/signin?back=%2Fapps%2Fphones"');
});

test('what Slack says in an error is not shown', async () => {
  const visitor = createVisitor();
  const back = new URL(await program.begin(visitor, ana));
  back.searchParams.delete('code');
  back.searchParams.set('error', 'server_error');
  back.searchParams.set('error_description', '<img src=x>call-this-number');
  expect(await expectRefused(visitor, back.href)).not.toContain('call-this-number');
});

test('who names no workspace is not let in', async () => {
  const visitor = createVisitor();
  const back = await program.begin(visitor, { team: 'not/a:team', user: 'U0ANA' });
  expect(await expectRefused(visitor, back)).toContain('did not say of which workspace you are');
});

test('under another name of the server people are sent to the one that Slack knows', async () => {
  const { port } = new URL(address);
  const answer = await createVisitor().ask(
    `http://localhost:${port}/signin/slack?back=%2Fapps%2Fa`,
  );
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe(`${address}/signin/slack?back=%2Fapps%2Fa`);
});
