/** Runs a workflow to its end on a test engine, with people who answer as the test says. */
import type { Task } from '../../src/db/task.ts';
import type { WorkflowRow } from '../../src/db/workflow.ts';
import { decideStep, finishHumanStep } from '../../src/engine/decision.ts';
import { changeWorkspace } from '../../src/engine/setting.ts';
import { sweep } from '../../src/engine/sweep.ts';
import { saveWorkflows } from '../../src/engine/workflow-save.ts';
import { type Inputs, startWorkflow } from '../../src/engine/workflow-start.ts';
import { ana, type testEngine } from './engine.ts';
import { type Agent, type Happened, workflowTools } from './workflow-tool.ts';

type Bench = Awaited<ReturnType<typeof testEngine>>;
/** `yes` and `no` answer every approval; `nobody` lets its time pass. */
export type Answer = 'yes' | 'no' | 'nobody';

export async function workflowBench(bench: Bench, agents: Agent[]) {
  const { engine } = bench;
  const { tools, happened } = workflowTools(agents);
  for (const tool of tools) bench.install(tool.name, tool);
  await changeWorkspace(engine, ana, { approvers: ['ana', 'bob'] });
  const person = (id: string) => ({ workspaceId: ana.workspaceId, id });

  const save = async (text: string): Promise<WorkflowRow> => {
    const [saved] = await bench.read((tx) => saveWorkflows(tx, engine, ana, text));
    if (!saved) throw new Error('There is no workflow in the text.');
    return saved.row;
  };
  const start = (workflow: WorkflowRow, inputs: Inputs): Promise<Task> =>
    bench.read((tx) =>
      startWorkflow(tx, engine, ana, {
        ...{ workflow, inputs, channel: 'web', conversation: undefined },
        description: `run ${workflow.name}`,
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
    happened,
    save,
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

/** What a tool was asked, in short: "ask_agent classifier". */
export const told = (happened: Happened[]): string[] =>
  happened.map(
    ({ tool, input }) => `${tool} ${String(input['agent'] ?? input['name'] ?? input['key'])}`,
  );
