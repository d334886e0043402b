/** "Show my agents", "what can the classifier do?": who can be asked here, and what for. Pure. */
import type { Agent } from '../db/agent.ts';
import { sameName } from '../engine/workflow/visit.ts';
import { text } from './answer.ts';
import type { CardDraft } from './card.ts';
import { clip } from './words.ts';

/** @returns undefined where words name no agent: they are about something else */
export function agentsAnswer(agents: Agent[], named?: string): CardDraft | undefined {
  if (named === undefined) return listOf(agents);
  const agent = agents.find(({ name }) => sameName(name) === sameName(named));
  return agent && oneOf(agent);
}

function listOf(agents: Agent[]): CardDraft {
  if (agents.length === 0)
    return text(
      'There are no agents yet. Whoever looks after the workspace adds one: PUT /api/agents/{name} (docs/agents.md).',
    );
  const lines = agents.map((agent) => {
    const what = clip(agent.capabilities.join(', ') || agent.instructions, 120);
    return `- ${agent.name}${what ? `: ${what}` : ''}${agent.enabled ? '' : ' (switched off)'}`;
  });
  return text(['Agents that steps can ask', ...lines].join('\n'));
}

function oneOf(agent: Agent): CardDraft {
  const { name, kind, capabilities, instructions, rules, tools, result, enabled, version } = agent;
  const count = rules.split('\n').filter((line) => /^\s*[^\s']/.test(line)).length;
  const fields = result.map((field) =>
    field.type === 'choice' ? `${field.name} (${field.options.join(', ')})` : field.name,
  );
  const lines = [
    ...(capabilities.length > 0 ? [`Good for: ${capabilities.join(', ')}`] : []),
    ...(instructions ? [`Told to: ${clip(instructions, 300)}`] : []),
    count > 0 ? `Answers by ${count === 1 ? '1 rule' : `${count} rules`}` : 'Has no rules',
    tools.length > 0 ? `Tools: ${tools.join(', ')}` : 'Uses no tools',
    ...(fields.length > 0 ? [`Answers with: ${fields.join(', ')}`] : []),
    ...(enabled ? [] : ['It is switched off.']),
  ];
  return text(
    [`${name} (${kind}, version ${version})`, ...lines.map((line) => `- ${line}`)].join('\n'),
  );
}
