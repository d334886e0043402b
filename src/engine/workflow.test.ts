/** Workflows as they are saved and started: versions, inputs, what is refused. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ana, testEngine } from '../../test/support/engine.ts';
import type { AgentSettings } from '../db/agent.ts';
import { systemTransaction, transaction } from '../db/client.ts';
import { findPlan } from '../db/plan.ts';
import {
  deleteWorkflow,
  findWorkflow,
  listExecutions,
  listVersions,
  listWorkflows,
} from '../db/workflow.ts';
import { ensureWorkspace } from '../db/workspace.ts';
import { setAgent } from './agent/agent.ts';
import { performVerb } from './verb.ts';
import { getWorkflow, removeWorkflow, saveWorkflows } from './workflow-save.ts';
import { answerWorkflow, type Inputs, startWorkflow } from './workflow-start.ts';

const bench = await testEngine();
const { engine, read } = bench;
bench.tool('refund', async () => ({ paid: true }), { input: z.unknown(), unitMs: 40 });
const text = (name: string, body: string) =>
  `ORCHESTRATE WORKFLOW "${name}"\n${body}\nEND WORKFLOW\n`;
const save = (words: string) => read((tx) => saveWorkflows(tx, engine, ana, words));
const start = (name: string, inputs: Inputs = {}, about: { id?: string } = {}) =>
  read(async (tx) => {
    const workflow = await getWorkflow(tx, name);
    const place = { channel: 'web', conversation: 'shop', description: `run ${name}` };
    return startWorkflow(tx, engine, ana, { workflow, inputs, ...place, ...about });
  });
const planOf = (taskId: string) =>
  read(async (tx) => (await findPlan(tx, taskId))?.plan as { steps: { name: string }[] });

describe('a saved workflow', () => {
  test('gets a version with each text, none with the same text, and finds its name in any case', async () => {
    const [first] = await save(text('Pay', 'HUMAN TASK "Pay {sum}"'));
    expect(first).toMatchObject({ isNew: true, row: { version: 1, createdBy: 'ana' } });
    expect(first?.row.inputs).toEqual([{ name: 'sum', value: null }]);
    expect(await save(text('Pay', 'HUMAN TASK "Pay {sum}"'))).toMatchObject([{ isNew: false }]);
    const [next] = await save(text('PAY', 'HUMAN TASK "Pay {sum} now"'));
    expect(next).toMatchObject({ isNew: true, row: { version: 2, name: 'PAY' } });
    expect(await read((tx) => findWorkflow(tx, ' pay'))).toMatchObject({ version: 2 });
    expect(await read((tx) => findWorkflow(tx, 'pay', 1))).toMatchObject({ name: 'Pay' });
  });

  test('of a text with several is saved alone, with what the text uses', async () => {
    const words = `USE TOOL "refund"\n' both\n${text('one', 'HUMAN TASK "1"')}${text('two', 'RUN WORKFLOW "one"')}`;
    const saved = await save(words);
    expect(saved.map(({ row }) => row.text)).toEqual([
      'USE TOOL "refund"\nORCHESTRATE WORKFLOW "one"\nHUMAN TASK "1"\nEND WORKFLOW\n',
      'USE TOOL "refund"\nORCHESTRATE WORKFLOW "two"\nRUN WORKFLOW "one"\nEND WORKFLOW\n',
    ]);
    expect(saved[1]?.row.runs).toEqual(['one']);
    await expect(read((tx) => removeWorkflow(tx, 'one', engine.now()))).rejects.toMatchObject({
      code: 'CONFLICT',
      message: '“one” is run by “two”. Change or delete that first.',
    });
  });

  test('that is deleted is gone, keeps its number, and comes back with the next one', async () => {
    await save(text('old', 'HUMAN TASK "1"'));
    await read((tx) => removeWorkflow(tx, 'OLD', engine.now()));
    expect(await read((tx) => listVersions(tx, 'old'))).toEqual([]);
    await expect(read((tx) => getWorkflow(tx, 'old'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await save(text('old', 'HUMAN TASK "1"'))).toMatchObject([
      { isNew: true, row: { version: 2 } },
    ]);
  });

  test('that many save at once gets one number each', async () => {
    const texts = Array.from({ length: 6 }, (_, at) => text('race', `HUMAN TASK "${at}"`));
    await Promise.all(texts.map(save));
    const versions = await read((tx) => listVersions(tx, 'race'));
    expect(versions.map(({ version }) => version)).toEqual([6, 5, 4, 3, 2, 1]);
  });

  test('cannot be changed, not even by a statement of the engine', async () => {
    await save(text('fixed', 'HUMAN TASK "1"'));
    for (const change of ["text = ''", 'version = 9', "workspace_id = 'wsp_other'"]) {
      const writing = read((tx) => tx.execute(`update workflows set ${change}`));
      await expect(writing).rejects.toMatchObject({ cause: { code: '42501' } });
    }
    const erasing = read((tx) => tx.execute('delete from workflows'));
    await expect(erasing).rejects.toMatchObject({ cause: { code: '42501' } });
  });

  test('is nothing to another workspace', async () => {
    const other = { workspaceId: 'wsp_other', id: 'eve' };
    const about = { locale: 'en-US', currency: 'USD', timezone: 'UTC', approvers: [] };
    await systemTransaction(bench.db, (tx) =>
      ensureWorkspace(tx, { id: other.workspaceId, kind: 'slack', name: 'Other', ...about }),
    );
    await save(text('ours', 'HUMAN TASK "1"'));
    const theirs = <T>(work: Parameters<typeof transaction<T>>[2]) =>
      transaction(bench.db, other, work);
    expect(await theirs(listWorkflows)).toEqual([]);
    expect(await theirs((tx) => deleteWorkflow(tx, 'ours', engine.now()))).toBe(0);
    const task = await start('ours');
    expect(await theirs((tx) => listExecutions(tx, [task.workflowId ?? ''], 10))).toEqual([]);
    const saved = await theirs((tx) =>
      saveWorkflows(tx, engine, other, text('ours', 'HUMAN TASK "2"')),
    );
    expect(saved).toMatchObject([{ row: { version: 1 } }]);
  });

  test.each([
    ['is empty', '', /There is no workflow/],
    ['is not understood', text('x', 'HUMEN TASK "a"'), /^Line 2, column 1: .*Did you mean HUMAN/],
    ['names no tool of here', text('x', 'CALL TOOL "refnd"'), /Did you mean "refund"\?/],
    ['runs what is not there', text('x', 'RUN WORKFLOW "nowhere"'), /no workflow “nowhere”/],
    ['runs itself', text('x', 'RUN WORKFLOW "x"'), /never end/],
    ['hides something', text('x', 'HUMAN TASK "a\u202eb"'), /^Line 2/],
  ])('whose text %s is refused with the reason', async (_, words, reason) => {
    await expect(save(words)).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringMatching(reason),
    });
  });

  test('that is longer than a message is refused before it is read', async () => {
    await expect(save('x'.repeat(200_001))).rejects.toMatchObject({ code: 'LIMIT' });
  });
});

describe('a started workflow', () => {
  const order =
    'INPUT order_id, limit = 100\nCALL TOOL "refund" WITH id = order_id\nHUMAN TASK "Tell {order_id}"';

  test('is a task with a plan, its checks, its version and its inputs', async () => {
    await save(text('refund', order));
    const task = await start('refund', { ORDER_ID: 7 });
    expect(task).toMatchObject({
      ...{ status: 'ready', title: 'refund', inputs: { order_id: 7 } },
      ...{ assignedToType: 'workflow', executionType: 'semi_automated' },
    });
    expect(await planOf(task.id)).toMatchObject({
      checks: [{ kind: 'steps_settled' }],
      steps: [{ input: { id: 7 }, expectedMs: 40 }, { name: 'Tell 7' }],
      understood: ['Workflow “refund”, version 1', 'order_id is 7', 'limit is 100'],
    });
  });

  test('keeps its version, also when that is changed and deleted', async () => {
    await save(text('kept', 'HUMAN TASK "Old words"'));
    const task = await start('kept');
    await save(text('kept', 'HUMAN TASK "New words"'));
    await read((tx) => removeWorkflow(tx, 'kept', engine.now()));
    await performVerb(engine, ana, task.id, 'accept');
    await bench.runJobs(task.id);
    const [step] = await bench.steps(task.id);
    expect(step).toMatchObject({ name: 'Old words', status: 'running' });
    await performVerb(engine, ana, task.id, 'finish_step', { step: step?.id ?? '' });
    await bench.runJobs(task.id);
    expect(await bench.task(task.id)).toMatchObject({ status: 'completed' });
    const [execution] = await read((tx) => listExecutions(tx, [task.workflowId ?? ''], 10));
    expect(execution).toMatchObject({
      ...{ id: task.id, workflow: 'kept', version: 1, status: 'completed', startedBy: 'ana' },
      ...{ currentStep: null, state: { 'human-1': { by: 'ana' } }, error: null },
      finishedAt: engine.now(),
    });
  });

  test('is started once for one name that a program gives', async () => {
    await save(text('once', 'HUMAN TASK "1"'));
    const tasks = await Promise.all([1, 2, 3].map(() => start('once', {}, { id: 'mine' })));
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(1);
  });

  test('asks once for all that is missing, and takes it in pieces', async () => {
    await save(text('asks', 'INPUT a, b, c = 3\nHUMAN TASK "{a} {b} {c}"'));
    const task = await start('asks');
    expect(task).toMatchObject({ status: 'blocked', blockedKind: 'clarification' });
    expect(task.question?.text).toBe(
      '“asks” needs 2 more values. What are a, b? Write “a = …, b = …”. You can also give c (otherwise 3).',
    );
    const answer = (inputs: Inputs) =>
      answerWorkflow(engine, ana, task.id, { inputs, words: 'said' }, async () => true);
    await answer({ b: 2 });
    expect((await bench.task(task.id)).question?.text).toContain('What is a?');
    await answer({ A: 1 });
    expect(await bench.task(task.id)).toMatchObject({ status: 'ready', inputs: { a: 1, b: 2 } });
    expect(await planOf(task.id)).toMatchObject({ steps: [{ name: '1 2 3' }] });
    await expect(answer({ a: 5 })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test.each([
    [{ order_id: 1, oder: 2 }, /has no input “oder”\. It has: order_id, limit\./],
    [{ ordr_id: 2 }, /Did you mean order_id\?/],
  ])('with the inputs %j is refused', async (inputs, reason) => {
    await save(text('refund', order));
    await expect(start('refund', inputs)).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringMatching(reason),
    });
  });

  test('that asks an agent who is switched off is not begun, and can be saved', async () => {
    bench.tool('ask_agent');
    const desk: Omit<AgentSettings, 'enabled'> = {
      ...{ name: 'desk', kind: 'agent', instructions: '', tools: [], capabilities: [] },
      ...{ rules: 'a = 1', result: [], limits: { steps: 6, tokens: 40_000, seconds: 60 } },
    };
    const set = (enabled: boolean) => setAgent(engine, ana, { ...desk, enabled });
    await set(false);
    await save(text('asks', 'BOT "Desk" "Look at {x}"'));
    await expect(start('asks', { x: 1 })).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining('Line 2, column 5: The agent “Desk” is switched off.'),
    });
    await set(true);
    expect(await start('asks', { x: 1 })).toMatchObject({ status: 'ready' });
  });

  test('that this installation cannot run says so before it asks for anything', async () => {
    bench.tool('gone');
    await save(text('tools', 'CALL TOOL "gone" WITH a = b'));
    engine.tools instanceof Map && engine.tools.delete('gone');
    await expect(start('tools')).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringMatching(
        /^“tools” cannot be run\. Line 2, column 11: There is no tool/,
      ),
    });
    expect(await read((tx) => tx.execute("select from tasks where title = 'tools'"))).toHaveLength(
      0,
    );
  });
});
