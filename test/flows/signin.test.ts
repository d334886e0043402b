/** People of workspaces that installed the app come to the pages of their apps, and to no others. */
import { beforeAll, describe, expect, test } from 'vitest';
import { getRecord } from '../../src/apps/record.ts';
import { ownerToken, signInProgram } from '../support/signin-program.ts';
import { addRecord, createStore, storeSpec } from '../support/store.ts';
import { createVisitor, type Visitor } from '../support/visitor.ts';

const program = await signInProgram();
const { db, address } = program;
const ana = { team: 'T0PHONES', user: 'U0ANA', name: 'Ana <b>Lima</b>' };
const bea = { team: 'T0FLOWERS', user: 'U0BEA', name: 'Bea' };
const owner = { authorization: `Bearer ${ownerToken}` };
let phones: Awaited<ReturnType<typeof createStore>>;
let customer: string;

beforeAll(async () => {
  await program.install({ id: ana.team, name: 'Phone Shop' });
  await program.install({ id: bea.team, name: 'Flower Shop' });
  const spec = storeSpec();
  phones = await createStore(db, { ...spec, slug: 'phones' }, 'wsp_slack_T0PHONES');
  await createStore(db, { ...spec, slug: 'flowers', name: 'Flowers' }, 'wsp_slack_T0FLOWERS');
  await createStore(db, { ...spec, slug: 'mine' }, 'wsp_local');
  customer = await addRecord(db, phones, 'customers', { name: 'Cara', phone: '+1 512 555 0100' });
});

const status = async (visitor: Visitor, path: string) => (await visitor.ask(address + path)).status;

