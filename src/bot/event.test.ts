/** Events in conversation: which came, who waits, and one that is published; what is private stays where it is. */
import { describe, expect, test } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { ana } from '../../test/support/engine.ts';
import { transaction } from '../db/client.ts';
import { listTasks } from '../db/task.ts';
import { listWorkflowEvents } from '../db/workflow-event.ts';
import { deliverEvents } from '../engine/event/deliver.ts';
import { handleEvent } from '../engine/event/handle.ts';
import { readEventIntent } from '../engine/model/offline/event-intent.ts';
import { installedTools } from '../engine/tools/index.ts';
import { saveWorkflows } from '../engine/workflow-save.ts';
import type { Card } from './card.ts';
import { receive } from './receive.ts';

const elsewhere: Card[] = [];
const bench = await testBot(() => [
  {
    name: 'slack',
    post: async (_place, { card }) => `m${elsewhere.push(card)}`,
    update: async (_place, reference) => reference,
  },
]);
for (const name of ['talk', 'publish_event', 'ask_agent']) {
  const tool = installedTools.get(name);
  if (tool) bench.install(name, tool);
}
const inSlack = async (conversation: string, text: string) => {
  await receive(bench.bot, { ...ana, channel: 'slack', conversation, author: ana.id, text });
  await bench.settle();
  return elsewhere.at(-1)?.text ?? '';
};
const say = async (words: string) => (await bench.talk().say(words)).text;

describe('what is asked about events', () => {
  test.each<[string, unknown]>([
    ['show events', { kind: 'list', isSure: true }],
    ['Which events came today?', { kind: 'list', since: { days: 0 }, isSure: true }],
    ['what events happened in the last 3 days', { kind: 'list', since: { days: 2 }, isSure: true }],
    ['list events from the last 2 hours', { kind: 'list', since: { hours: 2 }, isSure: true }],
    [
      'were there any events yesterday?',
      { kind: 'list', since: { days: 1, until: 0 }, isSure: true },
    ],
    ['show me the order_paid events', { kind: 'list', name: 'order_paid', isSure: true }],
    ['has order_paid come yet?', { kind: 'list', name: 'order_paid', isSure: true }],
    ['who waits for order_shipped?', { kind: 'waits', name: 'order_shipped', isSure: true }],
    [
      'What is waiting for the event "order.paid"',
      { kind: 'waits', name: 'order.paid', isSure: true },
    ],
    ['who waits for events?', { kind: 'waits', isSure: true }],
    [
      'publish event order_paid with id = 7, note = "on time"',
      { kind: 'publish', name: 'order_paid', payload: { id: 7, note: 'on time' }, unread: '' },
    ],
    [
      'publish the event order_paid {"id": 7, "lines": [1]}',
      { kind: 'publish', name: 'order_paid', payload: { id: 7, lines: [1] }, unread: '' },
    ],
    ['publish event order_paid', { kind: 'publish', name: 'order_paid', payload: {}, unread: '' }],
    [
      'publish event order_paid quickly',
      { kind: 'publish', name: 'order_paid', payload: {}, unread: 'quickly' },
    ],
    ['Create an events app with a list of events', undefined],
    ['send the report to Ana', undefined],
    ['who is waiting in the shop', undefined],
    ['who waits for refunded?', { kind: 'waits', name: 'refunded', isSure: false }],
  ])('is read from “%s”', (words, expected) => {
    expect(readEventIntent(words)).toEqual(expected);
  });
});

test('nothing there is said, with how it comes', async () => {
  expect(await say('show events')).toMatch(/^No events have come yet\. Workflows publish them/);
  expect(await say('who waits for events?')).toMatch(/^Nobody waits for an event now\. Workflows/);
});

