/** Statements → steps of a plan, one by one. */
import { type Argument, type Expression, joins, type Name, type Statement } from './ast.ts';
import { refuseOff, refuseUnknown } from './check-reference.ts';
import { decide, type Given } from './given.ts';
import { secondsOf } from './keyword.ts';
import { durationSeconds } from './parse-name.ts';
import type { PlanStep } from './plan.ts';
import { printArguments, printExpression } from './print-expression.ts';
import type { Problems } from './problem.ts';
import type { Span } from './source.ts';

export type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

/** What is the same for a workflow and those that it runs. */
export type Around = {
  /** Milliseconds that a tool usually takes. */
  unitMs(tool: string): number;
  /** Whether a tool that the language itself needs is here. */
  has(tool: string): boolean;
  /** Who can be asked, by the name that is the same whatever its case. */
  agents: ReadonlyMap<string, string> | undefined;
  /** Those of them that are switched off. */
  off: ReadonlyMap<string, string>;
  /** The conditions that inputs have decided, as sentences. */
  decided: string[];
  /** The steps of a workflow that a statement runs. */
  run(of: Of<'run'>, caller: StepCompiler): PlanStep[];
};

export class StepCompiler {
  readonly problems: Problems;
  readonly given: Given;
  private readonly around: Around;
  /** Before the keys of all steps: a workflow inside of another has keys of its own. */
  private readonly prefix: string;
  /** How many steps without a number each kind has had. */
  private readonly counts = new Map<string, number>();

  constructor(problems: Problems, given: Given, around: Around, prefix = '') {
    this.problems = problems;
    this.given = given;
    this.around = around;
    this.prefix = prefix;
  }

  /** The steps of a whole workflow: first what inputs are that others say. */
  workflow(body: Statement[]): PlanStep[] {
    const defaults = this.given.computed.map(({ name, value }) =>
      this.setStep(this.nextKey('input'), name, value),
    );
    return [...defaults, ...this.body(body)];
  }

  body(body: Statement[]): PlanStep[] {
    return body.flatMap((statement) => this.steps(statement));
  }

  private steps(of: Statement): PlanStep[] {
    switch (of.kind) {
      case 'comment':
      case 'input':
        return [];
      case 'tool':
        return [this.call(of, of.tool.text, of.with)];
      case 'approval':
        return [this.approval(of)];
      case 'human':
        return [this.human(of)];
      case 'parallel':
        return this.parallel(of);
      case 'if':
        return this.choice(of);
      case 'for':
        return this.each(of);
      case 'set':
        return [this.setStep(this.keyOf(of), of.name.text, of.value)];
      case 'wait':
      case 'wait_until':
        return [this.wait(of)];
      case 'wait_event':
        return this.waitEvent(of);
      case 'run':
        return this.around.run(of, this);
      case 'on_event':
        // Done by tasks of its own, once the workflow is saved (`event/handler.ts`).
        if (!this.around.has('publish_event')) this.refuse(of, 'ON EVENT');
        return [];
      default:
        return this.spoken(of);
    }
  }

  /** Statements that tools of the language carry out. */
  private spoken(
    of: Of<
      'bot' | 'publish' | 'set_memory' | 'get_memory' | 'share_memory' | 'sync_memory' | 'talk'
    >,
  ): PlanStep[] {
    const text = (value: string): Expression => ({ kind: 'text', parts: [value], ...spanOf(of) });
    const list = (names: Name[]): Expression => ({
      ...{ kind: 'list', items: names.map((name) => text(name.text.trim())) },
      ...spanOf(of),
    });
    const record = (entries: Argument[]): Expression => ({
      ...{ kind: 'record', entries },
      ...spanOf(of),
    });
    const fields = (values: Record<string, Expression>): Argument[] =>
      Object.entries(values).map(([name, value]) => ({
        name: { text: name, ...spanOf(of) },
        value,
      }));
    const make = (
      words: string,
      tool: string,
      input: Record<string, Expression>,
      name: string,
    ): PlanStep[] => {
      if (!this.around.has(tool)) this.refuse(of, words);
      return [this.call(of, tool, fields(input), name)];
    };
    switch (of.kind) {
      case 'bot': {
        const agent = of.agent.text.trim();
        refuseUnknown(this.problems, 'agent', [of.agent], this.around.agents);
        refuseOff(this.problems, of.agent, this.around.off, 'WF406');
        const input = { agent: text(agent), instruction: of.instruction, with: record(of.with) };
        return make('BOT steps', 'ask_agent', input, agent);
      }
      case 'publish': {
        const name = of.event.text.trim();
        const input = { name: text(name), payload: record(of.with) };
        return make('PUBLISH EVENT', 'publish_event', input, `Publish ${name}`);
      }
      case 'set_memory': {
        const { key, value } = of;
        return make('SET BOT MEMORY', 'set_memory', { key, value }, `Remember ${unquoted(key)}`);
      }
      case 'get_memory': {
        const { key } = of;
        const steps = make('GET BOT MEMORY', 'get_memory', { key }, `Recall ${unquoted(key)}`);
        return steps.map((step) => ({ ...step, take: 'value' }));
      }
      case 'share_memory': {
        const key = of.key.text.trim();
        const input = { key: text(key), with: list(of.with), as: text(of.how) };
        return make('BOT SHARE MEMORY', 'share_memory', input, `Share ${key}`);
      }
      case 'sync_memory': {
        const from = of.from.text.trim();
        const input = { from: text(from) };
        return make('BOT SYNC MEMORY', 'sync_memory', input, `Take over the memory of ${from}`);
      }
      case 'talk':
        return make('TALK', 'talk', { text: this.asText(of.text) }, 'Say');
    }
  }

