/**
 * Reserving what a call may cost before it is made, and settling what it did cost. A call that does not fit is not
 * made. Whoever reserves in a workspace does so one after the other, so two never take what is left for one.
 */
import { transaction } from '../../db/client.ts';
import { newId } from '../../db/id.ts';
import {
  insertReservation,
  isReserved,
  lockBudget,
  type NewReservation,
  readStanding,
  releaseReservation,
  settleReservation,
} from '../../db/reservation.ts';
import type { Step } from '../../db/step.ts';
import type { Tx } from '../../db/tx.ts';
import type { Actor, Engine } from '../context.ts';
import type { Budget } from '../model/model.ts';
import { assertHeld } from '../step-outcome.ts';
import { costOf } from './price.ts';
import { priceOf } from './settings.ts';
import { BudgetSpent, type Grant, grantOf, placesOf, type Wanted } from './shortage.ts';

type Call = Pick<
  NewReservation,
  'workspaceId' | 'taskId' | 'stepId' | 'person' | 'key' | 'what'
> & {
  model?: string;
};

/**
 * In a transaction that may hold the lock of the call's task, and takes no other task's afterwards.
 * @param call `person` counts where there is no task
 */
export async function reserve(
  tx: Tx,
  engine: Pick<Engine, 'budget' | 'now'>,
  call: Call,
  wanted: Wanted,
): Promise<Grant> {
  const { budget: settings } = engine;
  const now = engine.now();
  await lockBudget(tx, call.workspaceId);
  if (wanted.kind === 'message' && (await isReserved(tx, call.key)))
    return { tokensOut: 0, microdollars: 0 };
  const standing = await readStanding(tx, call, now);
  const grant = grantOf(wanted, placesOf(standing, call.person, settings), settings);
  if ('shortage' in grant) return grant;
  const { tasks } = standing;
  const isModel = wanted.kind === 'model';
  await insertReservation(tx, {
    ...call,
    model: call.model ?? null,
    rootTaskId: tasks.at(-1)?.id ?? null,
    person: tasks[0]?.requestedBy ?? call.person,
    kind: wanted.kind,
    tokensIn: isModel ? wanted.tokensIn : 0,
    tokensOut: grant.tokensOut,
    microdollars: grant.microdollars,
    messages: isModel ? 0 : wanted.messages,
    isEstimate: isModel && settings.price === undefined,
    createdAt: now,
  });
  return grant;
}

type Whose = { actor: Actor; step?: Step; nextKey: () => string };

/** The budget that calls of a language model are held to: of a step's task, or of somebody's day only. */
function budgetOf(engine: Engine, { actor, step, nextKey }: Whose): Budget {
  const { workspaceId } = actor;
  const inTransaction = <T>(work: (tx: Tx) => Promise<T>) =>
    transaction(engine.db, { workspaceId }, work);
  /** What cannot be written down stays as it was reserved, and counts in full. */
  const tell = (key: string, work: (tx: Tx) => Promise<void>) =>
    inTransaction(work).catch((error) => engine.log.error('reservation.failed', error, { key }));
  return {
    async reserve({ prompt, model, tokensIn, tokensOut, leastOut }) {
      const { answerTokens } = engine.budget;
      const most = Math.min(tokensOut ?? answerTokens, answerTokens);
      const key = nextKey();
      const call = {
        ...{ workspaceId, taskId: step?.taskId ?? null, stepId: step?.id ?? null },
        ...{ person: actor.id, key, what: prompt, model },
      };
      const wanted = { tokensIn, tokensOut: most, leastOut: Math.min(leastOut, most) };
      const grant = await inTransaction(async (tx) => {
        if (step) await assertHeld(tx, step);
        return reserve(tx, engine, call, { kind: 'model', ...wanted });
      });
      if ('shortage' in grant) throw new BudgetSpent(grant.shortage);
      return {
        key,
        tokensOut: grant.tokensOut,
        async settle(took) {
          const cost = took && costOf(took.tokensIn, took.tokensOut, priceOf(engine.budget));
          const isEstimate = engine.budget.price === undefined;
          await tell(key, (tx) =>
            settleReservation(
              tx,
              key,
              took && cost !== null ? { ...took, microdollars: cost, isEstimate } : null,
            ),
          );
        },
        release: () => tell(key, (tx) => releaseReservation(tx, key)),
      };
    },
  };
}

/** For what is asked before there is a task, or to plan one: it counts for the day of whoever asks. */
export const budgetOfPerson = (engine: Engine, actor: Actor): Budget =>
  budgetOf(engine, { actor, nextKey: () => newKey(actor) });

const newKey = ({ workspaceId }: Actor) => `${workspaceId}:${newId('reservation')}`;

/**
 * For what a step asks, which counts for its task too. A try that is made again asks again and pays again, so each
 * claim has keys of its own; what an interrupted one had reserved stays counted.
 */
export function budgetOfStep(engine: Engine, step: Step, callKey: string): Budget {
  let asked = 0;
  const nextKey = () => {
    asked += 1;
    return `${callKey}:${step.claim}:${asked}`;
  };
  return budgetOf(engine, { actor: { workspaceId: step.workspaceId, id: '' }, step, nextKey });
}
