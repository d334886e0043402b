/**
 * Calls of functions for servers that know none: the functions stand in the instructions, and the answer is a JSON
 * object that says something, or names calls.
 */
import { z } from 'zod';
import type { Completion, Request, Turn } from './completion.ts';
import { jsonIn, schemaOf } from './judge.ts';

/** The same request without functions. */
export function asActions({ functions = [], ...request }: Request): Request {
  const list = functions.map(
    ({ name, description, parameters }) =>
      `- ${name}: ${description} Arguments: ${JSON.stringify(parameters)}`,
  );
  const system = `${request.system}

You can call these functions:
${list.join('\n')}

To call some, put them into "calls", the arguments of each as a JSON object in a text, and set "say" to null; what they gave comes in the next message. To end, leave "calls" empty and put the answer into "say". The answer is a JSON object: {"say": text or null, "calls": [{"function": name, "arguments": "{…}"}]}.`;
  return { ...request, system, turns: flat(request.turns), schema: schemaFor(functions) };
}

const schemaFor = (functions: { name: string }[]) =>
  schemaOf(
    z.object({
      say: z.string().nullable(),
      calls: z.array(
        z.object({
          function: z.enum(functions.map(({ name }) => name) as [string, ...string[]]),
          arguments: z.string(),
        }),
      ),
    }),
  );

/** Calls as they are written here; what several gave is one message, since roles have to alternate. */
function flat(turns: Turn[]): Turn[] {
  const found: Turn[] = [];
  let gave: object[] = [];
  const tell = () => {
    if (gave.length > 0) found.push({ role: 'user', content: JSON.stringify({ results: gave }) });
    gave = [];
  };
  for (const turn of turns) {
    if (turn.role === 'tool') {
      gave.push({ function: turn.name, result: turn.content });
      continue;
    }
    tell();
    const { role, content, calls = [] } = turn;
    const written = calls.map(({ name, arguments: given }) => ({
      function: name,
      arguments: given,
    }));
    const isCalling = role === 'assistant' && calls.length > 0;
    found.push({
      role,
      content: isCalling ? JSON.stringify({ say: null, calls: written }) : content,
    });
  }
  tell();
  return found;
}

const Action = z.object({
  say: z.string().nullish(),
  calls: z
    .array(z.object({ function: z.string(), arguments: z.union([z.string(), z.looseObject({})]) }))
    .default([]),
});

/** What such an answer means. */
export function withActions(completion: Completion): Completion {
  if (completion.refusal !== undefined || completion.isCut) return completion;
  const read = Action.safeParse(jsonIn(completion.text));
  if (!read.success)
    return { ...completion, problem: 'The answer is no JSON object with "say" and "calls".' };
  const calls = read.data.calls.map(({ function: name, arguments: given }, at) => ({
    id: `call_${at + 1}`,
    name,
    arguments: typeof given === 'string' ? given : JSON.stringify(given),
  }));
  return { ...completion, text: read.data.say ?? '', calls };
}