  /** What is said is a text, whatever it was. */
  private asText(of: Expression): Expression {
    return of.kind === 'text' ? of : { kind: 'text', parts: [of], start: of.start, end: of.end };
  }

  private call(of: Statement, tool: string, args: Argument[], name?: string): PlanStep {
    const words = tool.replaceAll(/[_-]+/g, ' ').trim();
    const shown = name ?? words.charAt(0).toUpperCase() + words.slice(1);
    const input: Record<string, unknown> = {};
    const bind: Record<string, string> = {};
    for (const { name: field, value } of args) {
      const found = this.given.know(value);
      if (found.kind === 'later') define(bind, field.text, printExpression(value));
      else define(input, field.text, found.kind === 'value' ? found.value : null);
    }
    return {
      ...this.base(of, shown, detailOf(of, args)),
      kind: 'tool',
      tool,
      input,
      ...(Object.keys(bind).length > 0 ? { bind } : {}),
      ...kept(of),
      ...('cached' in of && of.cached ? { cachedSeconds: durationSeconds(of.cached) } : {}),
      expectedMs: Math.max(1, Math.round(this.around.unitMs(tool))),
      substeps: [],
    };
  }

  private human(of: Of<'human'>): PlanStep {
    const { text, say } = this.words(of.instruction);
    const base = this.base(of, text);
    return { ...base, kind: 'human', instruction: clip(text, 2000), ...say, ...kept(of) };
  }

  private approval(of: Of<'approval'>): PlanStep {
    const { from, need, timeout, onTimeout } = of;
    const { text, say } = of.about ? this.words(of.about) : { text: '', say: {} };
    const isReject = onTimeout?.kind === 'reject';
    return {
      ...this.base(of, text || `Approval by ${names(from).join(', ')}`, text),
      kind: 'approval',
      from: names(from),
      needed: need?.value ?? 1,
      ...(timeout ? { timeoutSeconds: Math.round(durationSeconds(timeout)) } : {}),
      onTimeout: isReject ? 'reject' : 'escalate',
      escalateTo: onTimeout?.kind === 'escalate' ? names(onTimeout.to) : [],
      ...say,
      ...kept(of),
    };
  }

  private parallel(of: Of<'parallel'>): PlanStep[] {
    const labels = of.branches.map(({ label }) => label.text).join(', ');
    const base = this.base(of, `Side by side: ${labels}`);
    const branches = of.branches.map(({ body }) => this.body(body));
    // A branch can be empty where inputs have decided that nothing of it is done.
    const filled = branches.filter((branch) => branch.length > 0);
    if (filled.length === 0) return [];
    const { until, limit } = of;
    const how = {
      ...(until === joins[0] ? {} : { until }),
      ...(limit ? { limit: limit.value } : {}),
    };
    return [{ ...base, kind: 'parallel', branches: filled, ...how }];
  }

  private choice(of: Of<'if'>): PlanStep[] {
    const key = this.keyOf(of);
    const cases: { condition: Expression; body: PlanStep[] }[] = [];
    let otherwise: PlanStep[] | undefined;
    for (const { condition, body } of of.cases) {
      const found = decide(condition, this.given);
      if (found.kind === 'value') {
        const words = clip(printExpression(condition), 200);
        this.around.decided.push(found.value ? `${words}: yes` : `${words}: no`);
        if (!found.value) continue;
        otherwise = this.body(body);
        break;
      }
      cases.push({ condition, body: this.body(body) });
    }
    otherwise ??= of.otherwise ? this.body(of.otherwise) : [];
    return cases.reduceRight<PlanStep[]>((rest, { condition, body }, at) => {
      if (body.length === 0 && rest.length === 0) return [];
      const name = clip(`If ${printExpression(condition)}`, 120);
      const base = { key: at === 0 ? key : this.nextKey('if'), name, detail: '', priority };
      const expression = printExpression(condition);
      return [{ ...base, kind: 'if', condition: { expression }, do: body, otherwise: rest }];
    }, otherwise);
  }

