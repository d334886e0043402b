/**
 * The Tool port: data plus `run`. What a tool does to the world is declared, so that policy, cards,
 * dry run, recovery and undo can decide without knowing the tool.
 */
import type { z } from 'zod';
import type { Database } from '../../db/client.ts';
import type { Scope } from '../../db/opening.ts';
import type { Effect } from '../../db/policy.ts';
import { hideValues, redact, secretsIn } from '../../redact.ts';
import type { Quota } from '../agent/quota.ts';
import type { Budget, Model, Spent } from '../model/model.ts';
import type { Plan } from '../workflow/plan.ts';

/** How a tool reaches out of the database. A dry run has one that writes down instead of sending. */
export type Outside = {
  /** Says something in a conversation; the same `key` is said once. `to` is "channel:conversation". */
  send(message: { key: string; to: string; text: string }): Promise<void>;
  /** Tells whoever waits for an event of that name; the same `key` is one event. @returns its id, null in a dry run */
  publish(event: { key: string; name: string; payload: unknown }): Promise<string | null>;
};

/** What became of a call on behalf of an agent. */
export type Delegated =
  | { kind: 'done'; output: unknown }
  /** It is a person's to decide, or not allowed at all. */
  | { kind: 'proposed' | 'refused'; why: string };

/** What a tool may have done by agents, on behalf of its step. */
export type Delegate = {
  model: Model;
  tools: ReadonlyMap<string, Tool>;
  /** Those who ask, the first one first; empty for the step itself. */
  chain: readonly string[];
  /** What the one who asks has left to spend. */
  quota: Quota | undefined;
  /** Told of every call of a language model; it is written down for the task. */
  spent(spent: Spent): void;
  /** What calls of a language model are held to. */
  budget: Budget;
  /** What would become of calls of these tools, as the policies are now. */
  foresee(tools: Tool[]): Promise<Map<string, Delegated['kind']>>;
  /**
   * Calls another tool, if it may be called without asking anybody. It is written down before; a repetition after
   * an interruption does not call it again.
   * @throws Overtaken when the task was given up; what the tool throws
   */
  call(wanted: {
    agent: string;
    tool: Tool;
    input: unknown;
    quota: Quota | undefined;
    /** Ends it before its time. */
    signal: AbortSignal;
  }): Promise<Delegated>;
};

export type ToolContext = {
  db: Database;
  scope: Scope;
  taskId: string;
  /** Set in a dry run: whatever is made belongs to this run, is never live and goes with it. */
  rehearsalRunId: string | null;
  /** The same for every try of this call. */
  idempotencyKey: string;
  /** What the plan works on; each tool parses the part that it needs. */
  subject: Plan['subject'];
  /** Aborted when the task is cancelled, the step's time is over, or the program stops. */
  signal: AbortSignal;
  outside: Outside;
  /**
   * Runs one part of the work and records it as done. A part that an earlier try has
   * completed is not run again.
   */
  substep: (name: string, work: () => Promise<void>) => Promise<void>;
  renderPage: (path: string) => Promise<{ status: number; body: string }>;
  /** Undefined where no step of a run is worked on. */
  delegate?: Delegate;
};

/** What a person is shown before it happens: sentences, and what it costs. */
type Preview = { lines: string[]; impact: string | null };

/** What taking back found: done, or left alone because somebody has worked with it since. */
export type UndoResult = { outcome: 'reversed' | 'kept'; note: string };
export type UndoContext = Pick<ToolContext, 'db' | 'scope' | 'taskId' | 'subject'> & {
  /** What the call gave. */
  output: unknown;
  finishedAt: Date;
  /** Take it back although somebody has worked with it since. */
  force: boolean;
};

export type Tool<Input = unknown, Output = unknown> = {
  name: string;
  description: string;
  effect: Effect;
  /** Whether repeating a call that may have happened is harmless. Otherwise a person is asked. */
  idempotent: boolean;
  /**
   * How long one part takes before there is any history, in milliseconds. Where that is short, a repetition is
   * harmless and the effect is `read` or `write`, a call without parts is written down together with what it gave.
   */
  unitMs: number;
  /** After this many milliseconds a call has failed: a step that never returns is not waited for. */
  limitMs: number;
  /** The input field that says which agent it is about. An agent that calls it is that one, whatever its model says. */
  self?: string;
  /** Top-level input fields that are never shown, logged or given to a model; what a call gives or says is without them. */
  secrets: readonly string[];
  input: z.ZodType<Input>;
  output: z.ZodType<Output>;
  preview(input: Input, subject: unknown): Preview;
  /** Whom a call reaches, for policies and standing approvals. */
  recipients(input: Input): string[];
  /** The part of the plan's subject that its work depends on: unchanged means that it need not be done again. */
  basis(input: Input, subject: unknown): unknown;
  /**
   * What it has changed that is no part of an app: lines as `effectBetween` makes them, the same of a dry run and of the
   * real one where both do the same.
   */
  changes(input: Input, output: Output): string[];
  /**
   * How it is taken back, or why it cannot be: "Cannot be undone: it was read." `what` says what taking
   * back does: "Removes the app and its tables." `run` leaves alone what somebody has worked with since,
   * unless `force`, and may be repeated: after a crash it is called again for what is already gone.
   */
  undo: { can: false; why: string } | { can: true; what: string; run: Undoing };
  run(context: ToolContext, input: Input): Promise<Output>;
};
type Undoing = (context: UndoContext) => Promise<UndoResult>;

type Told = 'preview' | 'recipients' | 'basis' | 'changes' | 'undo';
type Optional = 'limitMs' | 'self' | 'secrets' | Told;
type Definition<Input, Output> = Omit<Tool<Input, Output>, Optional> &
  Partial<Pick<Tool<Input, Output>, Optional>>;

const tenMinutes = 600_000;

/**
 * Fills in what most tools have in common and forgets the types of input and output, which are
 * checked at run time.
 */
export function defineTool<Input, Output>(tool: Definition<Input, Output>): Tool {
  const { preview, recipients, basis, changes, run, secrets = [] } = tool;
  return {
    limitMs: tenMinutes,
    secrets: [],
    undo: { can: false, why: 'Cannot be undone.' },
    ...tool,
    preview: (input, subject) => {
      try {
        if (preview) return preview(redact(tool.input.parse(input), secrets), subject);
      } catch {
        // Work that cannot be described cannot be done either: the call itself will say why.
      }
      return { lines: [tool.description], impact: null };
    },
    recipients: (input) => recipients?.(tool.input.parse(input)) ?? [],
    basis: (input, subject) => (basis ? basis(tool.input.parse(input), subject) : subject),
    changes: (input, output) =>
      changes?.(redact(tool.input.parse(input), secrets), tool.output.parse(output)) ?? [],
    run: async (context, input) => {
      const told = secretsIn(input, secrets);
      try {
        const output = await run(context, tool.input.parse(input));
        return hideValues(tool.output.parse(output), told);
      } catch (error) {
        throw withoutSecrets(error, told);
      }
    },
  };
}

/** The same error, so that whoever sorts errors by class and code still can, but without these words. */
function withoutSecrets(error: unknown, told: string[], depth = 0): unknown {
  if (!(error instanceof Error)) return hideValues(error, told);
  for (const name of ['message', 'stack'] as const) {
    const words = error[name];
    const shown = words && hideValues(words, told);
    // Defined anew: some errors of the platform have a message that cannot be assigned.
    if (shown !== words) Object.defineProperty(error, name, { value: shown, configurable: true });
  }
  if (depth < 5 && error.cause !== undefined)
    error.cause = withoutSecrets(error.cause, told, depth + 1);
  return error;
}
