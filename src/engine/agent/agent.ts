/** Agents as people set them: by whoever looks after the workspace, each change in the ledger. */
import { isDeepStrictEqual } from 'node:util';
import {
  type Agent,
  type AgentSettings,
  defaultLimits,
  deleteAgent,
  findAgent,
  listAgents,
  putAgent,
} from '../../db/agent.ts';
import type { Tx } from '../../db/tx.ts';
import { getWorkspace } from '../../db/workspace.ts';
import { invalid, notFound } from '../../errors.ts';
import type { Actor, Engine } from '../context.ts';
import { looksAfter, onSettings, record } from '../setting.ts';
import { nearest } from '../workflow/suggest.ts';
import { askAgentName } from './allow.ts';
import { ownFields } from './result.ts';
import { askedIn, readRules } from './rule.ts';

const mostAgents = 200;

/**
 * Makes an agent or replaces what was set for it. The same once more, as by a program that has not got its answer,
 * is no change.
 * @throws INVALID for tools that are not installed, rules that cannot be read and fields that cannot be;
 * FORBIDDEN for somebody who does not look after the workspace
 */
export async function setAgent(
  engine: Engine,
  actor: Actor,
  settings: AgentSettings,
): Promise<Agent> {
  assertTools(engine, settings);
  assertFields(settings);
  const asked = askedIn(readRules(settings.rules));
  if (asked[0] !== undefined && !settings.tools.includes(askAgentName))
    throw invalid(`The rules ask “${asked[0]}”: for that the tools have to name ${askAgentName}.`);
  return onSettings(engine, actor, (tx) => store(tx, actor, settings));
}

async function store(tx: Tx, actor: Actor, settings: AgentSettings): Promise<Agent> {
  const { workspaceId, id: updatedBy } = actor;
  const known = await findAgent(tx, settings.name);
  if (!known && (await listAgents(tx)).length >= mostAgents)
    throw invalid(`A workspace may have ${mostAgents} agents. Remove one first.`);
  if (known && isDeepStrictEqual({ ...known, ...settings }, known)) return known;
  const agent = await putAgent(tx, { ...settings, workspaceId, updatedBy });
  const { name, kind, version, enabled, tools, instructions, rules } = agent;
  record(tx, actor, 'set_agent', {
    agent: name,
    kind,
    version,
    enabled,
    tools,
    instructions,
    rules,
  });
  return agent;
}

type Brought = { name: string; instructions: string; rules: string[] };

/**
 * Makes the agents that a template asks, where there are none of their names and the person may make some.
 * @returns the names that are still missing
 */
export async function adoptAgents(tx: Tx, actor: Actor, brought: Brought[]): Promise<string[]> {
  const may = looksAfter(actor, await getWorkspace(tx, actor.workspaceId));
  const missing: string[] = [];
  for (const { name, instructions, rules } of brought) {
    if (await findAgent(tx, name)) continue;
    if (!may) {
      missing.push(name);
      continue;
    }
    await store(tx, actor, {
      ...{ name, instructions, rules: rules.join('\n'), limits: defaultLimits, kind: 'bot' },
      ...{ tools: [], capabilities: [], result: [], enabled: true },
    });
  }
  return missing;
}

/** @throws NOT_FOUND; FORBIDDEN like `setAgent` */
export async function removeAgent(engine: Engine, actor: Actor, name: string): Promise<void> {
  await onSettings(engine, actor, async (tx) => {
    const agent = await findAgent(tx, name);
    if (!agent) throw notFound(`There is no agent “${name}” here.`);
    await deleteAgent(tx, agent.id);
    record(tx, actor, 'remove_agent', { agent: agent.name, version: agent.version });
  });
}

function assertTools({ tools: installed }: Engine, { tools }: AgentSettings): void {
  for (const name of tools) {
    if (installed.has(name)) continue;
    const near = nearest(name, installed.keys());
    const hint = near ? `Did you mean ${near}?` : `There are: ${[...installed.keys()].join(', ')}.`;
    throw invalid(`There is no tool “${name}” here. ${hint}`);
  }
}

function assertFields({ result }: AgentSettings): void {
  const seen = new Set<string>(ownFields);
  for (const { name, type, options } of result) {
    if (seen.has(name)) throw invalid(`The result cannot have another field “${name}”.`);
    seen.add(name);
    if (type === 'choice' && options.length === 0)
      throw invalid(`The field “${name}” is a choice: name its options.`);
    if (type !== 'choice' && options.length > 0)
      throw invalid(`The field “${name}” has options, so its type has to be choice.`);
  }
}
