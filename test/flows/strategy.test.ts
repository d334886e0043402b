/**
 * The scenarios and the before and after of the autonomous task execution document, end to end: said in chat and
 * filed by a program, by the rules and with a language model that is scripted.
 */
import { describe, expect, test } from 'vitest';
import type { Card } from '../../src/bot/card.ts';
import type { MessageView } from '../../src/bot/message.ts';
import { Task } from '../../src/engine/task-contract.ts';
import { openaiServer, saidTo } from '../support/openai-server.ts';
import { testProgram } from '../support/program.ts';

const campaign = {
  strategy: 'decompose',
  execution_type: 'semi_automated',
  lacks: null,
  parts: [
    { title: 'Research competitor campaigns', execution_type: 'manual' },
    { title: 'Create budget spreadsheet', execution_type: 'semi_automated' },
    { title: 'Draft campaign outline', execution_type: 'fully_automated' },
    { title: 'Design mockups', execution_type: 'manual' },
  ],
};
const blocked = {
  strategy: 'blocked',
  execution_type: 'manual',
  lacks: 'Requires a person',
  parts: [],
};
/** What a model that does its work says; of apps it says nothing of use, so the rules read them. */
const server = await openaiServer((asked) => {
  const prompt = asked.response_format?.json_schema?.name;
  const said = saidTo(asked);
  const text = String(said['text'] ?? '');
  if (prompt === 'assess') {
    const [title = ''] = text.split('\n');
    if (/campaign$/i.test(title)) return { say: campaign };
    return {
      say: /spreadsheet/.test(title) ? { ...blocked, strategy: 'immediate', lacks: null } : blocked,
    };
  }
  if (prompt !== 'draft') return { say: {} };
  const subject = said['kind'] === 'email' ? 'From the model' : null;
  return { say: { subject, text: `Written by a model:\n${said['request']}`, question: null } };
});

const kinds: { name: string; settings: Record<string, string>; written: RegExp }[] = [
  { name: 'by rules', settings: {}, written: /^(?:Hello|Campaign outline)/ },
  {
    name: 'with a language model',
    settings: { OPENAI_BASE_URL: server.baseUrl, OPENAI_MODEL: 'test-model' },
    written: /^Written by a model:/,
  },
];

