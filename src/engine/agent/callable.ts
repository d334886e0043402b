/** The tools of an agent as a model may call them: each call is checked, judged and made, or only proposed. */
import { toJSONSchema, type z } from 'zod';
import type { Agent } from '../../db/agent.ts';
import { FactotumError, problemsIn, sentenceOf } from '../../errors.ts';
import { redact } from '../../redact.ts';
import { BudgetSpent } from '../budget/shortage.ts';
import type { Callable, Called } from '../model/model.ts';
import { isTransient } from '../retry.ts';
import type { Delegate, Tool } from '../tools/tool.ts';
import type { Value } from '../workflow/function.ts';
import { clean } from './clean.ts';
import type { Quota } from './quota.ts';

export type Proposed = { tool: string; input: Value; why: string };
/** JSON Schema of an object. */
type Parameters = {
  type: 'object';
  properties?: Record<string, unknown>;
  required?: string[];
  additionalProperties?: unknown;
};
type Values = Record<string, Value>;

const mostProposed = 20;

type Asking = { delegate: Delegate; quota: Quota; signal: AbortSignal; proposed: Proposed[] };

/** The tools that its row names, as a model may call them. */
export async function callablesOf(agent: Agent, asking: Asking): Promise<Callable[]> {
  const { delegate } = asking;
  const listed = agent.tools.flatMap((name) => delegate.tools.get(name) ?? []);
  const foreseen = await delegate.foresee(listed);
  return listed.flatMap((tool) => {
    const kind = foreseen.get(tool.name);
    return kind === undefined || kind === 'refused' ? [] : callableOf(agent, tool, kind, asking);
  });
}

function callableOf(
  agent: Agent,
  tool: Tool,
  foreseen: 'done' | 'proposed',
  { delegate, quota, signal, proposed }: Asking,
): Callable {
  const { name, description } = tool;
  const own = tool.self === undefined ? {} : { [tool.self]: agent.name };
  const parameters = without(parametersOf(tool.input), Object.keys(own));
  return {
    name,
    parameters,
    description:
      foreseen === 'done'
        ? description
        : `${description} It is only proposed to people, who decide; it gives nothing.`,
    async call(given): Promise<Called> {
      const input = { ...known(clean(given), parameters), ...own };
      const parsed = tool.input.safeParse(input);
      if (!parsed.success) return wrong(`Not called. ${problemsIn(parsed.error, 'The arguments')}`);
      try {
        const called = await delegate.call({ agent: agent.name, tool, input, quota, signal });
        if (called.kind === 'done') return { gave: redact(called.output, tool.secrets) };
        if (called.kind === 'refused') return wrong(`Not called. ${called.why}`);
        if (proposed.length >= mostProposed) return wrong('Not called: enough is proposed.');
        proposed.push({ tool: name, input, why: called.why });
        return { refused: `Not called, but proposed to people. ${called.why}`, isWrong: false };
      } catch (error) {
        // What a later try may heal, or what ends the task, ends this one; what is wrong with the call does not.
        if (!(error instanceof FactotumError) || isTransient(error) || error instanceof BudgetSpent)
          throw error;
        return wrong(`It failed: ${sentenceOf(error)}`);
      }
    },
  };
}

const wrong = (refused: string): Called => ({ refused, isWrong: true });

/** As a server takes it: an object, whatever zod makes of odd shapes. */
function parametersOf(input: z.ZodType): Parameters {
  const { $schema: _, ...made } = toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  const isObject = made.type === 'object' && made.properties !== undefined;
  return isObject
    ? (made as Parameters)
    : { type: 'object', properties: {}, additionalProperties: true };
}

/** What the tool takes; whatever else a model has added is not called with, kept or proposed. */
function known(input: Value, { properties, additionalProperties }: Parameters): Values {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return {};
  if (additionalProperties || typeof properties !== 'object' || properties === null) return input;
  return Object.fromEntries(
    Object.entries(input).filter(([key]) => Object.hasOwn(properties, key)),
  );
}

/** Without what is not the model's to say. */
function without(parameters: Parameters, names: string[]): Parameters {
  const { properties = {}, required = [] } = parameters;
  const rest = Object.entries(properties).filter(([name]) => !names.includes(name));
  return {
    ...parameters,
    properties: Object.fromEntries(rest),
    required: required.filter((name) => !names.includes(name)),
  };
}