describe('whoever is not signed in', () => {
  test.each(['/apps/phones', '/apps/phones/customers?q=ana', '/apps/mine', '/apps/nothing'])(
    'is sent from %s to the sign-in, whether there is something or not',
    async (path) => {
      const answer = await createVisitor().ask(address + path);
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toBe(
        `${address}/signin?${new URLSearchParams({ back: path })}`,
      );
    },
  );

  test('finds there how to sign in, and how to come back', async () => {
    const { response } = await createVisitor().follow(`${address}/apps/phones`);
    const page = await response?.text();
    expect(response?.status).toBe(200);
    expect(page).toContain('href="/signin/slack?back=%2Fapps%2Fphones"');
  });

  test('changes nothing, and is told that nothing was saved', async () => {
    const form = { name: 'Nobody', phone: '+1 512 555 0101' };
    const answer = await createVisitor().ask(`${address}/apps/phones/customers/new`, {
      body: form,
    });
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('Nothing was saved');
  });

  test('is led away as a whole when only a part of a page is asked for', async () => {
    const headers = { 'HX-Request': 'true', 'HX-Current-URL': `${address}/apps/phones/customers` };
    const answer = await createVisitor().ask(`${address}/apps/phones/customers?q=a`, { headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('hx-redirect')).toBe(
      `${address}/signin?back=%2Fapps%2Fphones%2Fcustomers`,
    );
  });
});

test('who signs in comes back to the page that was asked for, and sees it', async () => {
  const visitor = createVisitor();
  const back = await program.begin(visitor, ana, '/apps/phones/customers?q=cara');
  const came = await visitor.follow(back);
  expect(came.address).toBe(`${address}/apps/phones/customers?q=cara`);
  expect(came.response?.status).toBe(200);
  expect(came.response?.headers.get('cache-control')).toBe('no-store');
  const page = (await came.response?.text()) ?? '';
  expect(page).toContain('Cara');
  expect(page).toContain('Ana &lt;b>Lima&lt;/b>');
  expect(page).not.toContain('<b>Lima');
});

test('the page of the sign-in then shows the apps of the workspace', async () => {
  const visitor = await program.signIn(bea);
  const page = await (await visitor.ask(`${address}/signin`)).text();
  expect(page).toContain('Flower Shop');
  expect(page).toContain('/apps/flowers');
  expect(page).not.toContain('/apps/phones');
  expect(page).not.toContain('/apps/mine');
});

describe('the apps of others', () => {
  test('answer as if there were nothing, word for word', async () => {
    const visitor = await program.signIn(bea);
    const read = async (path: string, body?: Record<string, string>) => {
      const answer = await visitor.ask(address + path, body ? { body } : {});
      const headers = [...answer.headers.keys()].filter((name) => name !== 'date').sort();
      return { status: answer.status, headers, text: await answer.text() };
    };
    for (const rest of ['', '/customers', `/customers/${customer}`, '/customers/export.csv']) {
      const [theirs, nothing] = [
        await read(`/apps/phones${rest}`),
        await read(`/apps/absent${rest}`),
      ];
      expect(theirs.status).toBe(404);
      expect({ ...theirs, text: theirs.text.replaceAll('phones', 'absent') }).toEqual(nothing);
    }
    const moved = `customers/${customer}/delete`;
    expect(await read(`/apps/phones/${moved}`, {})).toMatchObject({ status: 404 });
    expect(await getRecord(db, phones, 'customers', customer)).toBeDefined();
    expect(await status(visitor, '/apps/flowers')).toBe(200);
  });

  test('and those of the owner are not shown either, nor the chat, the tasks or the API', async () => {
    const visitor = await program.signIn(ana);
    expect(await status(visitor, '/apps/mine')).toBe(404);
    for (const path of ['/', '/new', '/c/abc', '/tasks', '/api/tasks', '/api/workspace', '/readyz'])
      expect(await status(visitor, path), path).toBe(401);
    const said = await visitor.ask(`${address}/api/messages`, { body: { text: 'help' } });
    expect(said.status).toBe(401);
  });
});

test('the owner’s token opens the owner’s apps as before, and no others', async () => {
  const visitor = createVisitor();
  const ask = async (path: string, headers = owner) =>
    (await visitor.ask(address + path, { headers })).status;
  expect(await ask('/apps/mine')).toBe(200);
  expect(await ask('/api/tasks')).toBe(200);
  expect(await ask('/apps/phones')).toBe(404);
  expect(await ask('/apps/mine', { authorization: 'Bearer wrong' })).toBe(401);
});

test('who has the token and is signed in too finds both', async () => {
  const visitor = await program.signIn(ana);
  for (const [path, expected] of [
    ['/apps/mine', 200],
    ['/apps/phones', 200],
    ['/apps/flowers', 404],
  ] as const)
    expect((await visitor.ask(address + path, { headers: owner })).status, path).toBe(expected);
});

describe('what somebody changes', () => {
  test('is in the history with their name', async () => {
    const visitor = await program.signIn(ana);
    const made = await visitor.ask(`${address}/apps/phones/customers/new`, {
      body: { name: 'Dora', phone: '+1 512 555 0102' },
    });
    expect(made.status).toBe(303);
    const record = new URL(made.headers.get('location') ?? '', address);
    const page = await (await visitor.ask(record.href)).text();
    expect(page).toMatch(/Added<\/strong> <span>by <bdi>Ana &lt;b>Lima&lt;\/b><\/bdi>/);
    const [change] = await db.raw`
      select person, person_name from ${db.raw(phones.schemaName)}._changes order by id desc limit 1`;
    expect(change).toEqual({ person: 'U0ANA', person_name: ana.name });
  });

  test('is refused when another site sends it', async () => {
    const visitor = await program.signIn(ana);
    const path = `${address}/apps/phones/customers/${customer}/delete`;
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }])
      expect((await visitor.ask(path, { body: {}, headers })).status).toBe(403);
    const away = await visitor.ask(`${address}/signout`, {
      ...{ body: {}, headers: { origin: 'https://evil.example' } },
    });
    expect(away.status).toBe(403);
    expect(await getRecord(db, phones, 'customers', customer)).toBeDefined();
    expect(await status(visitor, '/apps/phones')).toBe(200);
  });
});

