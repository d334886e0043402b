/** What a workflow refers to: tools, agents, events, other workflows, and circles of them. */
import type { z } from 'zod';
import { type File, type Name, type Statement, statementsIn } from './ast.ts';
import { checkArguments } from './check-argument.ts';
import { checkEvents } from './check-event.ts';
import type { ProblemCode, Problems } from './problem.ts';
import { sameName } from './visit.ts';

export type Known = {
  tools?: Iterable<string>;
  /** What a tool takes. */
  inputOf?: (tool: string) => z.ZodType | undefined;
  /** Who can be asked. One may be made later, so who is missing is a warning; running refuses it. */
  agents?: Iterable<string>;
  /** Those of them that are switched off: a warning as well. */
  off?: Iterable<string>;
  /** Events by name: what somebody publishes or has published, and what somebody waits for. */
  events?: { published: Iterable<string>; awaited: Iterable<string> };
  /** Stored workflows, each with the names of those that it runs. */
  workflows?: ReadonlyMap<string, readonly string[]>;
};

export function checkReference(problems: Problems, file: File, known: Known): void {
  const runs = new Map<string, Name[]>();
  for (const item of file.items) {
    if (item.kind !== 'workflow') continue;
    const names = statementsIn(item.body).flatMap((each) =>
      each.kind === 'run' ? [each.workflow] : [],
    );
    runs.set(sameName(item.name.text), names);
  }
  const tools = known.tools && namesOf(known.tools);
  const agents = known.agents && namesOf(known.agents);
  const off = namesOf(known.off ?? []);
  const workflows = known.workflows && namesOf([...known.workflows.keys(), ...ownNames(file)]);
  // What a workflow remembers is remembered by its name.
  const remembering = agents && new Map([...agents, ...(workflows ?? new Map())]);
  for (const item of file.items) {
    if (item.kind === 'use') {
      if (item.what === 'TOOL') refuseUnknown(problems, 'tool', [item.name], tools);
      else warnOfBase(problems, item);
      continue;
    }
    for (const statement of statementsIn(item.kind === 'workflow' ? item.body : [item])) {
      const { kind } = statement;
      if (kind === 'tool') {
        refuseUnknown(problems, 'tool', [statement.tool], tools);
        checkArguments(problems, statement, known.inputOf?.(statement.tool.text));
      } else if (kind === 'run')
        refuseUnknown(problems, 'workflow', [statement.workflow], workflows);
      else if (kind === 'bot') {
        warnOfAgents(problems, [statement.agent], agents);
        refuseOff(problems, statement.agent, off, 'WF318');
      } else warnOfAgents(problems, remembererOf(statement), remembering);
      if (kind === 'on_event') warnOfEcho(problems, statement);
    }
  }
  if (known.events) checkEvents(problems, file, known.events);
  refuseCircles(problems, runs, known.workflows ?? new Map());
}

const ownNames = ({ items }: File) =>
  items.flatMap((item) => (item.kind === 'workflow' ? [item.name.text] : []));

/** By the name that is the same whatever its case. */
export const namesOf = (names: Iterable<string>) =>
  new Map([...names].map((name) => [sameName(name), name] as const));

function remembererOf(statement: Statement): Name[] {
  if (statement.kind === 'share_memory') return statement.with;
  return statement.kind === 'sync_memory' ? [statement.from] : [];
}

const warnOfAgents = (
  problems: Problems,
  names: Name[],
  known: ReadonlyMap<string, string> | undefined,
) => refuseUnknown(problems, 'agent', names, known, 'WF315');

/** @param code of what is unknown: an error, or a warning where it can still come */
export function refuseUnknown(
  problems: Problems,
  what: 'tool' | 'agent' | 'workflow',
  names: Name[],
  known: ReadonlyMap<string, string> | undefined,
  code: ProblemCode = 'WF308',
): void {
  if (!known) return;
  for (const name of names) {
    if (known.has(sameName(name.text))) continue;
    const near = problems.suggest(what, name.text, () => known.values());
    const some = [...known.values()].slice(0, 10).join(', ');
    const hint = near
      ? `Did you mean "${near}"?`
      : some === ''
        ? noneYet[what]
        : `There are: ${some}.`;
    problems.add(code, name, `There is no ${what} “${name.text.slice(0, 60)}” here.`, hint);
  }
}

/** @param code an error, or a warning where it can still be switched on */
export function refuseOff(
  problems: Problems,
  agent: Name,
  off: ReadonlyMap<string, string>,
  code: ProblemCode,
): void {
  if (!off.has(sameName(agent.text))) return;
  const hint = 'Whoever looks after the workspace can switch it on: PUT /api/agents/{name}.';
  problems.add(code, agent, `The agent “${agent.text.slice(0, 60)}” is switched off.`, hint);
}

const noneYet: Record<'tool' | 'agent' | 'workflow', string | undefined> = {
  tool: undefined,
  agent: 'Whoever looks after the workspace adds agents: PUT /api/agents/{name}.',
  workflow: 'None is saved yet: save that one first.',
};

/** Packages that name one can be run as they are; what is in it has to be said otherwise. */
function warnOfBase(
  problems: Problems,
  { name, ...at }: Extract<File['items'][number], { kind: 'use' }>,
): void {
  const message = `There are no knowledge bases here, so “${name.text.slice(0, 60)}” is not read.`;
  const hint = 'Write what it says into the instructions of the agents that need it.';
  problems.add('WF317', at, message, hint);
}

/** Stopped when it runs too often; here it is said before. */
function warnOfEcho(problems: Problems, handler: Extract<Statement, { kind: 'on_event' }>): void {
  for (const statement of statementsIn(handler.body)) {
    if (statement.kind !== 'publish') continue;
    if (sameName(statement.event.text) !== sameName(handler.event.text)) continue;
    const message = 'The handler publishes the event that starts it, again and again.';
    problems.add('WF313', statement, message, 'Publish another event.');
  }
}

/** A workflow that gets back to itself would never end. */
function refuseCircles(
  problems: Problems,
  own: ReadonlyMap<string, Name[]>,
  stored: ReadonlyMap<string, readonly string[]>,
): void {
  // What is in the text replaces what is stored under its name.
  const next = new Map<string, readonly string[]>();
  for (const [name, runs] of stored) next.set(sameName(name), runs.map(sameName));
  for (const [name, runs] of own)
    next.set(name, [...new Set(runs.map(({ text }) => sameName(text)))]);
  for (const [name, runs] of own) {
    const known = new Map<string, string[] | undefined>();
    for (const run of runs) {
      const from = sameName(run.text);
      if (!known.has(from)) known.set(from, pathBetween(from, name, next));
      const path = known.get(from);
      if (!path) continue;
      const [first = '', ...others] = [name, ...path].map((each) => `“${each.slice(0, 40)}”`);
      const shown = others.length > 5 ? [...others.slice(0, 4), '…', name] : others;
      const message = `${first} runs ${shown.join(', which runs ')}: it would never end.`;
      problems.add('WF306', run, message, 'Use FOR EACH to repeat something.');
    }
  }
}

/** From the first name to the last, both included; undefined when there is no way. */
function pathBetween(
  from: string,
  to: string,
  next: ReadonlyMap<string, readonly string[]>,
): string[] | undefined {
  const before = new Map<string, string | undefined>([[from, undefined]]);
  for (const at of before.keys()) {
    if (at === to) {
      const path: string[] = [];
      for (let step: string | undefined = at; step !== undefined; step = before.get(step))
        path.unshift(step);
      return path;
    }
    for (const name of next.get(at) ?? []) if (!before.has(name)) before.set(name, at);
  }
  return undefined;
}
