import { describe, expect, test } from 'vitest';
import { neverAborted, planOf, testEngine } from '../../../test/support/engine.ts';
import { createOutside, createRecorder } from '../outside.ts';
import { installedTools } from './index.ts';
import { sendMessage } from './send-message.ts';
import type { Outside, ToolContext } from './tool.ts';

const bench = await testEngine();
const input = { to: 'web:shop', text: 'We open at nine.' };

function contextOf(taskId: string, outside: Outside): ToolContext {
  return {
    db: bench.db,
    scope: { workspaceId: 'wsp_local' },
    taskId,
    rehearsalRunId: null,
    idempotencyKey: 'run_1:tell',
    subject: null,
    signal: neverAborted,
    outside,
    substep: async (_, work) => work(),
    renderPage: async () => ({ status: 200, body: '' }),
  };
}

const step = { kind: 'human', key: 'wait', name: 'Wait', instruction: 'Wait.' };

describe('send_message', () => {
  test('is installed, goes out, and cannot be undone', () => {
    expect(installedTools.get('send_message')).toBe(sendMessage);
    expect(sendMessage).toMatchObject({ effect: 'send', idempotent: true });
    expect(sendMessage.undo).toEqual({
      can: false,
      why: 'Cannot be undone: what was sent stays sent.',
    });
  });

  test('says beforehand what it would send to whom', () => {
    expect(sendMessage.recipients(input)).toEqual(['web:shop']);
    expect(sendMessage.preview(input, null).lines).toEqual([
      'This will send 1 message:',
      'web:shop: “We open at nine.”',
    ]);
  });

  test('puts the message into the outbox once, however often the call is repeated', async () => {
    const taskId = await bench.propose([step]);
    const outside = createOutside(bench.db, { workspaceId: 'wsp_local' }, taskId);
    for (const _ of [1, 2])
      expect(await sendMessage.run(contextOf(taskId, outside), input)).toEqual({ to: 'web:shop' });
    const rows = await bench.db.raw`
      select channel, conversation, card->>'text' as text from cards
      where task_id = ${taskId} and key like 'sent:%'`;
    expect([...rows]).toEqual([{ channel: 'web', conversation: 'shop', text: input.text }]);
  });

  test('only writes down what it would say where nothing may go out', async () => {
    const taskId = await bench.propose([step]);
    const recorder = createRecorder();
    await sendMessage.run(contextOf(taskId, recorder), input);
    expect(recorder.sent).toMatchObject([input]);
    const [row] = await bench.db
      .raw`select count(*)::int as count from cards where task_id = ${taskId}`;
    expect(row).toEqual({ count: 0 });
  });

  test.each([
    ['no place', { to: 'shop', text: 'Hello' }],
    ['no words', { to: 'web:shop', text: '  ' }],
    ['too many words', { to: 'web:shop', text: 'x'.repeat(20_001) }],
    ['a null character in the place', { to: 'web:sh\0op', text: 'Hello' }],
  ])('refuses %s', (_, given) => {
    expect(sendMessage.input.safeParse(given).success).toBe(false);
  });

  test('is a step of a plan like any other', () => {
    const plan = planOf([{ kind: 'tool', key: 'tell', name: 'Tell', tool: 'send_message', input }]);
    expect(plan.steps[0]).toMatchObject({ tool: 'send_message', input });
  });
});
