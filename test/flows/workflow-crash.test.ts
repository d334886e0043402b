/** A workflow whose program dies before each of its commits: the next one ends it, with nothing lost or done twice. */
import { expect, test } from 'vitest';
import { type Database, watchTransactions } from '../../src/db/client.ts';
import { advance } from '../../src/engine/advance.ts';
import type { Engine } from '../../src/engine/context.ts';
import { decideStep } from '../../src/engine/decision.ts';
import { createStops } from '../../src/engine/stop.ts';
import { inTurns, runChecks, runStep } from '../../src/engine/work.ts';
import { check } from '../../src/engine/workflow/check.ts';
import { compile } from '../../src/engine/workflow/compile.ts';
import { ana, neverAborted, testEngine } from '../support/engine.ts';

const text = `ORCHESTRATE WORKFLOW "phases"
  CALL TOOL "work" WITH what = "begin" AS begun
  SET sum = 0
  FOR EACH n IN [1, 2]
    CALL TOOL "work" WITH what = "round {n}"
    SET sum = sum + n
  END FOR
  WAIT 1 MINUTES
  PARALLEL
    BRANCH A: CALL TOOL "work" WITH what = "left {begun.what}"
    BRANCH B:
      HUMAN APPROVAL "Allow {sum}?" FROM "bob"
      CALL TOOL "work" WITH what = "right"
  END PARALLEL
  PARALLEL ANY
    BRANCH A: WAIT 1 DAYS
    BRANCH B: CALL TOOL "work" WITH what = "quick"
  END PARALLEL
  RUN WORKFLOW "inner" WITH n = sum
END WORKFLOW
ORCHESTRATE WORKFLOW "inner"
  INPUT n
  CALL TOOL "work" WITH what = "inner {n}"
END WORKFLOW
`;
const whole = [
  ...['begin', 'round 1', 'round 2', 'left begin', 'right', 'quick', 'inner 3'],
].sort();

/** A database that nothing is committed to any more, from the commit of that number on. */
function dying(db: Database, at: number): { db: Database; isDead: () => boolean } {
  let count = 0;
  let isDead = false;
  const watched = watchTransactions(db, async () => {
    if (isDead) throw new Error('The program is dead.');
    return async () => {
      count += 1;
      if (count >= at) isDead = true;
      if (isDead) throw new Error('The program dies.');
    };
  });
  return { db: watched, isDead: () => isDead };
}

test.each([
  ['one piece after the other', 1000, () => undefined, 'completed'],
  ['pieces that follow each other at once', 1, () => inTurns(), 'blocked'], // checks follow at once too, and nobody says that they pass
])(
  'in %s',
  async (_, unitMs, turns, end) => {
    const kit = await testEngine();
    const effects = new Map<string, string>();
    kit.tool('work', undefined, { unitMs });
    const tool = kit.engine.tools.get('work');
    if (!tool) throw new Error('It was just installed.');
    kit.install('work', {
      ...tool,
      async run({ idempotencyKey }, input) {
        // What is done twice under one key is done once.
        effects.set(idempotencyKey, (input as { what: string }).what);
        return input;
      },
    });
    const request = { workflow: 'phases', checks: [{ id: 'c', label: 'c', kind: 'by_hand' }] };
    const { plan } = compile(check(text), request);
    if (!plan) throw new Error('It is no plan.');

    /** Runs it with a program that dies before its commit of that number; whether it died. */
    const runWith = async (at: number): Promise<boolean> => {
      effects.clear();
      const id = await kit.propose(plan.steps);
      await kit.accept(id);
      const mortal = dying(kit.db, at);
      let engine: Engine = { ...kit.engine, db: mortal.db, stops: createStops() };
      for (let turn = 0; turn < 300; turn += 1) {
        const waiting = (
          await Promise.all(
            (['step', 'check', 'advance'] as const).map((kind) => kit.jobs(kind, id)),
          )
        ).flat();
        const due = waiting.find((job) => job.runAt <= kit.engine.now());
        try {
          const [open] = (await kit.approvals(id)).filter(({ status }) => status === 'open');
          const isLast = due?.kind === 'check' && due.payload.stage === 'after';
          if (isLast) break;
          if (due) {
            const { payload } = due;
            if (due.kind === 'step') await runStep(engine, due.payload, neverAborted, turns());
            if (due.kind === 'check') await runChecks(engine, due.payload, neverAborted, turns());
            if (due.kind === 'advance') await advance(engine, payload.workspaceId, payload.taskId);
            // As the queue does it: a job is there until it has ended.
            await kit.drop(due.id);
          } else if (open)
            await decideStep(engine, { ...ana, id: 'bob' }, id, open.id, {
              ...{ approve: true, reason: null },
            });
          else if ((await kit.task(id)).status === 'blocked') break;
          else kit.pass(60_000);
        } catch (error) {
          if (!mortal.isDead()) throw error;
          engine = { ...kit.engine, stops: createStops() };
        }
      }
      await kit.runJobs(id, { pass: true });
      const about = `dead before commit ${at}`;
      expect((await kit.task(id)).status, about).toBe(end);
      const open = (await kit.steps(id)).filter(({ status }) => !/completed|skipped/.test(status));
      expect(open, about).toEqual([]);
      expect([...effects.values()].sort(), about).toEqual(whole);
      const calls = await kit.calls(id);
      expect(
        calls.map(({ status }) => status),
        about,
      ).toEqual(whole.map(() => 'completed'));
      const done = (await kit.events(id)).filter(
        ({ event, stepId }) => event === 'complete' && stepId,
      );
      expect(new Set(done.map(({ stepId }) => stepId)).size, about).toBe(done.length);
      return mortal.isDead();
    };

    let at = 1;
    while (await runWith(at)) at += 1;
    expect(at).toBeGreaterThan(5);
  },
  240_000,
);
