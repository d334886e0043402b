/** What an agent answers: by its rules where one holds, else by the language model where there is one. */
import type { Agent } from '../../db/agent.ts';
import { FactotumError, invalid } from '../../errors.ts';
import { redact } from '../../redact.ts';
import { count } from '../tools/preview.ts';
import type { Delegate } from '../tools/tool.ts';
import type { Value } from '../workflow/function.ts';
import { askAgentName } from './allow.ts';
import { callablesOf, type Proposed } from './callable.ts';
import { clean } from './clean.ts';
import { createQuota } from './quota.ts';
import { resultOf } from './result.ts';
import { follow, readRules } from './rule.ts';

type Asked = { instruction: string; with: Record<string, Value>; by: 'any' | 'rules' };
type Values = Record<string, Value>;

/** Characters of all that a model is given at once. */
const mostGiven = 60_000;

/** @throws NOT_READY when neither a rule nor a model answers; what rules and models throw */
export async function work(
  agent: Agent,
  asked: Asked,
  delegate: Delegate,
  signal: AbortSignal,
): Promise<Values> {
  const ruled = await byRules(agent, asked, delegate, signal);
  if (ruled) return ruled;
  const { model } = delegate;
  if (!model.carryOut || asked.by === 'rules') throw noAnswer(agent, asked);
  const said = { instruction: asked.instruction, with: redact(asked.with) };
  if (JSON.stringify(said).length > mostGiven)
    throw new FactotumError(
      'LIMIT',
      `What comes with the question is too long for the agent “${agent.name}”: at most ${mostGiven.toLocaleString('en-US')} characters. Give it a part.`,
    );
  const quota = createQuota(agent.limits.tokens, delegate.quota);
  const proposed: Proposed[] = [];
  const { name, instructions, result: fields, limits } = agent;
  const time = AbortSignal.timeout(limits.seconds * 1000);
  const ends = AbortSignal.any([signal, time]);
  const asking = { delegate, quota, signal: ends, proposed };
  const callables = await callablesOf(agent, asking);
  const assignment = { agent: name, instructions, said: redact(said), callables, fields };
  try {
    const found = await model.carryOut(
      { ...assignment, steps: limits.steps, quota },
      { signal: ends, spent: delegate.spent, budget: delegate.budget },
    );
    const values = clean(redact(found)) as Values;
    return proposed.length > 0 ? { ...values, proposed: clean(redact(proposed)) } : values;
  } catch (error) {
    if (time.aborted && !signal.aborted) throw tooLong(agent);
    throw explained(agent, error);
  }
}

async function byRules(
  agent: Agent,
  { instruction, with: given }: Asked,
  delegate: Delegate,
  signal: AbortSignal,
): Promise<Values | undefined> {
  // What comes with it may be called so too, and then it is meant.
  const known = { instruction, text: instruction, ...given };
  const set = await follow(readRules(agent.rules), known, async (other) => {
    const input = { agent: other, instruction, with: given };
    const tool = delegate.tools.get(askAgentName);
    if (!tool || !agent.tools.includes(askAgentName))
      throw invalid(
        `The agent “${agent.name}” may ask no other one: ${askAgentName} is not among its tools.`,
      );
    const asking = { agent: agent.name, tool, input, quota: delegate.quota, signal };
    const called = await delegate.call(asking);
    if (called.kind !== 'done')
      throw new FactotumError(
        'FORBIDDEN',
        `The agent “${agent.name}” may not ask “${other}”: ${called.why}`,
      );
    return called.output as Values;
  });
  return set && resultOf(agent.result, clean(set) as Values, agent.name);
}

const owner = 'Whoever looks after the workspace';

function noAnswer({ name, rules }: Agent, { by }: Asked): FactotumError {
  const lacks = rules.trim() === '' ? 'has no rules' : 'has no rule that holds here';
  const model =
    by === 'rules' ? 'and no language model is to be asked' : 'and no language model is connected';
  return new FactotumError(
    'NOT_READY',
    `The agent “${name}” ${lacks}, ${model}. ${owner} adds a rule (PUT /api/agents/${encodeURIComponent(name)}, docs/agents.md), or whoever runs Factotum connects a model (docs/models.md).`,
  );
}

const tooLong = ({ name, limits }: Agent) =>
  new FactotumError(
    'LIMIT',
    `The agent “${name}” did not come to an end within ${count(limits.seconds, 'second')}. ${owner} gives it clearer instructions or more time (docs/agents.md); then try again.`,
  );

/** What went wrong with a model is the part of a sentence; here it becomes one. */
function explained({ name }: Agent, error: unknown): unknown {
  if (!(error instanceof FactotumError) || error.message.includes(`“${name}”`)) return error;
  if (error.code !== 'UPSTREAM' && error.code !== 'INVALID') return error;
  const { code, transient, retryAt, message } = error;
  const options = { cause: error, transient, ...(retryAt ? { retryAt } : {}) };
  return new FactotumError(
    code,
    `The language model could not be used for the agent “${name}”: ${message}.`,
    options,
  );
}
