/** Statements → steps of a plan, one by one. */
import {
  blocksOf,
  type Expression,
  joins,
  type Name,
  type Statement,
  statementsIn,
} from './ast.ts';
import { conditionsOf, decide } from './compile-condition.ts';
import type { Value } from './function.ts';
import type { Given } from './given.ts';
import { durationSeconds } from './parse-name.ts';
import type { Comparison as Condition, PlanStep } from './plan.ts';
import { printArguments, printExpression } from './print-expression.ts';
import type { Problems } from './problem.ts';
import type { Span } from './source.ts';
import { setBy, variableKey } from './visit.ts';

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

/** What the engine has no step for. */
const notYet: Partial<Record<Statement['kind'], string>> = {
  bot: 'BOT steps',
  for: 'FOR EACH',
  set: 'SET',
  wait: 'WAIT',
  wait_until: 'WAIT UNTIL',
  wait_event: 'WAIT FOR EVENT',
  publish: 'PUBLISH EVENT',
  on_event: 'ON EVENT',
  set_memory: 'SET BOT MEMORY',
  get_memory: 'GET BOT MEMORY',
  share_memory: 'BOT SHARE MEMORY',
  sync_memory: 'BOT SYNC MEMORY',
  run: 'RUN WORKFLOW',
  talk: 'TALK',
};

export class StepCompiler {
  /** The conditions that inputs have decided, as sentences. */
  readonly decided: string[] = [];
  private readonly problems: Problems;
  private readonly given: Given;
  private readonly unitMs: (tool: string) => number;
  private readonly results = new Map<string, string>();
  /** How many steps without a number each kind has had. */
  private readonly counts = new Map<string, number>();
  /** How many places set each variable: which one did is not known where there are several. */
  private readonly setters = new Map<string, number>();

  constructor(problems: Problems, given: Given, unitMs: (tool: string) => number) {
    this.problems = problems;
    this.given = given;
    this.unitMs = unitMs;
  }

  /** The steps of a whole workflow. */
  workflow(body: Statement[]): PlanStep[] {
    for (const { text } of statementsIn(body).flatMap(setBy)) {
      const key = variableKey(text);
      this.setters.set(key, (this.setters.get(key) ?? 0) + 1);
    }
    return this.body(body);
  }

  private body(body: Statement[]): PlanStep[] {
    return body.flatMap((statement) => this.statement(statement));
  }

  private statement(of: Statement): PlanStep[] {
    const steps = this.steps(of);
    const [first] = steps;
    for (const name of setBy(of)) {
      const key = variableKey(name.text);
      if (first && this.setters.get(key) === 1) this.results.set(key, first.key);
    }
    return steps;
  }

  private steps(of: Statement): PlanStep[] {
    switch (of.kind) {
      case 'comment':
      case 'input':
        return [];
      case 'tool':
        return [this.tool(of)];
      case 'approval':
        return [this.approval(of)];
      case 'human': {
        const instruction = this.text(of.instruction);
        return [
          { ...this.base(of, instruction), kind: 'human', instruction: clip(instruction, 2000) },
        ];
      }
      case 'parallel':
        return this.parallel(of);
      case 'if':
        return this.choice(of);
      default:
        this.refuse(of, notYet[of.kind] ?? of.kind);
        for (const block of blocksOf(of)) this.body(block);
        return [];
    }
  }

  private tool(of: Of<'tool'>): PlanStep {
    if (of.cached) this.refuse(of.cached, 'CACHED FOR');
    const words = of.tool.text.replaceAll(/[_-]+/g, ' ').trim();
    return {
      ...this.base(of, words.charAt(0).toUpperCase() + words.slice(1), printArguments(of.with)),
      kind: 'tool',
      tool: of.tool.text,
      input: Object.fromEntries(of.with.map(({ name, value }) => [name.text, this.value(value)])),
      expectedMs: Math.max(1, Math.round(this.unitMs(of.tool.text))),
      substeps: [],
    };
  }

  private approval(of: Of<'approval'>): PlanStep {
    const { from, need, timeout, onTimeout } = of;
    const names = (list: Name[]) => list.map(({ text }) => text.trim());
    const about = of.about ? this.text(of.about) : '';
    const isReject = onTimeout?.kind === 'reject';
    return {
      ...this.base(of, about || `Approval by ${names(from).join(', ')}`, about),
      kind: 'approval',
      from: names(from),
      needed: need?.value ?? 1,
      ...(timeout ? { timeoutSeconds: Math.round(durationSeconds(timeout)) } : {}),
      onTimeout: isReject ? 'reject' : 'escalate',
      escalateTo: onTimeout?.kind === 'escalate' ? names(onTimeout.to) : [],
    };
  }

