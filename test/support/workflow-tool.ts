/**
 * The tools that workflows lean on, with the contracts that they have, for a test engine: agents answer by their
 * rules, events and memories are kept in a list. One that is installed for real is left alone.
 */
import { z } from 'zod';
import { installedTools } from '../../src/engine/tools/index.ts';
import { defineTool, type Tool } from '../../src/engine/tools/tool.ts';
import { Cursor } from '../../src/engine/workflow/cursor.ts';
import { evaluate, holds } from '../../src/engine/workflow/evaluate.ts';
import type { Value } from '../../src/engine/workflow/function.ts';
import { lexFile } from '../../src/engine/workflow/lexer.ts';
import { readExpression } from '../../src/engine/workflow/parse-expression.ts';
import { Problems } from '../../src/engine/workflow/problem.ts';
import { readSource } from '../../src/engine/workflow/source.ts';

export type Agent = { name: string; rules: string[] };
export type Happened = { tool: string; input: Record<string, unknown> };

const about = { effect: 'write', idempotent: true, unitMs: 5, output: z.unknown() } as const;

/** @returns what was asked, published and shared, which grows; `agents` may be changed */
export function workflowTools(agents: Agent[]): { tools: Tool[]; happened: Happened[] } {
  const happened: Happened[] = [];
  const kept = (name: string, give: (input: Record<string, unknown>) => unknown) =>
    defineTool({
      ...{ ...about, name, description: `Does ${name}.` },
      input: z.record(z.string(), z.unknown()),
      async run({ rehearsalRunId }, input) {
        const output = give(input);
        if (rehearsalRunId === null) happened.push({ tool: name, input });
        return output;
      },
    });
  const made = [
    kept('ask_agent', ({ agent, instruction, with: given }) => {
      const found = agents.find(({ name }) => name === agent);
      if (!found) throw new Error(`There is no agent “${String(agent)}” here.`);
      return answer(found.rules, { instruction, ...(given as object) } as Record<string, Value>);
    }),
    kept('publish_event', ({ name }) => ({ name, id: null })),
    kept('share_memory', ({ with: others }) => ({ shared_with: others })),
  ];
  const tools = made.map((tool) => installedTools.get(tool.name) ?? tool);
  for (const tool of installedTools.values())
    if (!tools.some(({ name }) => name === tool.name)) tools.push(tool);
  return { tools, happened };
}

/** "IF text CONTAINS "refund" THEN category = "refund", urgent = TRUE", "ELSE …": all that hold, in order. */
function answer(rules: string[], given: Record<string, Value>): Record<string, Value> {
  const known = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  const found: Record<string, Value> = {};
  let isSettled = false;
  for (const rule of rules) {
    const [, otherwise, condition, acts = ''] =
      /^(ELSE )?(?:IF (.+?) THEN )?(.+)$/s.exec(rule) ?? [];
    if (!otherwise) isSettled = false;
    if (isSettled || (condition && !holds(read(condition), known))) continue;
    isSettled = true;
    for (const act of acts.split(/,\s*(?=\w+ = )/)) {
      const [, name = '', value = ''] = /^(\w+) = (.+)$/s.exec(act) ?? [];
      found[name] = evaluate(read(value), known);
      known.set(name.toLowerCase(), found[name]);
    }
  }
  const words = Object.entries(found).map(([name, value]) => `${name}: ${String(value)}`);
  return { text: words.join(', '), ...found };
}

function read(words: string) {
  const problems = new Problems(readSource(words));
  const expression = readExpression(new Cursor(problems, lexFile(problems)));
  if (problems.list.length > 0) throw new Error(`${words}: ${problems.list[0]?.message}`);
  return expression;
}
