/** One call that a model wants: made, refused, or the end of the work with its result. */
import { hideSecrets } from '../../../secret.ts';
import { problemsOf } from '../../agent/result.ts';
import type { Assignment } from '../model.ts';
import type { WantedCall } from './completion.ts';
import type { Read } from './judge.ts';
import { Arguments, giveResult } from './prompt/agent.ts';

export type Values = Record<string, unknown>;

/** Characters of what one call gave, as the model is told it. */
const mostTold = 8_000;

export type Done = { found: Values } | { content: string; isWrong: boolean };
export const refuse = (content: string): Done => ({ content, isWrong: true });

export async function carryOutOne(
  { name, arguments: given }: WantedCall,
  assignment: Assignment,
  isCut: boolean,
): Promise<Done> {
  const args = Arguments.safeParse(given.trim() === '' ? {} : jsonOf(given));
  if (!args.success)
    return refuse(
      isCut
        ? 'Not called: the arguments were cut off at the limit. Give shorter ones.'
        : 'Not called: the arguments are no JSON object.',
    );
  if (name === giveResult && assignment.fields.length > 0) {
    const read = checked(args.data, assignment);
    return 'found' in read ? read : refuse(`Not taken: ${read.problems.join(' ')}`);
  }
  const callable = assignment.callables.find((one) => one.name === name);
  if (!callable) {
    const names = assignment.callables.map((one) => one.name).join(', ');
    return refuse(`There is no function "${name.slice(0, 60)}". There are: ${names}.`);
  }
  const called = await callable.call(args.data);
  if ('refused' in called) return { content: called.refused, isWrong: called.isWrong };
  const words = JSON.stringify({ result: called.gave ?? null });
  const content =
    words.length > mostTold ? `${words.slice(0, mostTold)}… (the rest is left out)` : words;
  return { content, isWrong: false };
}

/** Strictly: arguments that are wrapped in words are not what would be carried out. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Only what the row names; what is left out is not known. */
export function checked(value: Values, { fields }: Assignment): Read<Values> {
  const text = typeof value['text'] === 'string' ? hideSecrets(value['text']) : '';
  const own = fields.map(({ name }): [string, unknown] => [name, value[name] ?? null]);
  const found = { text, ...Object.fromEntries(own) };
  const problems = problemsOf(fields, found);
  return problems.length > 0 ? { problems } : { found };
}
