/** Dry runs of plans that build no app: what would go out is written down, and the real run is held to it (F83). */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ana, approvalStep, humanStep, testEngine, toolStep } from '../../test/support/engine.ts';
import { acceptPlan } from './accept.ts';
import { changePolicy } from './setting.ts';
import type { ToolContext } from './tools/tool.ts';
import { saidCode } from './unsaid.ts';
import { performVerb } from './verb.ts';
import { loadView } from './view.ts';

const bench = await testEngine();
const { engine } = bench;
const run = (id: string) => bench.runJobs(id, { pass: true });
await changePolicy(
  engine,
  ana,
  { effect: 'send', tool: '*' },
  { decision: 'auto', approvers: [], needed: 1, selfApproval: true },
);

type Message = { to: string; text: string };
/** A tool that says these things, each as a part of its own. */
function saying(messages: () => Message[]): ToolContext[] {
  return bench.tool(
    'mail',
    async ({ outside, substep, idempotencyKey }) => {
      for (const [index, message] of messages().entries())
        await substep(`part ${index + 1}`, () =>
          outside.send({ key: `${idempotencyKey}:${index}`, ...message }),
        );
      return { said: messages().length };
    },
    { effect: 'send', input: z.unknown() },
  );
}
const hello = { to: 'web:shop', text: 'Hello' };
const bye = { to: 'web:shop', text: 'Goodbye' };
const mail = toolStep('m', { tool: 'mail', substeps: ['part 1', 'part 2'] });

const posted = async (id: string) => {
  const rows = await bench.db
    .raw`select card->>'text' as text from cards where task_id = ${id} and key like 'sent:%' order by created_at, key`;
  return rows.map(({ text }) => text);
};
async function rehearsed(steps: unknown[]): Promise<string> {
  const id = await bench.propose(steps);
  await acceptPlan(engine, ana, id, 1, 'dry_run');
  await run(id);
  return id;
}

