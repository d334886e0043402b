/**
 * Variables: each has a value before it is used. What nothing in a workflow sets is an input of it; a workflow
 * that names its inputs has no others, so that typing errors show.
 */
import {
  blocksOf,
  type Expression,
  type File,
  type Statement,
  statementsIn,
  type Workflow,
} from './ast.ts';
import { functions } from './function.ts';
import type { Problems } from './problem.ts';
import { positionOf, type Span } from './source.ts';
import { expressionsOf, setBy, variableKey, visit } from './visit.ts';

/** What a run of a workflow has to be given. `isNamed`: by an INPUT line; `value` is what stands there. */
export type Input = { name: string; isNamed: boolean; value: Expression | undefined };

/** What an event handler and a wait call the event that came. */
export const eventName = 'event';

export function checkVariables(
  problems: Problems,
  { items }: File,
): { workflow: Workflow; inputs: Input[] }[] {
  for (const item of items) {
    // Nothing sets variables outside of workflows.
    if (item.kind === 'on_event' || item.kind === 'talk')
      new Reader(problems, [item], true).read([item]);
  }
  return items.flatMap((item) => {
    if (item.kind !== 'workflow') return [];
    const named = item.body.flatMap((each) => (each.kind === 'input' ? each.inputs : []));
    const reader = new Reader(problems, item.body, named.length > 0);
    reader.read(item.body);
    const inputs = [
      ...named.map(({ name, value }) => ({ name: name.text, isNamed: true, value })),
      ...[...reader.found.values()].map((name) => ({ name, isNamed: false, value: undefined })),
    ];
    return [{ workflow: item, inputs }];
  });
}

/** What people say for a value: by the key of a variable. */
const spoken = new Map(
  Object.entries({ yes: 'TRUE', on: 'TRUE', no: 'FALSE', off: 'FALSE', none: 'NULL', nil: 'NULL' }),
);

class Reader {
  /** Inputs that no line names, by key, as they are written first. */
  readonly found = new Map<string, string>();
  private readonly problems: Problems;
  /** Where each variable is set first. */
  private readonly setters = new Map<string, Span & { text: string }>();
  private readonly isClosed: boolean;
  /** What can be meant by a misspelled name. */
  private readonly names: string[];
  private readonly id: string;
  /** What has a value here, and in which order it got one. */
  private readonly known = new Set<string>();
  private readonly trail: string[] = [];
  private readonly told = new Set<string>();

  /** @param isClosed whether nothing but what is named can come from outside */
  constructor(problems: Problems, body: Statement[], isClosed: boolean) {
    this.problems = problems;
    this.isClosed = isClosed;
    for (const statement of statementsIn(body)) {
      const items = statement.kind === 'for' ? [statement.item] : [];
      for (const name of [...setBy(statement), ...items])
        if (!this.setters.has(variableKey(name.text)))
          this.setters.set(variableKey(name.text), name);
    }
    this.names = [...this.setters.values()].map(({ text }) => text);
    this.id = `variable ${body[0]?.start}`;
  }

  read(body: Statement[]): void {
    for (const statement of body) this.readStatement(statement);
  }

  private readStatement(statement: Statement): void {
    const { kind } = statement;
    if (kind === 'wait_event' || kind === 'on_event') {
      this.inside(() => {
        this.set(eventName);
        this.use(statement);
        if (kind === 'on_event') this.read(statement.body);
      });
    } else {
      this.use(statement);
      if (kind === 'for') {
        const { item, body } = statement;
        const set = this.inside(() => {
          this.set(item.text);
          this.read(body);
        });
        for (const key of set) if (key !== variableKey(item.text)) this.set(key);
      } else {
        // Each block starts with what was known before; what any of them sets may have a value afterwards.
        const sets = blocksOf(statement).map((block) => this.inside(() => this.read(block)));
        if (kind === 'parallel') this.refuseRace(statement, sets);
        for (const set of sets) for (const key of set) this.set(key);
      }
    }
    for (const name of setBy(statement)) this.set(name.text);
  }

  private use(statement: Statement): void {
    for (const expression of expressionsOf(statement))
      visit(expression, (found) => {
        if (found.kind === 'name') this.useName(found.name, found);
        if (found.kind === 'call') checkCall(this.problems, found);
      });
  }

  private useName(name: string, at: Span): void {
    const key = variableKey(name);
    if (this.known.has(key)) return;
    const setter = this.setters.get(key);
    if (setter) {
      const { line } = positionOf(this.problems.source, setter.start);
      const hint = 'SET it before, or name it as an INPUT.';
      const message = `“${name}” has no value yet: it gets one in line ${line}, which may come later.`;
      this.problems.add('WF305', at, message, hint);
      return;
    }
    // A name is worth one word, however often it is used.
    if (this.told.has(key)) return;
    this.told.add(key);
    const near = spoken.get(key) ?? this.problems.suggest(this.id, name, () => this.names);
    if (this.isClosed) {
      const hint = near ? `Did you mean ${near}?` : `Add INPUT ${name} if it comes from outside.`;
      this.problems.add('WF304', at, `Nothing gives “${name}” a value.`, hint);
      return;
    }
    this.found.set(key, name);
    // "FOR EACH item IN items": one is not a misspelling of the other.
    if (near && ![`${key}s`, key.replace(/s$/, '')].includes(variableKey(near))) {
      const message = `“${name}” is taken for an input, because nothing gives it a value.`;
      this.problems.add('WF314', at, message, `Did you mean ${near}?`);
    }
  }

  private set(name: string): void {
    const key = variableKey(name);
    if (this.known.has(key)) return;
    this.known.add(key);
    this.trail.push(key);
  }

  /** What `work` sets is forgotten, and given back. */
  private inside(work: () => void): string[] {
    const from = this.trail.length;
    work();
    const set = this.trail.splice(from);
    for (const key of set) this.known.delete(key);
    return set;
  }

  private refuseRace(of: Extract<Statement, { kind: 'parallel' }>, sets: string[][]): void {
    const owner = new Map<string, string>();
    of.branches.forEach(({ label, body }, at) => {
      for (const key of sets[at] ?? []) {
        const other = owner.get(key);
        owner.set(key, label.text);
        if (other === undefined) continue;
        const names = statementsIn(body).flatMap(setBy);
        const place = names.find(({ text }) => variableKey(text) === key) ?? label;
        const message = `Branches ${other} and ${label.text} both set “${place.text}”, side by side.`;
        this.problems.add('WF302', place, message, 'Take another name in one of them.');
      }
    });
  }
}

function checkCall(problems: Problems, of: Extract<Expression, { kind: 'call' }>): void {
  const name = of.name.text.toUpperCase();
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!found) {
    const near = problems.suggest('function', name, () => Object.keys(functions));
    const hint = near ? `Did you mean ${near}?` : `There are ${Object.keys(functions).join(', ')}.`;
    problems.add('WF307', of.name, `There is no function “${of.name.text.slice(0, 40)}”.`, hint);
  } else if (
    of.args.length < found.needed ||
    (!found.many && of.args.length > found.takes.length)
  ) {
    problems.add('WF307', of, `${name} has other values.`, `Write ${found.usage}.`);
  }
}