  private each(of: Of<'for'>): PlanStep[] {
    const list = printExpression(of.list);
    const base = this.base(of, `For each ${of.item.text} in ${list}`);
    // Looked at for inputs that are missing only: the list is made when its turn has come.
    this.given.know(of.list);
    const body = this.body(of.body);
    if (body.length === 0) return [];
    const most = of.most?.value ?? 1000;
    return [{ ...base, kind: 'each', item: of.item.text, list, most, do: body }];
  }

  private setStep(key: string, name: string, value: Expression): PlanStep {
    this.given.know(value);
    const text = printExpression(value);
    const base = { key, name: clip(`${name} = ${text}`, 120), detail: '', priority };
    return { ...base, kind: 'set', as: name, value: text };
  }

  private wait(of: Of<'wait' | 'wait_until'>): PlanStep {
    if (of.kind === 'wait_until') {
      this.given.know(of.time);
      const until = printExpression(of.time);
      return { ...this.base(of, `Wait until ${until}`), kind: 'wait', until };
    }
    const found = this.given.know(of.amount);
    const words = printExpression(of.amount);
    const size = secondsOf[of.unit];
    const seconds =
      found.kind === 'value' && typeof found.value === 'number' && found.value >= 0
        ? plain(found.value * size)
        : `(${words}) * ${size}`;
    const name = `Wait ${words} ${of.unit.toLowerCase()}`;
    return { ...this.base(of, name), kind: 'wait', seconds };
  }

  private waitEvent(of: Of<'wait_event'>): PlanStep[] {
    // Whoever publishes events keeps them for whoever waits.
    if (!this.around.has('publish_event')) this.refuse(of, 'WAIT FOR EVENT');
    const { event, where, timeout, onTimeout } = of;
    const name = event.text.trim();
    if (where) this.given.know(where);
    return [
      {
        ...this.base(of, `Wait for ${name}`),
        kind: 'wait_event',
        event: name,
        ...(where ? { where: printExpression(where) } : {}),
        timeoutSeconds: timeout ? Math.max(1, Math.round(durationSeconds(timeout))) : 3600,
        onTimeout: onTimeout?.kind ?? 'reject',
        escalateTo: onTimeout?.kind === 'escalate' ? names(onTimeout.to) : [],
        ...kept(of),
      },
    ];
  }

  /** What a person reads: with its values where they are known, else as it is written and as an expression. */
  private words(of: Expression): { text: string; say: { say?: string } } {
    const found = this.given.know(of);
    if (found.kind === 'value')
      return { text: typeof found.value === 'string' ? found.value : '', say: {} };
    if (found.kind === 'missing') return { text: '', say: {} };
    return { text: unquoted(of), say: { say: printExpression(of) } };
  }

  base(of: Statement, name: string, detail = '') {
    const key = this.keyOf(of);
    return { key, name: clip(name.trim() || key, 120), detail: clip(detail, 600), priority };
  }

  /** "step-3" for STEP 3, "approval-1" for the first approval without a number. */
  private keyOf({ number, kind }: Statement): string {
    return number ? `${this.prefix}step-${number.value}` : this.nextKey(kind);
  }
  private nextKey(kind: string): string {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    return `${this.prefix}${kind}-${count}`;
  }

  private refuse(at: Span, what: string): void {
    this.problems.add('WF401', at, `This installation cannot run ${what} yet.`);
  }
}

const priority = 'medium' as const;

const spanOf = ({ start, end }: Span): Span => ({ start, end });
const names = (list: Name[]) => list.map(({ text }) => text.trim());
const kept = (of: Statement) => ('as' in of && of.as ? { as: of.as.text } : {});

function detailOf(of: Statement, args: Argument[]): string {
  if (of.kind === 'bot') return unquoted(of.instruction);
  if (of.kind === 'talk') return unquoted(of.text);
  if (of.kind === 'share_memory')
    return `With ${names(of.with).join(', ')}, as a ${of.how === 'link' ? 'link: they read what is newest' : 'copy: it is theirs from then on'}`;
  if (of.kind === 'set_memory') return unquoted(of.value);
  // The name says from whom, and what.
  if (of.kind === 'sync_memory' || of.kind === 'get_memory') return '';
  return givenOf(of.kind === 'publish' ? of.with : args);
}

/** As people read it: what is given under its own name is named once. */
const givenOf = (args: Argument[]): string =>
  args
    .map((one) =>
      printExpression(one.value) === one.name.text ? one.name.text : printArguments([one]),
    )
    .join(', ');

/** As people read it. */
function unquoted(of: Expression): string {
  const printed = printExpression(of);
  return of.kind === 'text' ? printed.slice(1, -1).replaceAll('""', '"') : printed;
}

/** A field is one whatever it is called, also "__proto__". */
function define<T>(record: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(record, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** Without an exponent, which the language does not have. */
const plain = (value: number) => value.toFixed(3).replace(/\.?0+$/, '');

/** Never in the middle of a character, which the database could not keep. */
const clip = (words: string, most: number) =>
  words.length > most ? `${words.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : words;