describe('a dry run', () => {
  test('writes down what would be said, posts nothing, and the plan waits as before', async () => {
    saying(() => [hello, bye]);
    const id = await bench.propose([mail]);
    const before = await bench.task(id);
    await acceptPlan(engine, ana, id, 1, 'dry_run');
    await run(id);
    expect(await posted(id)).toEqual([]);
    expect(await bench.jobs('post' as 'deliver', id)).toEqual([]);
    expect((await bench.step(id, 'm')).effect).toMatchObject({ sent: [hello, bye] });
    const { status, phase, progress, startedAt, planVersion } = await bench.task(id);
    expect({ status, phase, progress, startedAt, planVersion }).toEqual({
      ...{ status: 'ready', phase: 'plan', planVersion: 1 },
      ...{ progress: before.progress, startedAt: null },
    });
    expect(await bench.run(id)).toMatchObject({ mode: 'dry_run', finishedAt: expect.any(Date) });
  });

  test('asks nobody: approvals and manual steps are taken as done', async () => {
    saying(() => [hello]);
    const id = await rehearsed([approvalStep('p', { from: ['bob'] }), humanStep('h'), mail]);
    expect(await bench.approvals(id)).toEqual([]);
    expect(await bench.states(id)).toEqual({ p: 'completed', h: 'completed', m: 'completed' });
    expect(await bench.task(id)).toMatchObject({ status: 'ready' });
  });

  test('that stops at an error shows it and asks for no mending', async () => {
    bench.tool('mail', () => Promise.reject(new Error('No such place.')), { effect: 'send' });
    const id = await rehearsed([mail, toolStep('b')]);
    expect(await bench.states(id)).toEqual({ m: 'failed', b: 'pending' });
    expect(await bench.task(id)).toMatchObject({ status: 'ready', blockedKind: null });
  });

  test('may be made as often as one likes, and then the plan is done for real', async () => {
    const calls = saying(() => [hello]);
    const id = await rehearsed([mail]);
    await acceptPlan(engine, ana, id, 1, 'dry_run');
    await run(id);
    await bench.accept(id);
    await run(id);
    expect(calls).toHaveLength(3);
    expect(await posted(id)).toEqual(['Hello']);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('that is tried again after a lost connection shows all that would be said, once', async () => {
    let broken = true;
    bench.tool(
      'mail',
      async ({ outside, substep }) => {
        await substep('part 1', () => outside.send({ key: '1', ...hello }));
        if (broken) {
          broken = false;
          throw Object.assign(new Error('Lost.'), { code: 'ECONNRESET' });
        }
        await substep('part 2', () => outside.send({ key: '2', ...bye }));
      },
      { effect: 'send' },
    );
    const id = await rehearsed([mail]);
    bench.pass(60_000);
    await run(id);
    expect((await bench.step(id, 'm')).effect).toMatchObject({ sent: [hello, bye] });
  });
});

describe('the real run of a rehearsed plan', () => {
  test('that says what was shown goes through', async () => {
    saying(() => [hello, bye]);
    const id = await rehearsed([mail]);
    await bench.accept(id);
    await run(id);
    expect(await posted(id)).toEqual(['Hello', 'Goodbye']);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test.each<[string, Message[]]>([
    ['something else', [{ ...hello, text: 'Hello, thief' }]],
    ['it to somebody else', [{ ...hello, to: 'web:thief' }]],
  ])('stops before it says %s: nothing is sent', async (_, other) => {
    let messages: Message[] = [hello];
    saying(() => messages);
    const id = await rehearsed([mail]);
    messages = other;
    await bench.accept(id);
    await run(id);
    expect(await posted(id)).toEqual([]);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    expect(await bench.step(id, 'm')).toMatchObject({
      status: 'failed',
      error: { reason: expect.stringMatching(/^This differs from what you saw in the dry run/) },
    });
  });

  test('says exactly what it was kept from saying once a person has seen it, and no third thing', async () => {
    let messages: Message[] = [hello, bye];
    saying(() => messages);
    const id = await rehearsed([mail]);
    messages = [{ ...hello, text: 'Hello, Eva' }, bye];
    await bench.accept(id);
    await run(id);
    const wanted = { to: hello.to, text: 'Hello, Eva' };
    expect(await bench.step(id, 'm')).toMatchObject({ error: { kind: 'unsaid', wanted } });
    // What the person has seen is not what it would say now.
    messages = [{ ...hello, text: 'Hello, thief' }, bye];
    await performVerb(engine, ana, id, 'confirm');
    await run(id);
    expect(await posted(id)).toEqual([]);
    expect(await bench.step(id, 'm')).toMatchObject({
      error: { wanted: { text: 'Hello, thief' } },
    });
    messages = [{ ...hello, text: 'Hello, Eva' }, bye];
    await expect(
      performVerb(engine, ana, id, 'confirm', { wanted: saidCode(wanted) }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    await performVerb(engine, ana, id, 'retry');
    await run(id);
    expect(await posted(id)).toEqual(['Hello, Eva', 'Goodbye']);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('stops before it says the same thing more often than was shown', async () => {
    let messages: Message[] = [hello];
    saying(() => messages);
    const id = await rehearsed([mail]);
    messages = [hello, hello];
    await bench.accept(id);
    await run(id);
    expect(await posted(id)).toEqual(['Hello']);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
  });

  test('that says less than was shown stops afterwards and asks; a person says that it is fine', async () => {
    let messages: Message[] = [hello, bye];
    saying(() => messages);
    const id = await rehearsed([mail, toolStep('b', { tool: 'next' })]);
    const next = bench.tool('next');
    messages = [hello];
    await bench.accept(id);
    await run(id);
    expect(next).toHaveLength(0);
    expect(await bench.step(id, 'm')).toMatchObject({
      status: 'failed',
      error: { kind: 'different', reason: expect.stringContaining('not any more') },
    });
    await performVerb(engine, ana, id, 'confirm');
    await run(id);
    expect(next).toHaveLength(1);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('that is interrupted half-way is no difference: what was said before counts', async () => {
    let broken = false;
    bench.tool(
      'mail',
      async ({ outside, substep, idempotencyKey }) => {
        await substep('part 1', () => outside.send({ key: `${idempotencyKey}:1`, ...hello }));
        if (broken) {
          broken = false;
          throw Object.assign(new Error('Lost.'), { code: 'ECONNRESET' });
        }
        await substep('part 2', () => outside.send({ key: `${idempotencyKey}:2`, ...bye }));
      },
      { effect: 'send' },
    );
    const id = await rehearsed([mail]);
    broken = true;
    await bench.accept(id);
    await run(id);
    bench.pass(60_000);
    await run(id);
    expect(await posted(id)).toEqual(['Hello', 'Goodbye']);
    expect(await bench.step(id, 'm')).toMatchObject({ status: 'completed', error: null });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('of another version than the one that was rehearsed is not held to it', async () => {
    saying(() => [hello]);
    const id = await rehearsed([mail, toolStep('b', { tool: 'next' })]);
    await performVerb(engine, ana, id, 'modify', { text: 'leave out Do b' });
    await performVerb(engine, ana, id, 'accept');
    expect(await bench.run(id)).toMatchObject({ rehearsedRunId: null });
  });
});

test('what a rehearsal has left names no waits, since it waits for nothing', async () => {
  const wait = { kind: 'wait', key: 'w', name: 'Wait', seconds: '7200' };
  const waitOf = async (mode: 'dry_run' | 'automatic') => {
    const id = await bench.propose([toolStep('a'), wait]);
    await acceptPlan(engine, ana, id, 1, mode);
    const view = await bench.read((tx) => loadView(tx, id, engine.now(), engine.tools));
    return view?.waitMs;
  };
  expect(await waitOf('automatic')).toBe(7_200_000);
  expect(await waitOf('dry_run')).toBe(0);
});