describe.each(kinds)('$name', async ({ settings, written }) => {
  const program = await testProgram(settings);
  const { say, card, get, post } = program;
  const wordsOf = (shown: Card) => shown.sections.find(({ file }) => file)?.items.join('\n') ?? '';
  const tasks = async () =>
    (await get<{ tasks: unknown[] }>('/api/tasks')).tasks.map((one) => Task.loose().parse(one));
  const read = async (id: string) => Task.loose().parse(await get(`/api/tasks/${id}`));
  const file = async (title: string) =>
    String((await post('/api/tasks', { title })).body['task_id']);
  const execute = async (taskId: string) => (await post('/api/tasks/execute', { taskId })).body;
  const titles = async (conversation: string) =>
    (await get<{ messages: MessageView[] }>(`/api/conversations/${conversation}`)).messages.flatMap(
      ({ card: shown }) => (shown ? [shown.title] : []),
    );

  test('a text that is given is translated where a model is, and left with the reason where none is', async () => {
    await say('given', 'Translate this into German: Good morning, all');
    const filed = await file('Translate this into German: Good evening, all');
    const result = await execute(filed);
    if (settings['OPENAI_MODEL'] === undefined) {
      const told = await card('given', 'human');
      const reason = 'Requires a language model, and none is connected';
      expect(told.fields).toContainEqual({ label: 'Reason', value: reason });
      expect(JSON.stringify(result)).toContain(reason);
      return;
    }
    const shown = await card('given', 'delivery');
    expect(shown.title).toBe('📝 Translation into German: Good morning, all');
    expect(wordsOf(shown)).toMatch(written);
    expect(JSON.stringify(result)).toContain('Written by a model');
  });

  test('an e-mail about a delay is drafted, the task is complete, and the person sends it', async () => {
    await say('delay', 'Draft email to customer about product delay');
    const shown = await card('delay', 'delivery');
    expect(wordsOf(shown)).toMatch(written);
    expect(shown.fields[0]).toEqual({ label: 'To', value: 'customer' });
    expect(shown.actions.map(({ label }) => label)).toContain('Send');
    const task = (await tasks()).find(({ title }) => title.startsWith('E-mail to customer'));
    expect(task).toMatchObject({ status: 'completed', execution_status: 'completed' });
    expect(task?.execution_log.at(-1)).toMatchObject({
      event: 'completed',
      result: { strategy: 'immediate', confidence: expect.any(Number) },
    });
  });

  test('scenario 1: filed by a program, the mail of thanks is the result', async () => {
    const id = await file('Draft email to john@example.com thanking him for the meeting');
    expect((await read(id)).execution_type).toBe('fully_automated');
    const answer = await execute(id);
    expect(answer).toEqual({
      success: true,
      strategy: 'immediate',
      result: expect.stringMatching(written),
      message: 'Task executed successfully',
    });
    expect(await get(`/api/tasks/${id}/artifacts`)).toMatchObject({
      versions: [
        { version: 1, kind: 'email', recipient: 'john@example.com', text: answer['result'] },
      ],
      sends: [],
    });
    expect(await read(id)).toMatchObject({
      status: 'completed',
      title: 'Draft email to john@example.com thanking him for the meeting',
    });
  });

  test.each(['chat', 'program'])(
    'scenario 2, by %s: a campaign is divided; what can be done is done',
    async (by) => {
      const talk = `campaign-${by}`;
      let id = '';
      if (by === 'chat') {
        await say(talk, 'Plan Q4 marketing campaign');
        await expect
          .poll(async () => (await tasks()).some(({ conversation }) => conversation === talk))
          .toBe(true);
        id =
          (await tasks()).find((one) => one.conversation === talk && !one.parent_task_id)
            ?.task_id ?? '';
      } else {
        id = String(
          (await post('/api/tasks', { title: 'Plan Q4 marketing campaign', conversation: talk }))
            .body['task_id'],
        );
        expect(await execute(id)).toMatchObject({
          ...{ success: true, strategy: 'decompose', message: 'Task decomposed into 4 subtasks' },
          subtasks: campaign.parts,
        });
      }
      const outline = await card(talk, 'delivery');
      expect(outline.title).toBe('📝 Draft campaign outline');
      expect(wordsOf(outline)).toMatch(written);
      // The spreadsheet is an app that a person says yes to; the rest is theirs.
      await card(talk, 'plan');
      const parts = async () =>
        (await get<{ tasks: Task[] }>(`/api/tasks?parent_task_id=${id}`)).tasks
          .map(({ title, status }) => `${title}: ${status}`)
          .sort();
      await expect
        .poll(parts)
        .toEqual([
          'Create budget spreadsheet: ready',
          'Design mockups: draft',
          'Draft campaign outline: completed',
          'Research competitor campaigns: draft',
        ]);
      await expect.poll(async () => (await read(id)).progress).toBe(25);
      expect(await read(id)).toMatchObject({ status: 'running', execution_type: 'semi_automated' });
      expect(await titles(talk)).toContain('Your turn: Design mockups');
    },
  );

  test.each(['chat', 'program'])(
    'scenario 3, by %s: an order waits for a person, with the reason',
    async (by) => {
      const talk = `order-${by}`;
      const reason = 'Requires access to procurement portal';
      if (by === 'chat') await say(talk, 'Order new office chairs');
      else {
        const filed = await post('/api/tasks', {
          title: 'Order new office chairs',
          conversation: talk,
        });
        expect(await execute(String(filed.body['task_id']))).toEqual({
          ...{ success: false, strategy: 'blocked', reason },
          message: 'Task blocked - requires human action',
        });
      }
      const shown = await card(talk, 'human', ({ fields }) => fields.length > 0);
      expect(shown.title).toBe('Your turn: Order new office chairs');
      expect(shown.fields).toContainEqual({ label: 'Reason', value: reason });
      await program.press(shown, 'Done');
      await expect
        .poll(async () => (await tasks()).find((one) => one.conversation === talk)?.status)
        .toBe('completed');
    },
  );
});
