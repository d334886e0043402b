import { describe, expect, test } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { ana } from '../../test/support/engine.ts';
import { fileTask } from '../engine/intake.ts';
import { gather } from '../engine/subtask.ts';
import type { CreateTaskInput } from '../engine/task-contract.ts';
import { performVerb } from '../engine/verb.ts';
import type { Card } from './card.ts';

const bench = await testBot();
const { engine } = bench;

async function filed(input: CreateTaskInput) {
  const chat = bench.talk();
  const { conversation } = chat;
  const id = await fileTask(engine, ana, 'web', { ...input, conversation });
  await bench.settle();
  return { id, chat };
}
const labels = (card: Card) => card.actions.map((action) => action.label);

describe('the card of a tracked task', () => {
  test('asks the person whose turn it is, and takes Done for an answer', async () => {
    const { id, chat } = await filed({
      title: 'Call Ben',
      description: 'About the complaint.',
      execution_type: 'manual',
      priority: 'high',
      due_at: '2026-05-01T10:00:00Z',
    });
    const card = chat.last();
    expect(card).toMatchObject({ kind: 'human', title: 'Your turn: Call Ben' });
    expect(card.fields).toEqual([
      { label: 'To do', value: 'About the complaint.' },
      { label: 'Due', value: 'Fri, 1 May 2026, 10:00 (UTC)' },
      { label: 'Priority', value: 'HIGH' },
    ]);
    expect(labels(card)).toEqual(['Done', 'Cancel']);
    expect(await chat.press('Done')).toEqual({ outcome: 'done', message: 'Call Ben is done.' });
    expect(chat.cards()).toHaveLength(1);
    expect(chat.last()).toMatchObject({ title: 'TASK: Call Ben', note: 'Done.', actions: [] });
    expect(await bench.task(id)).toMatchObject({
      status: 'completed',
      result: { strategy: 'manual', output: 'Done.' },
    });
  });

  test('offers to execute what is not manual, and says what nothing here can do', async () => {
    const { id, chat } = await filed({
      title: 'Translate the newsletter',
      execution_type: 'fully_automated',
    });
    expect(labels(chat.last())).toEqual(['Execute', 'Cancel']);
    const reason = 'Requires a language model, and none is connected';
    expect((await chat.press('Execute')).message).toBe(`A person has to do this. ${reason}.`);
    expect(chat.last()).toMatchObject({
      kind: 'human',
      title: 'Your turn: Translate the newsletter',
      fields: [{ label: 'Reason', value: reason }],
    });
    await chat.press('Done');
    expect((await bench.task(id)).status).toBe('completed');
  });

  test('turns into the plan where the words describe an app', async () => {
    const { chat } = await filed({ title: 'Keep track of wine bottles with name and price' });
    expect((await chat.press('Execute')).message).toBe('I am on it.');
    expect(chat.cards().map((card) => card.kind)).toContain('plan');
    expect(labels(chat.cards()[0] as Card)).toEqual([]);
  });

  test('shows the parts of a divided task and follows them', async () => {
    const { id, chat } = await filed({ title: 'Plan Q4 marketing campaign' });
    expect((await chat.press('Execute')).message).toMatch(/^Divided into Research competitor/);
    expect(chat.cards().map((card) => card.title)).toEqual([
      'TASK: Plan Q4 marketing campaign',
      'Your turn: Research competitor campaigns',
      'TASK: Create budget spreadsheet',
      'TASK: Draft campaign outline',
      'Your turn: Design mockups',
    ]);
    expect(chat.cards()[0]).toMatchObject({ kind: 'progress', progress: { percent: 0 } });
    await chat.press('Done');
    for (const job of await bench.jobs('gather', id)) await gather(engine, job.payload);
    await bench.settle();
    expect(chat.cards()[0]).toMatchObject({ progress: { percent: 25 } });
  });

  test('says how it ended', async () => {
    const { id, chat } = await filed({ title: 'Call Ben', execution_type: 'manual' });
    await performVerb(engine, ana, id, 'start');
    await performVerb(engine, ana, id, 'fail', { text: 'Nobody answered.' });
    await bench.settle();
    expect(chat.last()).toMatchObject({ note: 'Failed: Nobody answered.', actions: [] });
    const other = await filed({ title: 'Call Ada', execution_type: 'manual' });
    await other.chat.press('Cancel');
    expect(other.chat.last()).toMatchObject({ note: 'Cancelled.', actions: [] });
  });
});
