/** What agents remember, share and take over from each other; where it is seen; how it is taken back. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { ana, testEngine, toolStep } from '../../../test/support/engine.ts';
import { summaryOf } from '../../apps/effect.ts';
import { systemTransaction, transaction } from '../../db/client.ts';
import { listMemories, listVersions } from '../../db/memory.ts';
import type { Tx } from '../../db/tx.ts';
import { ensureWorkspace } from '../../db/workspace.ts';
import { acceptPlan } from '../accept.ts';
import { sweep } from '../sweep.ts';
import { getMemoryTool, setMemoryTool, shareMemoryTool, syncMemoryTool } from '../tools/memory.ts';
import { startUndo } from '../undo.ts';
import { getMemory, type Occasion, placeOf, setMemory } from './memory.ts';
import { shareMemory, syncMemory } from './share.ts';

const bench = await testEngine();
for (const tool of [setMemoryTool, getMemoryTool, shareMemoryTool, syncMemoryTool])
  bench.install(tool.name, tool);
const { workspaceId } = ana;
const now = new Date();

const at = (place = ''): Occasion => ({
  ...{ workspaceId, taskId: 'tsk_none', place, callKey: randomUUID(), now },
});
const within = <T>(work: (tx: Tx) => Promise<T>) => transaction(bench.db, ana, work);
const set = (agent: string, key: string, value: unknown, place = '') =>
  within((tx) => setMemory(tx, at(place), { agent, key, value, expiresAt: null }));
const get = async (agent: string, key: string, place = '') => {
  const found = await within((tx) => getMemory(tx, { agent, key, place, now }));
  return found && [found.shown, found.shownVersion];
};
const share = (
  agent: string,
  key: string,
  other: string,
  how: 'copy' | 'link' = 'copy',
  place = '',
) => within((tx) => shareMemory(tx, at(place), { agent, key, with: [other], how }));
const sync = (agent: string, from: string, place = '') =>
  within((tx) => syncMemory(tx, at(place), { agent, from }));

/** Runs a task of these tool steps to its end. */
async function run(...steps: [string, Record<string, unknown>][]): Promise<string> {
  const id = await bench.propose(
    steps.map(([tool, input], order) => toolStep(`s${order + 1}`, { tool, input })),
  );
  await bench.accept(id);
  await bench.runJobs(id, { pass: true });
  return id;
}

describe('a value', () => {
  test('is remembered in versions', async () => {
    await set('cook', 'dish', { name: 'soup' });
    expect((await set('cook', 'dish', 'stew')).version).toBe(2);
    expect(await get('cook', 'dish')).toEqual(['stew', 2]);
    expect(await get('cook', 'other')).toBeUndefined();
    const [memory] = await within((tx) => listMemories(tx, { agent: 'cook', now }));
    const versions = await within((tx) => listVersions(tx, [memory?.id ?? '']));
    expect(versions).toMatchObject([
      { version: 1, value: { name: 'soup' } },
      { version: 2, value: 'stew' },
    ]);
  });

  test('is set once by one call, and once by several at the same time', async () => {
    const once = { ...at(), callKey: 'once' };
    const wanted = { agent: 'cook', key: 'once', value: 1, expiresAt: null };
    const made = await Promise.all(
      [1, 2, 3].map(() => within((tx) => setMemory(tx, once, wanted))),
    );
    expect(made.map(({ version }) => version)).toEqual([1, 1, 1]);
    await Promise.all([1, 2, 3, 4].map((value) => set('cook', 'race', value)));
    expect((await get('cook', 'race'))?.[1]).toBe(4);
  });

  test('has no secrets in it, nor has its history', async () => {
    const token = 'xoxb-1111111111-2222222222-abcdefghijklmnopqrstuvwx';
    await set('cook', 'note', `The token is ${token}.`);
    await set('cook', 'password', 'hunter2-hunter2');
    const kept = await bench.db.raw`select value::text from agent_memory_history`;
    expect(JSON.stringify(kept)).not.toContain(token);
    expect(JSON.stringify(await get('cook', 'password'))).not.toContain('hunter2');
  });

  test.each<[string, string, unknown, string]>([
    ['no key', ' ', 1, 'INVALID'],
    ['a long key', 'k'.repeat(121), 1, 'INVALID'],
    ['a null character', 'k', 'a\0b', 'INVALID'],
    ['half a character', 'k', ['\ud800'], 'INVALID'],
    ['too many bytes', 'k', 'é'.repeat(17_000), 'LIMIT'],
  ])('with %s is refused', async (_, key, value, code) => {
    await expect(set('cook', key, value)).rejects.toMatchObject({ code });
  });

  test('is one of a thousand at most', async () => {
    await bench.db.raw`
      insert into agent_memory (id, workspace_id, agent, key, place, visibility, version, changed_by)
      select 'mem_' || n, ${workspaceId}, 'hoarder', 'k' || n, '', 'workspace', 1, 'x' from generate_series(1, 1000) as n`;
    await expect(set('hoarder', 'one more', 1)).rejects.toMatchObject({ code: 'LIMIT' });
    expect((await set('hoarder', 'k7', 1)).version).toBe(2);
  });

  test('is forgotten when its time is over', async () => {
    const expiresAt = new Date(bench.engine.now().getTime() + 1000);
    await within((tx) => setMemory(tx, at(), { agent: 'cook', key: 'brief', value: 1, expiresAt }));
    expect(await get('cook', 'brief')).toEqual([1, 1]);
    const later = new Date(expiresAt.getTime() + 1);
    const look = { agent: 'cook', key: 'brief', place: '', now: later };
    expect(await within((tx) => getMemory(tx, look))).toBeUndefined();
    bench.pass(2000);
    await sweep(bench.engine);
    expect(await bench.db.raw`select from agent_memory where key = 'brief'`).toHaveLength(0);
    expect(await get('cook', 'dish')).toEqual(['stew', 2]);
  });
});

