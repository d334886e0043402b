/** What a workflow refers to: tools, agents, other workflows, and circles of them. */
import { type File, type Name, type Statement, statementsIn } from './ast.ts';
import type { Problems } from './problem.ts';
import { sameName } from './visit.ts';

export type Known = {
  tools?: Iterable<string>;
  agents?: Iterable<string>;
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
  const workflows = known.workflows && namesOf([...known.workflows.keys(), ...ownNames(file)]);
  for (const item of file.items) {
    if (item.kind === 'use') {
      if (item.what === 'TOOL') refuseUnknown(problems, 'tool', [item.name], tools);
      continue;
    }
    for (const statement of statementsIn(item.kind === 'workflow' ? item.body : [item])) {
      const { kind } = statement;
      if (kind === 'tool') refuseUnknown(problems, 'tool', [statement.tool], tools);
      else if (kind === 'run') refuseUnknown(problems, 'workflow', [statement.workflow], workflows);
      else refuseUnknown(problems, 'agent', agentsOf(statement), agents);
      if (kind === 'on_event') warnOfEcho(problems, statement);
    }
  }
  refuseCircles(problems, runs, known.workflows ?? new Map());
}

const ownNames = ({ items }: File) =>
  items.flatMap((item) => (item.kind === 'workflow' ? [item.name.text] : []));

const namesOf = (names: Iterable<string>) =>
  new Map([...names].map((name) => [sameName(name), name] as const));

function agentsOf(statement: Statement): Name[] {
  if (statement.kind === 'bot') return [statement.agent];
  if (statement.kind === 'share_memory') return statement.with;
  return statement.kind === 'sync_memory' ? [statement.from] : [];
}

function refuseUnknown(
  problems: Problems,
  what: string,
  names: Name[],
  known: ReadonlyMap<string, string> | undefined,
): void {
  if (!known) return;
  for (const name of names) {
    if (known.has(sameName(name.text))) continue;
    const near = problems.suggest(what, name.text, () => known.values());
    const some = [...known.values()].slice(0, 10).join(', ');
    const hint = near ? `Did you mean "${near}"?` : some === '' ? undefined : `There are: ${some}.`;
    problems.add('WF308', name, `There is no ${what} “${name.text.slice(0, 60)}” here.`, hint);
  }
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