  private parallel(of: Of<'parallel'>): PlanStep[] {
    const [all] = joins;
    if (of.until !== all) this.refuse(of, `PARALLEL ${of.until.toUpperCase()}`);
    if (of.limit) this.refuse(of.limit, 'PARALLEL … LIMIT');
    const labels = of.branches.map(({ label }) => label.text).join(', ');
    const base = this.base(of, `Side by side: ${labels}`);
    const branches = of.branches.map(({ body }) => this.body(body));
    // A branch can be empty where inputs have decided that nothing of it is done.
    const filled = branches.filter((branch) => branch.length > 0);
    return filled.length === 0 ? [] : [{ ...base, kind: 'parallel', branches: filled }];
  }

  private choice(of: Of<'if'>): PlanStep[] {
    const key = this.keyOf(of);
    const cases: { condition: Expression; parts: Condition[]; body: PlanStep[] }[] = [];
    let otherwise: PlanStep[] | undefined;
    for (const { condition, body } of of.cases) {
      const found = decide(condition, this.given);
      if (found.kind === 'value') {
        const words = clip(printExpression(condition), 200);
        this.decided.push(found.value ? `${words}: yes` : `${words}: no`);
        if (!found.value) continue;
        otherwise = this.body(body);
        break;
      }
      const parts = found.kind === 'later' ? this.conditions(condition) : [];
      cases.push({ condition, parts, body: this.body(body) });
    }
    otherwise ??= of.otherwise ? this.body(of.otherwise) : [];
    return cases.reduceRight<PlanStep[]>(
      (rest, { condition, parts, body }, at) =>
        this.nested(parts, body, rest, condition, at === 0 ? key : this.nextKey('if')),
      otherwise,
    );
  }

  /** `a AND b` without ELSE is an IF in an IF. With ELSE its steps would be in the plan twice. */
  private nested(
    [first, ...others]: Condition[],
    body: PlanStep[],
    otherwise: PlanStep[],
    at: Expression,
    key: string,
  ): PlanStep[] {
    if (!first || (body.length === 0 && otherwise.length === 0)) return [];
    if (others.length > 0 && otherwise.length > 0) this.refuse(at, 'AND in an IF with ELSE');
    if (body.length === 0) this.refuse(at, 'an IF with steps behind ELSE only');
    const inner = others.length > 0 ? this.nested(others, body, [], at, this.nextKey('if')) : body;
    const name = clip(`If ${printExpression(at)}`, 120);
    const base = { key, name, detail: '', priority: 'medium' as const };
    return [{ ...base, kind: 'if', condition: first, do: inner, otherwise }];
  }

  private conditions(condition: Expression): Condition[] {
    const parts = conditionsOf(condition, this.given, this.results);
    if (parts) return parts;
    this.refuse(
      condition,
      'this condition',
      'Compare one field of a result with a value; join with AND.',
    );
    return [];
  }

  private value(expression: Expression): Value {
    const found = this.given.know(expression);
    if (found.kind === 'value') return found.value;
    if (found.kind === 'later') this.refuse(expression, 'a value from an earlier step here');
    return null;
  }

  private text(expression: Expression): string {
    const value = this.value(expression);
    return typeof value === 'string' ? value : '';
  }

  private base(of: Statement, name: string, detail = '') {
    const key = this.keyOf(of);
    return {
      key,
      name: clip(name.trim() || key, 120),
      detail: clip(detail, 600),
      priority: 'medium' as const,
    };
  }

  /** "step-3" for STEP 3, "approval-1" for the first approval without a number. */
  private keyOf({ number, kind }: Statement): string {
    return number ? `step-${number.value}` : this.nextKey(kind);
  }
  private nextKey(kind: string): string {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    return `${kind}-${count}`;
  }

  private refuse(at: Span, what: string, hint?: string): void {
    this.problems.add('WF401', at, `This installation cannot run ${what} yet.`, hint);
  }
}

/** Never in the middle of a character, which the database could not keep. */
const clip = (words: string, most: number) =>
  words.length > most ? `${words.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : words;