describe('what comes from a chat or channel', () => {
  test.each([
    ['web', 'shop', ''],
    ['terminal', 'here', ''],
    ['slack', 'C1:1700000000.1', 'slack:C1'],
    ['slack', 'D1', 'slack:D1'],
    ['teams', '19:abc@thread.tacv2;messageid=17', 'teams:19:abc@thread.tacv2'],
    ['teams', 'a:1xyz', 'teams:a:1xyz'],
  ])('of %s %s is kept for "%s"', (channel, conversation, place) => {
    expect(placeOf({ channel, conversation })).toBe(place);
  });

  test('is seen there only, and before what all see', async () => {
    await set('clerk', 'salary', 100, 'slack:D1');
    for (const place of ['', 'slack:C1', 'slack:D2'])
      expect(await get('clerk', 'salary', place)).toBeUndefined();
    await set('clerk', 'salary', 'ask the boss');
    expect(await get('clerk', 'salary', 'slack:D1')).toEqual([100, 1]);
    expect(await get('clerk', 'salary', 'slack:C1')).toEqual(['ask the boss', 1]);
  });

  test('is neither shared nor synced to anywhere else', async () => {
    await set('clerk', 'secret', 'hush', 'slack:D1');
    expect(await share('clerk', 'secret', 'helper', 'copy', 'slack:C1')).toEqual([]);
    expect(await share('clerk', 'secret', 'helper', 'copy', 'slack:D1')).toEqual(['helper']);
    expect(await share('clerk', 'secret', 'linker', 'link', 'slack:D1')).toEqual(['linker']);
    await sync('other', 'clerk', 'slack:C1');
    for (const agent of ['helper', 'linker', 'other']) {
      expect(await get(agent, 'secret')).toBeUndefined();
      expect(await get(agent, 'secret', 'slack:C1')).toBeUndefined();
    }
    expect(await get('helper', 'secret', 'slack:D1')).toEqual(['hush', 1]);
    expect(await get('linker', 'secret', 'slack:D1')).toEqual(['hush', 1]);
  });

  test('is of its workspace', async () => {
    const other = { workspaceId: 'wsp_other' };
    const settings = { locale: 'en-US', currency: 'USD', timezone: 'UTC' };
    await systemTransaction(bench.db, (tx) =>
      ensureWorkspace(tx, { id: other.workspaceId, kind: 'slack', name: 'Other', ...settings }),
    );
    const found = await transaction(bench.db, other, (tx) => listMemories(tx, { now }));
    expect(found).toEqual([]);
    const views = await transaction(bench.db, other, (tx) =>
      tx.execute('select * from bot_shared_memory'),
    );
    expect(views).toHaveLength(0);
  });
});

