/**
 * An engine on a real database with tools that do what the test says, a clock that stands still
 * and no worker: jobs are run when the test says so, one after the other.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { usualBudget } from '../../src/config/budget.ts';
import { type Approval, listApprovals } from '../../src/db/approval.ts';
import { type Call, listCalls } from '../../src/db/call.ts';
import { listChecks, recordObservations, type TaskCheck } from '../../src/db/check.ts';
import { systemTransaction, transaction } from '../../src/db/client.ts';
import { listEvents, type TaskEvent } from '../../src/db/event.ts';
import type { JobKind, JobPayloads } from '../../src/db/job.ts';
import { findRun, moveStage, type Run } from '../../src/db/run.ts';
import { listSteps, type Step } from '../../src/db/step.ts';
import { findTask, lockTask, type Task } from '../../src/db/task.ts';
import type { Tx } from '../../src/db/tx.ts';
import { ensureWorkspace } from '../../src/db/workspace.ts';
import { acceptPlan } from '../../src/engine/accept.ts';
import { advance, advanceIn } from '../../src/engine/advance.ts';
import type { Actor, Engine } from '../../src/engine/context.ts';
import { discard } from '../../src/engine/discard.ts';
import { createOfflineModel } from '../../src/engine/model/offline/offline.ts';
import { createStops } from '../../src/engine/stop.ts';
import { createTask, proposePlan } from '../../src/engine/task.ts';
import { defineTool, type Tool, type ToolContext } from '../../src/engine/tools/tool.ts';
import { runUndo } from '../../src/engine/undo.ts';
import { runChecks, runStep } from '../../src/engine/work.ts';
import { Plan } from '../../src/engine/workflow/plan.ts';
import { testDatabase } from './database.ts';

type Job = {
  [K in JobKind]: { id: string; kind: K; payload: JobPayloads[K]; runAt: Date };
}[JobKind];
type JobOf<K extends JobKind> = Extract<Job, { kind: K }>;
type Work = (context: ToolContext) => Promise<unknown>;

export const neverAborted = new AbortController().signal;
export const ana: Actor = { workspaceId: 'wsp_local', id: 'ana' };

export async function testEngine() {
  const db = await testDatabase();
  await systemTransaction(db, (tx) =>
    ensureWorkspace(tx, {
      id: ana.workspaceId,
      kind: 'local',
      name: 'Local',
      locale: 'en-US',
      currency: 'USD',
      timezone: 'UTC',
      approvers: ['bob'],
    }),
  );
  const tools = new Map<string, Tool>();
  const logged: { event: string; error: unknown }[] = [];
  // Ahead of the database's clock, so that whatever is to run at once is due.
  let at = new Date(Date.now() + 86_400_000);
  const engine: Engine = {
    db,
    log: {
      info: () => {},
      warn: () => {},
      error: (event, error) => logged.push({ event, error }),
    },
    now: () => at,
    stops: createStops(),
    model: createOfflineModel(),
    budget: { ...usualBudget },
    tools,
    renderPage: async () => ({ status: 200, body: '' }),
  };
  const read = <T>(work: (tx: Tx) => Promise<T>) => transaction(db, ana, work);

  /** The jobs of a task that wait, oldest first. */
  const jobs = async <K extends JobKind>(kind: K, taskId: string): Promise<JobOf<K>[]> => {
    const rows = await db.raw`
      select job.id::text as id, task.identifier as kind, job.payload, job.run_at as "runAt"
      from graphile_worker._private_jobs as job
      join graphile_worker._private_tasks as task on task.id = job.task_id
      where task.identifier = ${kind} and job.payload->>'taskId' = ${taskId} order by job.id`;
    return rows.map((row) => ({ ...row }) as unknown as JobOf<K>);
  };
  const drop = (id: string) => db.raw`delete from graphile_worker._private_jobs where id = ${id}`;

  /** Makes the checks after the work pass, as if somebody had looked. */
  const passChecks = async (taskId: string) => {
    await read(async (tx) => {
      const task = await lockTask(tx, taskId);
      const run = await findRun(tx, taskId);
      if (!task || !run) throw new Error('There is no run.');
      const checks = await listChecks(tx, run.id);
      const seen = { passed: true, evidence: 'Seen.', at: at.toISOString() };
      recordObservations(
        tx,
        checks,
        checks.map((check) => ({ ...check, seen })),
        'after',
      );
      moveStage(tx, run, 'checksAfter', 'done');
      await advanceIn(tx, engine, taskId);
    });
  };

  /**
   * Runs the due jobs of a task until none is left; those of later times stay. With `pass` the
   * checks after the work are taken as passed, since plans of tests build nothing.
   */
  const runJobs = async (taskId: string, options: { pass?: boolean } = {}) => {
    for (;;) {
      const kinds = ['step', 'check', 'advance', 'discard', 'undo'] as const;
      const waiting = (await Promise.all(kinds.map((kind) => jobs(kind, taskId)))).flat();
      const due = waiting.find((job) => job.runAt <= at);
      if (!due) return;
      await drop(due.id);
      const { payload } = due;
      if (due.kind === 'step') await runStep(engine, due.payload, neverAborted);
      if (due.kind === 'advance') await advance(engine, payload.workspaceId, due.payload.taskId);
      if (due.kind === 'discard') await discard(engine, due.payload);
      if (due.kind === 'undo') await runUndo(engine, due.payload);
      if (due.kind === 'check') {
        if (options.pass && due.payload.stage === 'after') await passChecks(due.payload.taskId);
        else await runChecks(engine, due.payload);
      }
    }
  };

  return {
    db,
    engine,
    logged,
    read,
    jobs,
    drop,
    runJobs,
    /** Lets time pass. */
    pass(ms: number) {
      at = new Date(at.getTime() + ms);
    },
    install(name: string, tool: Tool): void {
      tools.set(name, tool);
    },
    /** Installs a tool; returns the contexts of its calls, which grow. */
    tool(name: string, work: Work = async () => ({}), about: Partial<Tool> = {}): ToolContext[] {
      const calls: ToolContext[] = [];
      tools.set(
        name,
        defineTool({
          name,
          description: 'Does what the test says.',
          effect: 'write',
          idempotent: true,
          unitMs: 1000,
          input: z.unknown(),
          output: z.unknown(),
          ...about,
          async run(context) {
            calls.push(context);
            return work(context);
          },
        }),
      );
      return calls;
    },
    /** Files a task and shows a plan with these steps; returns the task's id. */
    async propose(steps: unknown[], about: Record<string, unknown> = {}): Promise<string> {
      return read(async (tx) => {
        const task = await createTask(tx, engine, ana, {
          channel: 'web',
          conversation: `talk-${randomBytes(4).toString('hex')}`,
          title: 'Test CRM',
          shortName: 'CRM',
          description: 'Create a CRM',
        });
        return (await proposePlan(tx, engine, task, planOf(steps, about), [])).id;
      });
    },
    async accept(taskId: string): Promise<void> {
      await acceptPlan(engine, ana, taskId, 1);
    },
    async task(id: string): Promise<Task> {
      const task = await read((tx) => findTask(tx, id));
      if (!task) throw new Error(`There is no task ${id}.`);
      return task;
    },
    async run(taskId: string): Promise<Run> {
      const run = await read((tx) => findRun(tx, taskId));
      if (!run) throw new Error('There is no run.');
      return run;
    },
    async steps(taskId: string): Promise<Step[]> {
      return read(async (tx) => {
        const run = await findRun(tx, taskId);
        return run ? listSteps(tx, run.id) : [];
      });
    },
    async step(taskId: string, key: string): Promise<Step> {
      const found = (await this.steps(taskId)).find((step) => step.key === key);
      if (!found) throw new Error(`There is no step ${key}.`);
      return found;
    },
    /** "status" of each step by key. */
    async states(taskId: string): Promise<Record<string, string>> {
      return Object.fromEntries((await this.steps(taskId)).map((step) => [step.key, step.status]));
    },
    calls: (taskId: string): Promise<Call[]> => read((tx) => listCalls(tx, taskId)),
    events: (taskId: string): Promise<TaskEvent[]> => read((tx) => listEvents(tx, taskId)),
    approvals: (taskId: string): Promise<Approval[]> => read((tx) => listApprovals(tx, taskId)),
    async checks(taskId: string): Promise<TaskCheck[]> {
      const { id } = await this.run(taskId);
      return read((tx) => listChecks(tx, id));
    },
    /** Puts a task into a status by hand, as only a test may. */
    async force(taskId: string, status: string, blockedKind: string | null = null): Promise<void> {
      await systemTransaction(db, (tx) =>
        tx.execute(
          sql`update tasks set status = ${status}, blocked_kind = ${blockedKind} where id = ${taskId}`,
        ),
      );
    },
  };
}