describe('the session', () => {
  test('is a cookie that scripts and other sites do not have, and a hash in the database', async () => {
    const visitor = createVisitor();
    const back = await program.begin(visitor, ana, '/apps/phones');
    const answer = await visitor.ask(back);
    const set = answer.headers.getSetCookie().find((line) => line.startsWith('session=')) ?? '';
    expect(set).toMatch(/; Path=\/; .*HttpOnly; SameSite=Lax$/);
    const token = visitor.jarOf(address).get('session') ?? '';
    expect(token.length).toBeGreaterThan(40);
    expect(JSON.stringify(await db.raw`select * from sessions`)).not.toContain(token);
  });

  test('is over a week after the sign-in', async () => {
    const visitor = await program.signIn(ana);
    const [row] = await db.raw`
      select expires_at - created_at between '6 days 23 hours' and '7 days 1 hour' as week
      from sessions order by created_at desc limit 1`;
    expect(row).toEqual({ week: true });
    await db.raw`update sessions set expires_at = now() - interval '1 second'`;
    expect(await status(visitor, '/apps/phones')).toBe(303);
  });

  test('ends with the sign-out, also for whoever has a copy of the cookie', async () => {
    const [visitor, copy] = [await program.signIn(ana), createVisitor()];
    for (const [name, value] of visitor.jarOf(address)) copy.jarOf(address).set(name, value);
    expect(await status(copy, '/apps/phones')).toBe(200);
    const { response } = await visitor.follow(
      new URL(
        (await visitor.ask(`${address}/signout`, { body: {} })).headers.get('location') ?? '',
        address,
      ).href,
    );
    expect(await response?.text()).toContain('You are signed out');
    expect(visitor.jarOf(address).has('session')).toBe(false);
    expect(await status(copy, '/apps/phones')).toBe(303);
  });

  test('is not ended by a link', async () => {
    const visitor = await program.signIn(ana);
    expect(await status(visitor, '/signout')).toBe(404);
    expect(await status(visitor, '/apps/phones')).toBe(200);
  });

  test.each(['uninstalled', 'tokens_revoked'] as const)(
    'ends when the app is %s, and those of others stay',
    async (why) => {
      const team = { id: `T0${why.toUpperCase().replace('_', '')}`, name: 'Bike Shop' };
      await program.install(team);
      const [gone, stays] = [
        await program.signIn({ team: team.id, user: 'U0CID', name: 'Cid' }),
        await program.signIn(bea),
      ];
      expect(await (await gone.ask(`${address}/signin`)).text()).toContain('Bike Shop');
      await program.access.revoke(`wsp_slack_${team.id}`, why, new Date(Date.now() + 1000));
      expect(await (await gone.ask(`${address}/signin`)).text()).toContain('Sign in with Slack');
      expect(await status(stays, '/apps/flowers')).toBe(200);
      // Installed again, nobody comes back by an old cookie.
      await program.install(team);
      expect(await status(gone, '/apps/anything')).toBe(303);
    },
  );
});

describe('a workspace that has not installed the app', () => {
  const stranger = { team: 'T0STRANGER', user: 'U0EVE', name: 'Eve' };

  test('is told what to do, and its people are not let in', async () => {
    const visitor = createVisitor();
    const answer = await visitor.ask(await program.begin(visitor, stranger, '/apps/phones'));
    expect(answer.status).toBe(403);
    const page = await answer.text();
    expect(page).toContain('has not installed Factotum');
    expect(page).toContain('href="/slack/install"');
    expect(page).toContain('href="/signin?back=%2Fapps%2Fphones"');
    expect(await db.raw`select from sessions where person = ${stranger.user}`).toHaveLength(0);
    expect(await status(visitor, '/apps/phones')).toBe(303);
  });

  test('is let in by its organisation, as long as that has the app', async () => {
    const inside = { ...stranger, team: 'T0INSIDE', organisation: 'E0ORG' };
    await program.install(undefined, { organisation: 'E0ORG' });
    const visitor = await program.signIn(inside);
    expect(await (await visitor.ask(`${address}/signin`)).text()).toContain('Eve');
    await program.access.revoke('wsp_slack_E0ORG', 'uninstalled', new Date(Date.now() + 1000));
    expect(await (await visitor.ask(`${address}/signin`)).text()).toContain('Sign in with Slack');
  });

  test('is not let in by an organisation that took the app away', async () => {
    const visitor = createVisitor();
    const inside = { ...stranger, team: 'T0LATER', organisation: 'E0ORG' };
    expect((await visitor.ask(await program.begin(visitor, inside))).status).toBe(403);
  });
});
