/** The loopback Teams that other tests rely on. */
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { startTeamsConnector } from './support/teams-connector.ts';
import { teamsFault } from './support/teams-fault.ts';
import { ana, ben, channel, groupChat } from './support/teams-people.ts';
import { overrunsIn } from './support/teams-rate.ts';

let now = 0;
const teams = await startTeamsConnector(() => now);
teams.people.push(ana, ben);
beforeEach(() => {
  now = 0;
  teams.calls.length = 0;
  teams.mend();
});
afterAll(() => teams.close());

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(`${teams.url}v3/conversations${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
}
const message = (text: string) => ({ type: 'message', text });
const post = async (conversation: string, text: string): Promise<string> =>
  (await ask('POST', `/${encodeURIComponent(conversation)}/activities`, message(text))).body.id;

describe('what stands', () => {
  test('is what was posted last, changed last, and not deleted', async () => {
    const [kept, gone] = [await post('a:1', 'one'), await post('a:1', 'two')];
    await ask('PUT', `/a:1/activities/${kept}`, message('three'));
    expect(await ask('DELETE', `/a:1/activities/${gone}`)).toMatchObject({ status: 200 });
    expect(teams.standingIn('a:1')).toMatchObject([{ id: kept, activity: { text: 'three' } }]);
    expect(await ask('PUT', `/a:1/activities/${gone}`, message('x'))).toMatchObject({
      ...{ status: 404, body: { error: { code: 'ActivityNotFoundInConversation' } } },
    });
  });

  test('in a thread is what began it and what was said in it', async () => {
    const first = await post(channel.id, 'a plan');
    const thread = `${channel.id};messageid=${first}`;
    const second = await post(thread, 'an answer');
    await post(channel.id, 'another plan');
    await ask('PUT', `/${encodeURIComponent(thread)}/activities/${first}`, message('a new plan'));
    expect(teams.standingIn(thread).map(({ id, activity }) => [id, activity.text])).toEqual([
      [first, 'a new plan'],
      [second, 'an answer'],
    ]);
  });

  test('is nothing that is too big or no message', async () => {
    const big = await ask('POST', '/a:2/activities', message('x'.repeat(60_000)));
    expect(big).toMatchObject({ status: 413, body: { error: { code: 'MessageSizeTooBig' } } });
    expect(await ask('POST', '/a:2/activities', {})).toMatchObject({ status: 400 });
    expect(teams.standingIn('a:2')).toEqual([]);
  });

  test('stands although its sender is told otherwise, where that is wanted', async () => {
    teams.fail(teamsFault.taken(teamsFault.server(502)));
    expect(await ask('POST', '/a:3/activities', message('x'))).toEqual({ status: 502 });
    teams.fail(teamsFault.server(502));
    expect(await ask('POST', '/a:3/activities', message('y'))).toEqual({ status: 502 });
    expect(teams.standingIn('a:3').map(({ activity }) => activity.text)).toEqual(['x']);
  });
});

describe('faults', () => {
  test('meet the requests that they are for, as often as was said', async () => {
    const when = ({ conversation }: { conversation: string }) => conversation === 'a:4';
    teams.fail(teamsFault.precondition(), { times: 2, when });
    const statuses: number[] = [];
    for (const room of ['a:5', 'a:4', 'a:4', 'a:4'])
      statuses.push((await ask('POST', `/${room}/activities`, message('x'))).status);
    expect(statuses).toEqual([201, 412, 412, 201]);
  });

  test('that hang are sound when they are let go', async () => {
    let open = () => {};
    teams.fail(teamsFault.hang(new Promise<void>((resolve) => (open = resolve))));
    const posted = ask('POST', '/a:6/activities', message('x'));
    await expect.poll(() => teams.calls.length).toBe(1);
    expect(teams.standingIn('a:6')).toEqual([]);
    open();
    expect(await posted).toMatchObject({ status: 201 });
    expect(teams.standingIn('a:6')).toHaveLength(1);
  });
});

describe('rosters', () => {
  const many = Array.from({ length: 120 }, (_, at) => ({ ...ana, id: `29:${at}` }));

  test('of channels come in pages of 50 at least, those of chats at once', async () => {
    teams.setRoster(channel.id, many);
    teams.setRoster(groupChat, many);
    const first = await ask('GET', `/${channel.id}/pagedmembers?pageSize=1`);
    expect(first.body.members).toHaveLength(50);
    const token = first.body.continuationToken;
    const next = await ask('GET', `/${channel.id}/pagedmembers?continuationToken=${token}`);
    expect(next.body.members).toHaveLength(70);
    expect(next.body).not.toHaveProperty('continuationToken');
    const chat = await ask('GET', `/${groupChat}/pagedmembers?pageSize=1`);
    expect(chat.body.members).toHaveLength(120);
    const wrong = await ask('GET', `/${channel.id}/pagedmembers?continuationToken=x`);
    expect(wrong.status).toBe(400);
  });

  test('of a personal chat have one person', async () => {
    const opened = await ask('POST', '', { members: [{ id: ben.id }] });
    expect(opened).toEqual({ status: 201, body: { id: teams.personalOf(ben.id) } });
    const { body } = await ask('GET', `/${opened.body.id}/pagedmembers`);
    expect(body.members.map(({ id }: { id: string }) => id)).toEqual([ben.id]);
    expect((await ask('GET', `/${opened.body.id}/members/${ana.id}`)).status).toBe(404);
  });
});

describe('the platform’s limits', () => {
  test('are exceeded per conversation, by changes as by new messages', async () => {
    const id = await post('a:7', 'x');
    for (let at = 0; at < 6; at += 1) await ask('PUT', `/a:7/activities/${id}`, message(`${at}`));
    await post('a:8', 'x');
    await ask('GET', '/a:7/pagedmembers');
    expect(teams.overruns()).toEqual([]);
    now = 999;
    await post('a:7', 'x');
    expect(teams.overruns()).toEqual([{ conversation: 'a:7', inMs: 1_000, most: 7, count: 8 }]);
  });

  const at = (times: number[]) => times.map((time) => ({ conversation: 'a', at: time }));
  const spread = (count: number, ms: number) => at(Array.from({ length: count }, (_, n) => n * ms));

  test.each([
    [7, 0, []],
    [8, 142, [1_000]],
    [8, 143, []],
    [9, 249, [2_000]],
    [9, 250, []],
    [61, 499, [30_000]],
    [61, 500, []],
    [1_801, 1_999, [3_600_000]],
    [1_801, 2_000, []],
  ])('%i messages, one every %i ms, exceed %j', (count, ms, windows) => {
    expect(overrunsIn(spread(count, ms)).map(({ inMs }) => inMs)).toEqual(windows);
  });

  test('are found wherever the window begins', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000), { maxLength: 40 }), (given) => {
        const times = given.sort((one, other) => one - other);
        const counts = times.map(
          (from) => times.filter((t) => t >= from && t < from + 1_000).length,
        );
        const most = Math.max(0, ...counts);
        const found = overrunsIn(at(times)).find(({ inMs }) => inMs === 1_000)?.count;
        expect(found).toBe(most > 7 ? most : undefined);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
