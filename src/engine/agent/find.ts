/** Finding the agent that is meant, and whether it may be asked by those who ask. */
import { type Agent, findAgent, listAgents } from '../../db/agent.ts';
import type { Tx } from '../../db/tx.ts';
import { conflict, FactotumError, notFound } from '../../errors.ts';
import { nearest } from '../workflow/suggest.ts';
import { sameName } from '../workflow/visit.ts';

/** So many may ask each other in a row. */
const deepest = 5;

/** @throws NOT_FOUND with the names that there are, CONFLICT when it is switched off */
export async function getAgent(tx: Tx, name: string): Promise<Agent> {
  const agent = await findAgent(tx, name);
  if (!agent) throw notFound(await unknown(tx, name));
  if (!agent.enabled)
    throw conflict(
      `The agent “${agent.name}” is switched off. Whoever looks after the workspace can switch it on.`,
    );
  return agent;
}

async function unknown(tx: Tx, name: string): Promise<string> {
  const names = (await listAgents(tx)).map((agent) => agent.name);
  const shown = name.trim().slice(0, 60);
  if (names.length === 0)
    return `There is no agent “${shown}”, and no other one yet. Whoever looks after the workspace adds one: PUT /api/agents/${encodeURIComponent(shown)} (docs/agents.md).`;
  const near = nearest(name.trim(), names);
  const listed = names.slice(0, 10).join(', ');
  return `There is no agent “${shown}” here. ${near ? `Did you mean “${near}”? ` : ''}There are: ${listed}.`;
}

/**
 * @param chain those who ask, the first one first
 * @throws CONFLICT for a circle, LIMIT for too long a chain
 */
export function assertMayAsk(chain: readonly string[], agent: string): void {
  if (chain.some((name) => sameName(name) === sameName(agent))) {
    const path = [...chain, agent].map((name) => `“${name}”`).join(' asks ');
    throw conflict(`The agents ask each other in a circle: ${path}.`);
  }
  if (chain.length < deepest) return;
  throw new FactotumError(
    'LIMIT',
    `At most ${deepest} agents may ask each other in a row, and “${agent}” would be one more.`,
  );
}
