/** A run's acceptance checks: red before the work, green after it (PAINS 23). */
import { toApp } from '../apps/app.ts';
import { Check, runCheck } from '../apps/check.ts';
import { findAppAside } from '../db/app.ts';
import { listChecks, recordObservations } from '../db/check.ts';
import type { JobPayloads } from '../db/job.ts';
import { findRunById, moveStage } from '../db/run.ts';
import type { Tx } from '../db/tx.ts';
import { advanceFrom } from './advance.ts';
import type { Engine } from './context.ts';
import type { Snapshot } from './decide.ts';
import { type Hand, type Stage, stageColumns } from './hand.ts';
import { observeOwn } from './own-check.ts';
import { observeSettled, type Proof, readProof, SettledCheck } from './settled-check.ts';
import type { Plan } from './workflow/plan.ts';

/** A run whose checks have begun, and what they look at: the app, and what proves that steps are done. */
export type Checking = {
  workspaceId: string;
  taskId: string;
  runId: string;
  stage: Stage;
  plan: Plan;
  app: App | undefined;
  proof: Proof | undefined;
  isRehearsal: boolean;
};

/** As a job begins; undefined when they ran already, or are those of an earlier run. */
export async function claimChecks(
  tx: Tx,
  snapshot: Snapshot | undefined,
  job: JobPayloads['check'],
): Promise<Checking | undefined> {
  const { run } = snapshot ?? {};
  if (!snapshot || run?.id !== job.runId || run[stageColumns[job.stage]] !== 'running')
    return undefined;
  return prepareChecks(tx, snapshot, job.stage);
}

/** What has to be known to run the checks that were begun. */
export async function prepareChecks(
  tx: Tx,
  { run, plan }: Pick<Snapshot, 'run' | 'plan'>,
  stage: Stage,
): Promise<Checking> {
  const { workspaceId, taskId } = run;
  const rehearsalRunId = run.mode === 'dry_run' ? run.id : null;
  const row = await findAppAside(tx, { taskId, rehearsalRunId });
  const isRehearsal = rehearsalRunId !== null;
  const looksAtSteps = plan.checks.some((check) => SettledCheck.safeParse(check).success);
  const proof = looksAtSteps ? await readProof(tx, run) : undefined;
  const app = row && toApp(row);
  return { workspaceId, taskId, runId: run.id, stage, plan, app, proof, isRehearsal };
}

export type Observed = { check: Plan['checks'][number]; passed: boolean; evidence: string };

export async function observeChecks(engine: Engine, checking: Checking): Promise<Observed[]> {
  const observed: Observed[] = [];
  for (const check of checking.plan.checks)
    observed.push({ check, ...(await observe(engine, checking, check)) });
  return observed;
}

/**
 * Stores what was seen and decides what is next.
 * @param hand takes up what is next
 * @returns what is known of the task afterwards; undefined when somebody else has stored it
 */
export async function recordChecks(
  tx: Tx,
  engine: Engine,
  snapshot: Snapshot | undefined,
  { workspaceId, taskId, runId, stage }: Checking,
  observed: Observed[],
  hand?: Hand,
): Promise<Snapshot | undefined> {
  if (!snapshot) return undefined;
  const isNewest = snapshot.run.id === runId;
  const run = isNewest ? snapshot.run : await findRunById(tx, runId);
  const column = stageColumns[stage];
  // A job that is repeated after its commit must not overwrite what was seen the first time.
  if (run?.[column] !== 'running') return undefined;
  const moved = moveStage(tx, run, column, 'done');
  const at = engine.now().toISOString();
  const rows = observed.map(({ check, passed, evidence }, position) => ({
    ...{ workspaceId, taskId, runId, key: check.id, position, label: check.label },
    seen: { passed, evidence, at },
  }));
  const known = isNewest ? snapshot.checks : await listChecks(tx, runId);
  const checks = recordObservations(tx, known, rows, stage);
  const after = isNewest ? { ...snapshot, run: moved, checks } : snapshot;
  return advanceFrom(tx, engine, after, hand);
}

type App = ReturnType<typeof toApp>;

/** A check that cannot be run has failed: it is never green by accident. */
async function observe(
  engine: Engine,
  checking: Checking,
  check: Plan['checks'][number],
): Promise<{ passed: boolean; evidence: string }> {
  const { app, workspaceId, plan, proof } = checking;
  if (proof && SettledCheck.safeParse(check).success) return observeSettled(plan, proof);
  const parsed = Check.safeParse(check);
  try {
    if (!parsed.success)
      return (
        (await observeOwn(engine, checking, check)) ?? {
          passed: false,
          evidence: 'This check cannot be run here.',
        }
      );
    return await runCheck(
      { db: engine.db, app, render: (path) => engine.renderPage({ workspaceId }, path) },
      parsed.data,
    );
  } catch (error) {
    engine.log.error('check.failed', error, { check: check.id });
    return { passed: false, evidence: 'The check itself failed to run.' };
  }
}
