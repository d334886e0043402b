/**
 * An agent's work by a language model: it calls functions until it answers, within its steps, its tokens and its
 * time. What it may call is decided where the call is made; what makes no sense is told it twice, then it ends.
 */
import { FactotumError } from '../../../errors.ts';
import { hideSecrets } from '../../../secret.ts';
import { answerShape } from '../../agent/result.ts';
import type { Assignment, Model } from '../model.ts';
import type { Asker } from './ask.ts';
import type { Completion, Request } from './completion.ts';
import { jsonIn, type Prompt, type Read, schemaOf, unusable } from './judge.ts';
import { Arguments, agentPrompt, giveResult } from './prompt/agent.ts';
import { carryOutOne, checked, refuse, type Values } from './wanted-call.ts';

type About = Parameters<NonNullable<Model['carryOut']>>[1];
/** In a row: then it is not told once more. */
const mostWrong = 2;
const mostCallsAtOnce = 8;
/** Characters of what it said that it is told again. */
const mostTold = 8_000;
/** An answer of fewer tokens is none. */
const leastAnswer = 100;

export async function carryOutBy(
  asker: Asker,
  assignment: Assignment,
  about: About,
): Promise<Values> {
  const { callables, quota, fields } = assignment;
  if (callables.length === 0) return answerAtOnce(asker, assignment, about);
  const ending = fields.length > 0 ? [endingOf(assignment)] : [];
  let request: Request = {
    name: agentPrompt.name,
    system: systemOf(assignment, true),
    turns: [{ role: 'user', content: JSON.stringify(assignment.said) }],
    schema: {},
    functions: [...callables, ...ending].map(({ name, description, parameters }) => ({
      name,
      description,
      parameters,
    })),
  };
  const made: string[] = [];
  let wrong = 0;
  for (let step = 1; step <= assignment.steps; step += 1) {
    const maxTokens = roomFor(request, assignment);
    const answer = await asker.turn({ ...request, maxTokens }, { ...about, isWork: true });
    quota.take(tokensOf(answer) || sizeOf(request) + sizeOf(answer));
    if (answer.refusal !== undefined)
      throw unusable(`it would not answer: ${hideSecrets(answer.refusal)}`);
    const next = await follow(answer, assignment, made);
    if ('found' in next) return next.found;
    wrong = next.isWrong ? wrong + 1 : 0;
    if (wrong > mostWrong) throw unusable(next.why);
    request = { ...request, turns: [...request.turns, ...next.turns] };
  }
  const last = made.length > 0 ? ` Last it called ${[...new Set(made.slice(-3))].join(', ')}.` : '';
  throw limit(
    assignment,
    `did not come to an end within ${assignment.steps} steps.${last}`,
    'clearer instructions or more steps',
  );
}

type Next = { found: Values } | { turns: Request['turns']; isWrong: boolean; why: string };

/** What an answer leads to: the result, or what the model is told. */
async function follow(answer: Completion, assignment: Assignment, made: string[]): Promise<Next> {
  const { text, calls, isCut, problem } = answer;
  if (calls.length === 0) {
    const problems = isCut
      ? ['The answer was cut off at the limit. Give a shorter one.']
      : problem !== undefined
        ? [problem]
        : undefined;
    const read = problems ? { problems } : finalOf(text, assignment);
    if ('found' in read) return read;
    const told = `That cannot be used: ${read.problems.join(' ')}`;
    return {
      turns: [
        { role: 'assistant', content: text.slice(0, mostTold) || '(nothing)' },
        { role: 'user', content: told },
      ],
      isWrong: true,
      why: read.problems[0] ?? 'it is empty',
    };
  }
  const turns: Request['turns'] = [{ role: 'assistant', content: text.slice(0, mostTold), calls }];
  const wrong: string[] = [];
  for (const [at, call] of calls.entries()) {
    const done =
      at < mostCallsAtOnce
        ? await carryOutOne(call, assignment, isCut)
        : refuse(`Not called: at most ${mostCallsAtOnce} calls at once.`);
    if ('found' in done) return done;
    if (done.isWrong) wrong.push(done.content);
    else made.push(call.name);
    turns.push({ role: 'tool', id: call.id, name: call.name, content: done.content });
  }
  return { turns, isWrong: wrong.length > 0, why: wrong[0] ?? '' };
}

/** The last answer, in words or, with fields, as JSON where the model did not call the function for it. */
function finalOf(text: string, assignment: Assignment): Read<Values> {
  if (assignment.fields.length > 0) {
    const value = Arguments.safeParse(jsonIn(text));
    if (value.success) return checked(value.data, assignment);
    return { problems: [`Answer by calling ${giveResult}.`] };
  }
  // Some servers leave what the model thought in front of what it says.
  const shown = hideSecrets(text.replace(/^[\s\S]*<\/think>/, '')).trim();
  return shown === '' ? { problems: ['The answer is empty.'] } : { found: { text: shown } };
}

async function answerAtOnce(asker: Asker, assignment: Assignment, about: About): Promise<Values> {
  const { quota, said } = assignment;
  const prompt: Prompt<Values> = {
    name: agentPrompt.name,
    version: agentPrompt.version,
    system: systemOf(assignment, false),
    schema: answerShape(assignment.fields),
  };
  const maxTokens = roomFor({ system: prompt.system, said }, assignment);
  return asker.ask(prompt, said, (value) => checked(value, assignment), {
    ...{ signal: about.signal, maxTokens, isWork: true },
    ...(about.budget ? { budget: about.budget } : {}),
    spent: (one) => {
      quota.take(one.tokensIn + one.tokensOut || sizeOf([prompt.system, said]));
      about.spent(one);
    },
  });
}

const systemOf = (assignment: Assignment, isCalling: boolean) =>
  agentPrompt.system(
    { agent: assignment.agent, instructions: hideSecrets(assignment.instructions) },
    isCalling,
  );

const endingOf = ({ fields }: Assignment) => ({
  name: giveResult,
  description: 'Ends the work with its result.',
  parameters: schemaOf(answerShape(fields)),
});

/** Tokens that the answer may have. Servers count for themselves; until then four characters are one. */
function roomFor(request: unknown, assignment: Assignment): number {
  const room = assignment.quota.left() - sizeOf(request);
  if (room >= leastAnswer) return room;
  throw limit(assignment, 'has used up its tokens.', 'clearer instructions or more tokens');
}
const sizeOf = (value: unknown): number => Math.ceil(JSON.stringify(value).length / 4);
const tokensOf = ({ tokensIn, tokensOut }: Completion) => tokensIn + tokensOut;

const limit = ({ agent }: Assignment, what: string, cure: string) =>
  new FactotumError(
    'LIMIT',
    `The agent “${agent}” ${what} Whoever looks after the workspace gives it ${cure} (docs/agents.md); then try again.`,
  );