/** A plan with these steps and one check of a kind that nobody knows, which therefore fails. */
export function planOf(steps: unknown[], about: Record<string, unknown> = {}): Plan {
  return Plan.parse({
    title: 'Test CRM',
    confidence: 0.92,
    risk: 'low',
    estimatedMs: 1000,
    steps,
    checks: [{ id: 'chk_1', label: 'It is there', kind: 'unheard_of' }],
    subject: null,
    ...about,
  });
}

export const toolStep = (key: string, about: Record<string, unknown> = {}) => ({
  kind: 'tool',
  key,
  name: `Do ${key}`,
  tool: 'work',
  ...about,
});
export const approvalStep = (key: string, about: Record<string, unknown> = {}) => ({
  kind: 'approval',
  key,
  name: `Allow ${key}`,
  ...about,
});
export const humanStep = (key: string, about: Record<string, unknown> = {}) => ({
  kind: 'human',
  key,
  name: `Call ${key}`,
  instruction: `Please call ${key}.`,
  ...about,
});

/** Opens so many connections, which takes time: for tests in which none may pass. */
export async function openConnections(
  read: (work: (tx: Tx) => Promise<void>) => Promise<void>,
  count: number,
): Promise<void> {
  const isOpen = Array.from({ length: count }, gate);
  await Promise.all(
    isOpen.map(({ open }) =>
      read(async (tx) => {
        await tx.execute('select');
        open();
        await Promise.all(isOpen.map(({ passed }) => passed));
      }),
    ),
  );
}

/** A promise and the way to settle it. */
export function gate(): { passed: Promise<void>; open: () => void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