test('an event is published once, listed, and seen by who waits', async () => {
  await transaction(bench.db, ana, (tx) =>
    saveWorkflows(
      tx,
      bench.engine,
      ana,
      'ORCHESTRATE WORKFLOW "packer"\n  ON EVENT "order_paid" DO\n    TALK "Pack it"\n  END ON\n  WAIT FOR EVENT "order_shipped" WHERE event.id = 7 TIMEOUT 2 DAYS\nEND WORKFLOW\n',
    ),
  );
  const talk = bench.talk();
  await talk.say('run packer');
  await talk.say('accept');
  await bench.runJobs((await talk.task()).id);
  expect((await talk.say('who waits for order_shipped?')).text).toMatch(
    /^Who waits for “order_shipped”\n- The task packer waits where event\.id = 7 since .+, until /,
  );
  expect(await say('who waits for order_shiped?')).toBe(
    'Nobody waits for “order_shiped” now. Did you mean “order_shipped”?',
  );
  expect(await say('who waits for events')).toContain(
    '- The workflow packer acts whenever order_paid comes',
  );
  expect(await say('publish event order_paid with id = 7')).toBe(
    '“order_paid” is published. 1 workflow acts on it, where it fits.',
  );
  expect(await say('publish event order_payd')).toBe(
    '“order_payd” is published. Nobody waits for it now. Did you mean “order_paid”?',
  );
  expect(await say('publish event order_paid quickly')).toMatch(
    /“quickly”, so nothing was published/,
  );
  const events = await bench.read((tx) => listWorkflowEvents(tx));
  expect(events).toMatchObject([
    { name: 'order_payd', payload: {} },
    { name: 'order_paid', payload: { id: 7 }, source: 'external', publishedBy: 'ana' },
  ]);
  await bench.db.raw`update workflow_events set created_at = ${bench.engine.now()}`;
  expect(await say('which events came today?')).toMatch(
    /^Events today\n- order_payd \{\}: .+, published by ana, not delivered yet\n- order_paid \{"id":7\}: /,
  );
  expect(await say('show events yesterday')).toBe('No events have come yesterday.');
  expect(await say('show order_paid events')).toMatch(
    /^Events “order_paid”\n- order_paid \{"id":7\}/,
  );
});

test('words that name no event that is known are about something else', async () => {
  expect(await say('who waits for Ana?')).not.toContain('waits for “Ana”');
});

test('what is published in a private conversation is seen there only', async () => {
  expect(await inSlack('C1:17.1', 'publish event deal_won with customer = "Secret Ltd"')).toMatch(
    /^“deal_won” is published/,
  );
  expect(await inSlack('C1:18.2', 'show deal_won events')).toContain('Secret Ltd');
  for (const shown of [await say('show events'), await inSlack('C2:17.1', 'show events')]) {
    expect(shown).toContain('deal_won from another conversation');
    expect(shown).not.toContain('Secret');
  }
  const waiting =
    'ORCHESTRATE WORKFLOW "hush"\n  INPUT who\n  WAIT FOR EVENT "told" WHERE event.who = who TIMEOUT 5\nEND WORKFLOW\n';
  await transaction(bench.db, ana, (tx) => saveWorkflows(tx, bench.engine, ana, waiting));
  await inSlack('C1:19.1', 'run hush with who = "Secret"');
  await inSlack('C1:19.1', 'accept');
  const [task] = await bench.db.raw<{ id: string }[]>`select id from tasks where title = 'hush'`;
  await bench.runJobs(task?.id ?? '');
  expect(await inSlack('C1:20.1', 'who waits for told?')).toContain('The task hush waits');
  expect(await say('who waits for told?')).toMatch(
    /\n- A task of another conversation waits since /,
  );
});

describe('a workflow that hears', () => {
  /** Delivers events and begins what hears them, a few rounds long. */
  const hear = async (conversation: string, rounds = 1) => {
    for (let round = 0; round < rounds; round += 1) {
      await deliverEvents(bench.engine, { workspaceId: ana.workspaceId });
      for (let job = await bench.take('handle'); job; job = await bench.take('handle'))
        await handleEvent(bench.engine, job);
      const rows = await bench.read((tx) => listTasks(tx, { conversation }));
      for (const { id } of rows) await bench.runJobs(id);
    }
    await bench.settle();
  };
  const pasted = async (text: string) => {
    const talk = bench.talk();
    await talk.say(text);
    await talk.press('Save');
    return talk;
  };
  const on = (name: string, event: string, does: string) =>
    `ORCHESTRATE WORKFLOW "${name}"\n  ON EVENT "${event}" DO\n    ${does}\n  END ON\n  TALK "x"\nEND WORKFLOW\n`;

  test('and cannot do it says so where it was saved, with what to do', async () => {
    const talk = await pasted(on('asker', 'asked', 'BOT "nobody" "x"'));
    await talk.say('publish event asked');
    await hear(talk.conversation);
    expect(talk.last('error')).toMatchObject({
      title: '[ERROR] asker did not begin',
      text: expect.stringMatching(
        /There is no agent “nobody” here[\s\S]*change the workflow and save it/,
      ),
      actions: [],
    });
  });

  test('in a circle ends with a card that says so', async () => {
    const circle =
      on('ping', 'ping', 'PUBLISH EVENT "pong"') + on('pong', 'pong', 'PUBLISH EVENT "ping"');
    const talk = await pasted(circle);
    await talk.say('publish event ping');
    await hear(talk.conversation, 25);
    expect(talk.last('error').text).toMatch(
      /at most 20 may be\. Workflows that wake each other in a circle never end/,
    );
  }, 60_000);
});
