/** The other program on the database: it works on tasks in parts, and says in Slack nothing itself. */

import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { usualBudget } from '../../src/config/budget.ts';
import { connect, transaction } from '../../src/db/client.ts';
import { acceptPlan } from '../../src/engine/accept.ts';
import { advance } from '../../src/engine/advance.ts';
import type { Actor, Engine } from '../../src/engine/context.ts';
import { discard } from '../../src/engine/discard.ts';
import { deliverEvents } from '../../src/engine/event/deliver.ts';
import { handleEvent } from '../../src/engine/event/handle.ts';
import { executePart } from '../../src/engine/execute.ts';
import { createOfflineModel } from '../../src/engine/model/offline/offline.ts';
import { createStops } from '../../src/engine/stop.ts';
import { gather } from '../../src/engine/subtask.ts';
import { sweep } from '../../src/engine/sweep.ts';
import { createTask, proposePlan } from '../../src/engine/task.ts';
import { defineTool } from '../../src/engine/tools/tool.ts';
import { runUndo } from '../../src/engine/undo.ts';
import { inTurns, runChecks, runStep } from '../../src/engine/work.ts';
import { startWorker } from '../../src/engine/worker.ts';
import { Plan } from '../../src/engine/workflow/plan.ts';
import { createRowsApp } from '../support/app.ts';

export type Bench = {
  /** A task whose plan waits for somebody to accept it. */
  propose(actor: Actor, conversation: string, plan: Plan): Promise<string>;
  accept(actor: Actor, taskId: string): Promise<void>;
  stop(): Promise<void>;
};

/** @param atOnce so many steps run side by side */
export async function startWork(url: string, atOnce: number): Promise<Bench> {
  const db = connect(url, 16);
  /** Tasks whose work is done, for the check. */
  const finished = new Set<string>();
  const tool = defineTool({
    name: 'work_in_parts',
    description: 'Works for a while on each of its parts.',
    effect: 'write',
    idempotent: true,
    unitMs: 1000,
    input: z.object({ parts: z.array(z.string()), partMs: z.number() }),
    output: z.object({}),
    async run({ taskId, substep, signal }, { parts, partMs }) {
      for (const part of parts) await substep(part, () => sleep(partMs, undefined, { signal }));
      finished.add(taskId.replace('tsk_', 'bench-'));
      return {};
    },
  });
  const log = { info() {}, warn: console.error, error: console.error };
  const engine: Engine = {
    ...{ db, log, now: () => new Date(), model: createOfflineModel(), stops: createStops() },
    budget: usualBudget,
    tools: new Map([[tool.name, tool]]),
    renderPage: async (_scope, path) => ({
      status: 200,
      body: finished.has(path.split('/')[2] ?? '') ? 'done' : '',
    }),
  };
  const talk = async () => {
    throw new Error('Talking is for the program.');
  };
  const worker = await startWorker(
    db,
    log,
    {
      ...{ ingest: talk, deliver: talk, post: talk },
      advance: (job) => advance(engine, job.workspaceId, job.taskId),
      gather: (job) => gather(engine, job),
      part: (job) => executePart(engine, job),
      step: (job, signal) => runStep(engine, job, signal, inTurns()),
      check: (job, signal) => runChecks(engine, job, signal, inTurns()),
      discard: (job) => discard(engine, job),
      undo: (job) => runUndo(engine, job),
      events: (job) => deliverEvents(engine, job),
      handle: (job) => handleEvent(engine, job),
    },
    { role: 'worker', concurrency: atOnce, sweep: () => sweep(engine) },
  );
  return {
    propose: (actor, conversation, plan) =>
      transaction(db, actor, async (tx) => {
        const task = await createTask(tx, engine, actor, {
          ...{ channel: 'slack', conversation, title: plan.title, shortName: 'stock' },
          description: plan.title,
        });
        await createRowsApp(tx, actor, task.id);
        return (await proposePlan(tx, engine, task, plan, [])).id;
      }),
    accept: (actor, taskId) => acceptPlan(engine, actor, taskId, 1),
    async stop() {
      await worker.stop();
      await db.close();
    },
  };
}

const about = {
  ...{ confidence: 0.9, risk: 'low', estimatedMs: 60_000, subject: null },
  checks: [
    { id: 'chk_1', label: 'It is done', kind: 'view_answers', view: 'rows', contains: ['done'] },
  ],
};

/** One step of so many parts, each of which is told. */
export function workPlan(parts: number, partMs: number): Plan {
  const names = Array.from({ length: parts }, (_, index) => `Shelf ${index + 1}`);
  const input = { parts: names, partMs };
  const step = { kind: 'tool', key: 'count', name: 'Count the shelves', tool: 'work_in_parts' };
  return Plan.parse({
    ...{ ...about, title: 'Count the stock' },
    steps: [{ ...step, input, substeps: names }],
  });
}

/** What somebody has to decide before a person does it. */
export function askPlan(approver: string): Plan {
  const send = { kind: 'human', key: 'send', name: 'Send it', instruction: 'Send the offer.' };
  return Plan.parse({
    ...{ ...about, title: 'Send the offer' },
    steps: [{ kind: 'approval', key: 'ok', name: 'The offer is approved', from: [approver] }, send],
  });
}
