/** Runs a workflow to its end on a test engine, with people who answer as the test says. */
import type { Call } from '../../src/db/call.ts';
import type { Task } from '../../src/db/task.ts';
import { adoptAgents } from '../../src/engine/agent/agent.ts';
import { decideStep, finishHumanStep } from '../../src/engine/decision.ts';
import { changeWorkspace } from '../../src/engine/setting.ts';
import { sweep } from '../../src/engine/sweep.ts';
import type { Template } from '../../src/engine/template.ts';
import { installedTools } from '../../src/engine/tools/index.ts';
import { saveWorkflows } from '../../src/engine/workflow-save.ts';
import { type Inputs, startWorkflow } from '../../src/engine/workflow-start.ts';
import { ana, type testEngine } from './engine.ts';

type Bench = Awaited<ReturnType<typeof testEngine>>;
/** `yes` and `no` answer every approval; `nobody` lets its time pass. */
export type Answer = 'yes' | 'no' | 'nobody';

export async function workflowBench(bench: Bench, template: Template) {
  const { engine } = bench;
  for (const [name, tool] of installedTools) bench.install(name, tool);
  await changeWorkspace(engine, ana, { approvers: ['ana', 'bob'] });
  const person = (id: string) => ({ workspaceId: ana.workspaceId, id });

  const row = await bench.read(async (tx) => {
    const [saved] = await saveWorkflows(tx, engine, ana, template.text);
    if (!saved) throw new Error('There is no workflow in the text.');
    await adoptAgents(tx, ana, template.agents);
    return saved.row;
  });
  const start = (inputs: Inputs): Promise<Task> =>
    bench.read((tx) =>
      startWorkflow(tx, engine, ana, {
        ...{ workflow: row, inputs, channel: 'web', conversation: undefined },
        description: `run ${row.name}`,
      }),
    );

  /** What people owe is done, and time passes, until nothing changes any more. */
  const people = async (taskId: string, answer: Answer) => {
    for (let round = 0; round < 60; round += 1) {
      await sweep(engine);
      await bench.runJobs(taskId);
      const { status, blockedKind } = await bench.task(taskId);
      if (status === 'completed' || status === 'failed' || blockedKind === 'error') return;
      const open = (await bench.approvals(taskId)).filter((one) => one.status === 'open');
      const byHand = (await bench.steps(taskId)).filter(
        (step) => step.kind === 'human' && step.status === 'running',
      );
      for (const { id } of byHand) await finishHumanStep(engine, ana, taskId, id);
      const decision = { approve: answer === 'yes', reason: answer === 'no' ? 'No.' : null };
      for (const { id, approvers, needed } of answer === 'nobody' ? [] : open) {
        const asked = approvers.length > 0 ? approvers : ['ana'];
        for (const name of asked.slice(0, answer === 'no' ? 1 : needed))
          await decideStep(engine, person(name), taskId, id, decision);
      }
      if (byHand.length === 0 && (open.length === 0 || answer === 'nobody')) bench.pass(86_400_000);
    }
  };

  return {
    start,
    people,
    /** Keys of the steps that are done, without those that only hold others, and how the task ended. */
    async outcome(taskId: string): Promise<{ status: string; done: string[]; why: string }> {
      const all = await bench.steps(taskId);
      const steps = all.filter(({ status }) => status === 'completed');
      const holding = new Set(steps.map(({ parentId }) => parentId));
      const done = steps.filter(({ id }) => !holding.has(id)).map(({ key }) => key);
      const why = all.find(({ status, error }) => status === 'failed' && error)?.error?.reason;
      return { status: (await bench.task(taskId)).status, done: done.sort(), why: why ?? '' };
    },
  };
}

/** What tools were asked, in short: "ask_agent classifier". */
export const told = (calls: Pick<Call, 'tool' | 'input'>[]): string[] =>
  calls.map(({ tool, input: given }) => {
    const input = given as Record<string, unknown>;
    const about = input['key'] ?? input['name'] ?? input['agent'];
    return `${tool} ${String(about)}`;
  });