describe('sharing', () => {
  test('a copy goes its own way, a link shows what the first one has', async () => {
    await set('a', 'method', 'refund');
    await share('a', 'method', 'copier');
    await share('a', 'method', 'linker', 'link');
    await share('linker', 'method', 'second', 'link');
    await set('a', 'method', 'voucher');
    expect(await get('copier', 'method')).toEqual(['refund', 1]);
    expect(await get('linker', 'method')).toEqual(['voucher', 2]);
    expect(await get('second', 'method')).toEqual(['voucher', 2]);
    const shared = await bench.db.raw`
      select source_bot, target_bot, memory_value, is_link from bot_shared_memory
      where memory_key = 'method' order by target_bot`;
    expect([...shared]).toEqual([
      { source_bot: 'a', target_bot: 'copier', memory_value: 'refund', is_link: false },
      { source_bot: 'a', target_bot: 'linker', memory_value: 'voucher', is_link: true },
      { source_bot: 'linker', target_bot: 'second', memory_value: 'voucher', is_link: true },
    ]);
    await set('linker', 'method', 'own');
    expect([await get('linker', 'method'), await get('a', 'method')]).toEqual([
      ['own', 2],
      ['voucher', 2],
    ]);
  });

  test('replaces what the other has by a newer version, and is not done in a circle', async () => {
    await set('b', 'x', 'theirs');
    await set('b', 'x', 'theirs too');
    await set('a', 'x', 'ours');
    await share('a', 'x', 'b');
    expect(await get('b', 'x')).toEqual(['ours', 3]);
    await share('a', 'x', 'c', 'link');
    await expect(share('c', 'x', 'a', 'link')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(share('a', 'x', 'a')).rejects.toMatchObject({ code: 'INVALID' });
  });
});

describe('syncing', () => {
  test('takes what is newer, keeps what is not, and notes what both have changed', async () => {
    await set('master', 'new', 1);
    await set('master', 'newer', 1);
    await set('master', 'newer', 2);
    await set('master', 'older', 1);
    await set('master', 'both', 'master');
    await set('master', 'same', 1);
    await set('pupil', 'newer', 1);
    await set('pupil', 'older', 1);
    await set('pupil', 'older', 2);
    await set('pupil', 'both', 'pupil');
    await set('pupil', 'same', 1);
    expect(await sync('pupil', 'master')).toEqual({
      taken: ['new', 'newer'],
      kept: ['older', 'same'],
      conflicts: ['both'],
    });
    expect(await get('pupil', 'newer')).toEqual([2, 2]);
    expect(await get('pupil', 'both')).toEqual(['pupil', 1]);
    expect((await sync('pupil', 'master')).taken).toEqual([]);
    await expect(sync('pupil', 'pupil')).rejects.toMatchObject({ code: 'INVALID' });
  });

  test('by the same call is done once, and says the same again', async () => {
    await set('teacher', 'lesson', 1);
    const call = at();
    const again = () => within((tx) => syncMemory(tx, call, { agent: 'class', from: 'teacher' }));
    const first = await again();
    await set('teacher', 'lesson', 2);
    expect([first, await again()]).toEqual([
      { taken: ['lesson'], kept: [], conflicts: [] },
      { taken: ['lesson'], kept: [], conflicts: [] },
    ]);
    expect(await get('class', 'lesson')).toEqual([1, 1]);
    const written = await bench.db.raw`
      select from task_events where event = 'sync_memory' and data->>'call' = ${call.callKey}`;
    expect(written).toHaveLength(1);
  });
});

describe('a task', () => {
  test('sets, reads, shares and syncs, and the ledger says so without the values', async () => {
    const agent = 'customer-support';
    const id = await run(
      ['set_memory', { agent, key: 'resolution_method', value: 'a voucher' }],
      ['get_memory', { agent, key: 'resolution_method' }],
      ['share_memory', { agent, key: 'resolution_method', with: ['support-bot-2'], as: 'link' }],
      ['sync_memory', { agent: 'support-bot-3', from: agent }],
      ['get_memory', { agent: 'support-bot-3', key: 'nothing' }],
    );
    expect((await bench.steps(id)).map(({ result }) => result)).toMatchObject([
      { agent, version: 1 },
      { value: 'a voucher', version: 1 },
      { shared_with: ['support-bot-2'] },
      { taken: ['resolution_method'] },
      { value: null, version: 0 },
    ]);
    const written = (await bench.events(id)).filter(({ event }) => event.endsWith('_memory'));
    expect(written.map(({ event }) => event)).toEqual([
      ...['set_memory', 'share_memory', 'sync_memory', 'sync_memory'],
    ]);
    expect(JSON.stringify(written.map(({ data }) => data))).not.toContain('a voucher');
  });

  test('is itself who remembers where nobody else is named', async () => {
    await run(
      ['set_memory', { key: 'own', value: 1 }],
      ['sync_memory', { from: 'customer-support' }],
    );
    expect(await get('Test CRM', 'own')).toEqual([1, 1]);
    expect(await get('Test CRM', 'resolution_method')).toEqual(['a voucher', 1]);
  });

  test('that is rehearsed shows to later steps what they would see, and keeps nothing', async () => {
    await set('dry', 'k', 'old');
    await set('dry-master', 'taught', 'new');
    const steps: [string, Record<string, unknown>][] = [
      ['set_memory', { agent: 'dry', key: 'k', value: 'new' }],
      ['get_memory', { agent: 'dry', key: 'k' }],
      ['share_memory', { agent: 'dry', key: 'k', with: ['dry-2'] }],
      ['get_memory', { agent: 'dry-2', key: 'k' }],
      ['sync_memory', { agent: 'dry', from: 'dry-master' }],
      ['get_memory', { agent: 'dry', key: 'taught' }],
      ['get_memory', { agent: 'dry', key: 'k' }],
    ];
    const id = await bench.propose(
      steps.map(([tool, input], at) => toolStep(`s${at + 1}`, { tool, input })),
    );
    await acceptPlan(bench.engine, ana, id, 1, 'dry_run');
    await bench.runJobs(id, { pass: true });
    const outputs = (await bench.calls(id)).map(({ output }) => output);
    expect(outputs).toMatchObject([
      { agent: 'dry', memory: null, version: 2 },
      { value: 'new', version: 2 },
      { shared_with: ['dry-2'] },
      { value: 'new', version: 2 },
      { taken: ['taught'] },
      { value: 'new' },
      { value: 'new', version: 2 },
    ]);
    expect(await get('dry', 'k')).toEqual(['old', 1]);
    expect(await get('dry-2', 'k')).toBeUndefined();
    expect(await get('dry', 'taught')).toBeUndefined();
    const noted = await bench.db.raw`
      select from task_events where task_id = ${id} and event like '%_memory'`;
    expect(noted).toHaveLength(0);
    const changes = (await bench.steps(id)).map(({ effect }) => effect?.changes ?? []);
    expect(changes).toEqual([
      ...[['+ memory dry: k'], [], ['+ memory dry-2: k'], []],
      ...[['+ memory dry: taught'], [], []],
    ]);
    expect(summaryOf(changes.flat())).toEqual({
      total: '3 memories, 0 rows',
      things: ['dry: k', 'dry-2: k', 'dry: taught'],
    });
  });

  test('that was rehearsed takes over what was shown, and asks where there is something else by now', async () => {
    await set('shown-master', 'one', 1);
    const rehearse = async (agent: string) => {
      const input = { agent, from: 'shown-master' };
      const id = await bench.propose([toolStep('s', { tool: 'sync_memory', input })]);
      await acceptPlan(bench.engine, ana, id, 1, 'dry_run');
      await bench.runJobs(id, { pass: true });
      return id;
    };
    const [same, other] = [await rehearse('shown-a'), await rehearse('shown-b')];
    await acceptPlan(bench.engine, ana, same, 1);
    await bench.runJobs(same, { pass: true });
    expect(await bench.task(same)).toMatchObject({ status: 'completed' });
    expect(await get('shown-a', 'one')).toEqual([1, 1]);

    await set('shown-master', 'two', 2);
    await acceptPlan(bench.engine, ana, other, 1);
    await bench.runJobs(other, { pass: true });
    expect(await bench.task(other)).toMatchObject({ status: 'blocked' });
    const [step] = await bench.steps(other);
    expect(step?.error?.reason).toContain('now “+ memory shown-b: two”');
  });

  let first = '';
  beforeAll(async () => {
    first = await run(['set_memory', { agent: 'u', key: 'k', value: 'one' }]);
  });
  const undo = async (id: string, force = false) => {
    await startUndo(bench.engine, ana, id, { force });
    await bench.runJobs(id);
  };

  test('that is undone restores what was there before', async () => {
    const second = await run(['set_memory', { agent: 'u', key: 'k', value: 'two' }]);
    await undo(second);
    expect(await get('u', 'k')).toEqual(['one', 3]);
  });

  test('that is undone leaves alone what was changed since', async () => {
    const third = await run(['set_memory', { agent: 'u', key: 'k', value: 'three' }]);
    await set('u', 'k', 'by another');
    await undo(third);
    expect((await get('u', 'k'))?.[0]).toBe('by another');
  });

  test('that is undone forgets what was not there before', async () => {
    const fresh = await run(['set_memory', { agent: 'u', key: 'fresh', value: 1 }]);
    await undo(fresh);
    expect(await get('u', 'fresh')).toBeUndefined();
    expect(first).not.toBe('');
  });
});
