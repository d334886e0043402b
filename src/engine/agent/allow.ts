/**
 * What an agent may do by itself: use tools that its row names, that only read or write here, that the policy lets
 * run by themselves, and that may be repeated. Anything else is a person's to decide, and only proposed. Pure.
 */
import type { Policy } from '../../db/policy.ts';
import type { Run } from '../../db/run.ts';
import { policyFor } from '../policy.ts';
import type { Tool } from '../tools/tool.ts';

/** The tool by which one agent asks another; it changes nothing but by what that one may do. */
export const askAgentName = 'ask_agent';

export type Allowance = { kind: 'free' } | { kind: 'propose' | 'refuse'; why: string };

export function allowanceOf(
  tool: Pick<Tool, 'name' | 'effect' | 'idempotent' | 'secrets'>,
  policies: Policy[],
  mode: Run['mode'],
): Allowance {
  const propose = (why: string): Allowance => ({ kind: 'propose', why });
  const { decision } = policyFor(policies, tool.effect, tool.name);
  if (decision === 'deny')
    return { kind: 'refuse', why: `The workspace's policy does not allow ${tool.name}.` };
  // Whoever could fill them in is no model.
  if (tool.secrets.length > 0)
    return { kind: 'refuse', why: `${tool.name} takes secrets, which no agent has.` };
  if (decision === 'ask') return propose('The policy wants somebody to be asked.');
  if (tool.effect !== 'read' && tool.effect !== 'write')
    return propose('It reaches outside or changes how things are built.');
  if (!tool.idempotent) return propose('It may not be repeated after an interruption.');
  if (tool.effect === 'read' || tool.name === askAgentName) return { kind: 'free' };
  if (mode === 'dry_run') return propose('A dry run writes nothing.');
  if (mode === 'supervised') return propose('In a supervised run each write is asked about.');
  return { kind: 'free' };
}
