import { describe, expect, test } from 'vitest';
import { ana, approvalStep, humanStep, testEngine, toolStep } from '../../test/support/engine.ts';
import { FactotumError } from '../errors.ts';
import { decideStep } from './decision.ts';
import { cancelTask, pauseTask, resumeTask, skipFailedStep } from './steer.ts';
import { ExecutionLogEntry } from './task-contract.ts';

const bench = await testEngine();
const { engine } = bench;

async function begun(steps: unknown[]): Promise<string> {
  const id = await bench.propose(steps);
  await bench.accept(id);
  await bench.runJobs(id);
  return id;
}
/** The history from the start on; each line has the documented shape. */
async function logOf(id: string) {
  const { executionLog } = await bench.task(id);
  for (const entry of executionLog) ExecutionLogEntry.parse(entry);
  const start = executionLog.findIndex(({ event }) => event === 'started');
  return executionLog.slice(start + 1);
}
async function decide(id: string, approve: boolean, reason: string | null): Promise<void> {
  const [approval] = await bench.approvals(id);
  await decideStep(engine, ana, id, approval?.id ?? '', { approve, reason });
}

describe('the history of what the engine carries out', () => {
  test('says who started it and who steered it', async () => {
    const id = await begun([humanStep('ben')]);
    await pauseTask(engine, ana, id);
    await resumeTask(engine, ana, id);
    await cancelTask(engine, ana, id);
    const { executionLog } = await bench.task(id);
    expect(executionLog).toContainEqual(
      expect.objectContaining({ event: 'accept', actor: 'ana', from: 'ready', to: 'queued' }),
    );
    expect(executionLog).toContainEqual(
      expect.objectContaining({
        event: 'started',
        executor_id: 'factotum',
        executor_type: 'agent',
      }),
    );
    expect((await logOf(id)).map(({ event, actor }) => [event, actor])).toEqual([
      ['blocked', 'factotum'],
      ['pause', 'ana'],
      ['resume', 'ana'],
      ['blocked', 'factotum'],
      ['cancel', 'ana'],
    ]);
    expect((await logOf(id))[0]).toMatchObject({
      kind: 'human_action',
      reason: 'Please call ben.',
    });
  });

  test('says who approved what, and why somebody refused', async () => {
    const yes = await begun([approvalStep('it'), humanStep('ben')]);
    await decide(yes, true, 'Fine by me.');
    expect(await logOf(yes)).toMatchObject([
      { event: 'approval_requested', step: 'Allow it', actor: 'factotum' },
      { event: 'blocked', kind: 'approval', reason: 'Allow it' },
      { event: 'approved', actor: 'ana', reason: 'Fine by me.', owed: 0 },
      { event: 'unblock', actor: 'ana' },
      { event: 'blocked', kind: 'human_action' },
    ]);
    const no = await begun([approvalStep('it')]);
    await decide(no, false, 'Too dear.');
    expect((await logOf(no)).slice(2)).toMatchObject([
      { event: 'rejected', step: 'Allow it', actor: 'ana', reason: 'Too dear.' },
      { event: 'unblock', actor: 'ana' },
      { event: 'blocked', kind: 'error' },
    ]);
  });

  test('says what was tried again, what failed, and what was left out', async () => {
    let tries = 0;
    bench.tool('work', async () => {
      tries += 1;
      if (tries === 1) throw new FactotumError('UPSTREAM', 'It is down.', { transient: true });
      throw new Error('It is gone.');
    });
    const id = await begun([toolStep('a')]);
    bench.pass(120_000);
    await bench.runJobs(id);
    expect(await logOf(id)).toMatchObject([
      { event: 'step_retried', step: 'Do a', reason: 'It is down.', attempt: 1 },
      { event: 'step_failed', step: 'Do a', error: 'Could not finish "Do a".', attempt: 2 },
      { event: 'blocked', kind: 'error', actor: 'factotum' },
    ]);
    await skipFailedStep(engine, ana, id, true);
    expect((await logOf(id)).slice(3, 4)).toMatchObject([
      { event: 'step_skipped', step: 'Do a', actor: 'ana', reason: 'It is gone.' },
    ]);
  });
});
