/** Asks an agent: its rules, or a language model that may call the agent's tools. The result is a record. */
import { z } from 'zod';
import { transaction } from '../../db/client.ts';
import { FactotumError } from '../../errors.ts';
import { askAgentName } from '../agent/allow.ts';
import { clean } from '../agent/clean.ts';
import { assertMayAsk, getAgent } from '../agent/find.ts';
import { work } from '../agent/work.ts';
import type { Value } from '../workflow/function.ts';
import { defineTool } from './tool.ts';

export const askAgent = defineTool({
  name: askAgentName,
  description: 'Asks an agent of the workspace, and gives what it answers as fields.',
  // It writes what the tools of the agent write, which are held to the policies one by one.
  effect: 'write',
  // Its own calls are found again by their keys; a model that is asked once more costs, but harms nothing.
  idempotent: true,
  // A model takes seconds, and is waited for by no transaction.
  unitMs: 3_000,
  input: z.object({
    agent: z.string().trim().min(1, 'must not be empty').max(80),
    instruction: z.string().max(20_000).default(''),
    with: z.record(z.string(), z.unknown()).default({}),
    /** `rules`: no language model is asked. */
    by: z.enum(['any', 'rules']).default('any'),
  }),
  output: z.looseObject({ text: z.string() }),
  preview: ({ agent, instruction, with: given }) => {
    const names = Object.keys(given);
    const about = names.length > 0 ? [`It is given: ${names.join(', ').slice(0, 400)}`] : [];
    const asks = `This asks the agent “${agent}”: “${clip(instruction)}”`;
    return { lines: [asks, ...about], impact: null };
  },
  // What is answered depends on what is asked, whatever else the plan works on.
  basis: (input) => input,
  undo: { can: false, why: 'Cannot be undone: what was asked stays asked.' },
  async run({ db, scope, signal, delegate }, { agent: name, instruction, with: given, by }) {
    if (!delegate)
      throw new FactotumError('NOT_READY', 'An agent can be asked by a step of a task only.');
    const agent = await transaction(db, scope, (tx) => getAgent(tx, name));
    assertMayAsk(delegate.chain, agent.name);
    const values = clean(given) as Record<string, Value>;
    const asked = { instruction: String(clean(instruction)), with: values, by };
    return (await work(agent, asked, delegate, signal)) as Record<string, Value> & { text: string };
  },
});

const clip = (text: string) => (text.length > 400 ? `${text.slice(0, 399)}…` : text);
