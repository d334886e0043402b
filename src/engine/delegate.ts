/**
 * Calls of tools by agents, on behalf of a step: judged by the policies of the moment, written down under the task's
 * lock before they are made, each under a key of its own. What an agent would need a person for is not called.
 */
import { completeCall, failCall, findCallByKey, openCall, outputOf } from '../db/call.ts';
import { transaction } from '../db/client.ts';
import { listPolicies } from '../db/policy.ts';
import { lockTask } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { FactotumError, sentenceOf } from '../errors.ts';
import { redact } from '../redact.ts';
import { allowanceOf } from './agent/allow.ts';
import { clean } from './agent/clean.ts';
import { budgetOfStep } from './budget/reserve.ts';
import type { Prepared } from './call.ts';
import type { Engine } from './context.ts';
import { digestOf } from './digest.ts';
import type { Spent } from './model/model.ts';
import { appendTaskEvent } from './move.ts';
import { orAborted } from './or-aborted.ts';
import { recordSpent } from './spent.ts';
import { assertHeld } from './step-outcome.ts';
import type { Delegate, Delegated, Tool, ToolContext } from './tools/tool.ts';

export type Delegation = {
  delegate: Delegate;
  /** When all that was spent is written down. */
  settled(): Promise<void>;
};

/** @param context what the step's own tool is called with */
export function createDelegate(
  engine: Engine,
  prepared: Prepared,
  context: Omit<ToolContext, 'delegate'>,
): Delegation {
  const { step, run } = prepared;
  const task = { id: step.taskId, workspaceId: step.workspaceId };
  const inTransaction = <T>(work: (tx: Tx) => Promise<T>) =>
    transaction(engine.db, context.scope, work);
  let written: Promise<unknown> = Promise.resolve();
  /** How often each call was made in this try: the second one of its kind is another call than the first. */
  const times = new Map<string, number>();

  const budget = budgetOfStep(engine, step, prepared.idempotencyKey);
  const spent = ({ reservation: _, ...one }: Spent) => {
    // At once, so that a crash does not make it free; in order, and never in the way of the work.
    written = written
      .then(() => inTransaction((tx) => writeSpent(tx, one)))
      .catch((error) => engine.log.error('spent.failed', error, { taskId: task.id }));
  };
  const writeSpent = async (tx: Tx, one: Spent) => {
    await lockTask(tx, task.id);
    await recordSpent(tx, task.id, [one]);
    const { prompt, model, tokensIn, tokensOut } = one;
    const data = { prompt, model, tokens_in: tokensIn, tokens_out: tokensOut };
    appendTaskEvent(tx, task, 'model_call', undefined, data, step.id);
  };

  const delegateFor = (chain: readonly string[], quota: Delegate['quota']): Delegate => ({
    ...{ model: engine.model, tools: engine.tools, chain, quota, spent, budget },

    async foresee(tools) {
      const policies = await inTransaction(listPolicies);
      return new Map(
        tools.map((tool) => [tool.name, outcome[allowanceOf(tool, policies, run.mode).kind]]),
      );
    },

    async call({ agent, tool, input, quota: inner, signal: outer }) {
      outer.throwIfAborted();
      const asking = [...chain, agent];
      const name = digestOf({ asking, tool: tool.name, input }).slice(0, 16);
      const nth = (times.get(name) ?? 0) + 1;
      times.set(name, nth);
      const key = `${prepared.idempotencyKey}/${tool.name}:${name}:${nth}`;
      const opened = await inTransaction((tx) => open(tx, { agent, tool, input, key }));
      if ('kind' in opened) return opened;
      const late = new FactotumError('LIMIT', `${tool.name} took too long and was stopped.`);
      const timeout = new AbortController();
      const timer = setTimeout(() => timeout.abort(late), tool.limitMs);
      const signal = AbortSignal.any([outer, timeout.signal]);
      const own = { ...context, idempotencyKey: key, signal, delegate: delegateFor(asking, inner) };
      const substep = async (_: string, work: () => Promise<void>) => {
        signal.throwIfAborted();
        await work();
      };
      try {
        const output = await orAborted(tool.run({ ...own, substep }, input), signal);
        return await inTransaction((tx) => close(tx, opened.callId, output));
      } catch (error) {
        const why = sentenceOf(error);
        await inTransaction((tx) => failCall(tx, opened.callId, why));
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  });

  type Opened = { callId: string } | Delegated;
  const open = async (
    tx: Tx,
    call: { agent: string; tool: Tool; input: unknown; key: string },
  ): Promise<Opened> => {
    const { agent, tool, input, key } = call;
    // Under the lock that a cancellation takes: after it nothing more is done, from any program.
    await assertHeld(tx, step);
    const allowed = allowanceOf(tool, await listPolicies(tx), run.mode);
    const about = { agent, tool: tool.name, digest: digestOf(input) };
    if (allowed.kind !== 'free') {
      const event = allowed.kind === 'propose' ? 'agent_proposed' : 'agent_refused';
      appendTaskEvent(tx, task, event, undefined, { ...about, input: redact(input) }, step.id);
      return { kind: outcome[allowed.kind], why: allowed.why } as Delegated;
    }
    const row = {
      ...{ workspaceId: task.workspaceId, taskId: task.id, stepId: step.id },
      ...{ parentId: prepared.callId, idempotencyKey: key, tool: tool.name, input },
    };
    const { call: made, first } = openCall(tx, row, await findCallByKey(tx, key));
    if (made.status === 'completed') return { kind: 'done', output: await outputOf(tx, made.id) };
    appendTaskEvent(tx, task, 'call', undefined, { ...about, call: made.id, first }, step.id);
    return { callId: made.id };
  };

  const close = async (tx: Tx, callId: string, output: unknown): Promise<Delegated> => {
    await assertHeld(tx, step);
    // As it will be read again.
    const kept = clean(JSON.parse(JSON.stringify(output ?? null)));
    completeCall(tx, callId, kept);
    const data = { call: callId, digest: digestOf(kept) };
    appendTaskEvent(tx, task, 'result', undefined, data, step.id);
    return { kind: 'done', output: kept };
  };

  return {
    delegate: delegateFor([], undefined),
    async settled() {
      await written;
    },
  };
}

const outcome = { free: 'done', propose: 'proposed', refuse: 'refused' } as const;
