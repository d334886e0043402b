/** 4. Whoever only looks decides nothing: link previews and mail scanners GET and HEAD what they see (PAINS 4). */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { MessageView } from '../../src/bot/message.ts';
import { fingerprint } from '../support/fingerprint.ts';
import { testProgram } from '../support/program.ts';

const program = await testProgram();
const { db } = program.bot.engine;
const talk = 'preview';
const wine = 'Keep track of wine bottles with name, vintage and price';

type Task = { task_id: string; status: string };
const newest = async (): Promise<Task> => {
  const { tasks } = await program.get<{ tasks: [Task] }>('/api/tasks');
  return tasks[0];
};
const put = (path: string, body: unknown) =>
  fetch(program.address + path, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Waits until nothing is to be done any more, so that only we could change something. */
async function rest(): Promise<void> {
  // What is planned for later would otherwise come in the middle on a slow machine.
  await db.raw`delete from graphile_worker._private_jobs where run_at > now()`;
  for (;;) {
    const [row] = await db.raw`
      select count(*)::int as jobs from graphile_worker._private_jobs where run_at <= now()`;
    if (row?.['jobs'] === 0) return;
    await sleep(20);
  }
}

/** Every address that a card or its message names, and those that somebody could make of its buttons. */
async function addresses(): Promise<string[]> {
  const { messages } = await program.get<{ messages: MessageView[] }>(`/api/conversations/${talk}`);
  const found = new Set<string>();
  for (const message of messages) {
    const text = JSON.stringify(message);
    for (const [path] of text.matchAll(/\/(?:apps|c|tasks|api)\/[\w./-]+/g)) found.add(path);
    for (const [, path] of text.matchAll(/https?:\/\/[^/"\s]+(\/[^"\s\\]*)/g))
      found.add(path ?? '/');
    for (const { id, url } of message.card?.actions ?? []) {
      if (url) found.add(url);
      for (const path of [
        `/api/actions/${id}`,
        `/api/actions?id=${id}`,
        `/actions/${id}`,
        `/c/${talk}?action=${id}`,
      ])
        found.add(path);
    }
  }
  const { task_id } = await newest();
  for (const verb of ['accept', 'cancel', 'pause', 'approve', 'reject', 'start_over'])
    found.add(`/api/tasks/${task_id}/verbs/${verb}`);
  for (const path of [
    '/',
    '/tasks',
    `/c/${talk}`,
    `/api/conversations/${talk}`,
    '/api/standing-approvals',
    '/api/policies/send/*',
    '/api/workspace',
  ])
    found.add(path);
  return [...found];
}

/** What the program stores, but for what it notes about itself while it runs. */
const stored = () => fingerprint(db.raw, ['processes', 'graphile_worker._private_job_queues']);

async function lookAtEverything(): Promise<number> {
  await rest();
  const before = await stored();
  const paths = await addresses();
  for (const path of paths) {
    for (const method of ['GET', 'HEAD']) {
      const { status } = await fetch(program.address + path, { method, redirect: 'manual' });
      expect(status, `${method} ${path}`).toBeLessThan(500);
    }
  }
  await rest();
  expect(await stored()).toEqual(before);
  return paths.length;
}

test('GET and HEAD of every address in every card change nothing, at every turn of a task', async () => {
  const ask = { decision: 'ask' };
  expect((await put('/api/policies/structural/create_tables', ask)).status).toBe(200);
  await program.say(talk, 'Make an app');
  await program.card(talk, 'question');
  expect(await lookAtEverything()).toBeGreaterThan(15);
  await program.say(talk, 'cancel');

  await program.say(talk, wine);
  const plan = await program.card(talk, 'plan');
  await lookAtEverything();
  expect(await newest()).toMatchObject({ status: 'ready' });

  await program.press(plan, 'Accept');
  const approval = await program.card(talk, 'approval', ({ actions }) => actions.length > 0);
  await lookAtEverything();
  expect(await newest()).toMatchObject({ status: 'approval_pending' });

  await program.press(approval, 'Approve');
  await program.card(talk, 'delivery', ({ actions }) => actions.length > 0);
  await lookAtEverything();
  expect(await newest()).toMatchObject({ status: 'completed' });
});
