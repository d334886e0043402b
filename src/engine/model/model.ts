/**
 * The Model port: what reads people's words. Two adapters stand behind it, rules
 * that need no network (`offline/`) and a language model. What a model returns is a
 * proposal: the engine validates it and decides.
 */
import type { AppSpec } from '../../apps/spec.ts';
import type { AgentLimits, ResultField } from '../../db/agent.ts';
import type { executionTypes, priorities } from '../../db/task.ts';
import type { Quota } from '../agent/quota.ts';
import type { Tool } from '../tools/tool.ts';
import type { Plan } from '../workflow/plan.ts';
import type { Draft, DraftData, DraftRevision, DraftWish, StandingDraft } from './draft.ts';

/** What was asked for and how sure we are of each part (F21–F24, F53). */
export type Understanding = {
  kind: 'app';
  /** "Create application". */
  action: string;
  /** "CRM", "Inventory", "Dashboard", "App". */
  type: string;
  /** "Cellphone retail". */
  domain: string;
  /** Plain plural names, in the order in which they matter: customers, products, sales. */
  impliedEntities: string[];
  /** "CRM": what people will call the task (R22). */
  shortName: string;
  spec: AppSpec;
  /** 0–1, computed from `understood` and `guessed`. */
  confidence: number;
  /** Sentences: what the words themselves said. */
  understood: string[];
  /** Sentences: what domain knowledge or defaults filled in. */
  guessed: string[];
};

/** A question back to the person, with ready-made answers that can be clicked or typed. */
export type Question = {
  kind: 'question';
  text: string;
  suggestions: string[];
  /** What this installation does not have, where no answer would help: "Requires …". */
  lacks?: string;
};

/** The same app after a change in words ("drop sales"), and what changed, one sentence each. */
export type Revision = {
  kind: 'revision';
  spec: AppSpec;
  changes: string[];
  /** What the person is to know of how it was read: that the language model was not there. */
  note?: string;
};

/** A part of a task, as it is proposed. */
export type Subtask = { title: string; executionType: (typeof executionTypes)[number] };

/** What is to be done with a task (F73–F76): build it now, divide it, or leave it to a person. */
export type Assessment = {
  executionType: Subtask['executionType'];
  /** What people are to know of how it was read: that the language model was not there. */
  note?: string;
} & (
  | { strategy: 'immediate'; found: Understanding | DraftWish }
  | { strategy: 'decompose'; subtasks: Subtask[] }
  | { strategy: 'blocked'; reason: string }
);

/** What one call of a language model took. */
export type Spent = {
  prompt: string;
  model: string;
  tokensIn: number;
  tokensOut: number;
  ms: number;
  /** The key of its reservation. */
  reservation?: string;
};

/** A call of a language model that may be made; until it is settled it counts in full. */
type Ticket = {
  key: string;
  /** The most tokens that the answer may have. */
  tokensOut: number;
  /** What it took; null where the server has not said. */
  settle(took: { tokensIn: number; tokensOut: number } | null): Promise<void>;
  /** Nothing came of it and nothing was used. */
  release(): Promise<void>;
};

/** What calls of a language model are held to: each is reserved before it is made. */
export type Budget = {
  /**
   * @param wanted the answer may be shortened down to `leastOut` tokens
   * @throws FactotumError LIMIT when it does not fit: it is not made then
   */
  reserve(wanted: {
    prompt: string;
    model: string;
    tokensIn: number;
    tokensOut: number | undefined;
    leastOut: number;
  }): Promise<Ticket>;
};

export type Context = {
  now: Date;
  locale: string;
  currency: string;
  timezone: string;
  /** Told of each call of a language model that reading took; rules take none. */
  spent?: (spent: Spent) => void;
  /** Each of these calls is held to it; without one to nothing. */
  budget?: Budget;
};

/** What somebody wrote, and who, as far as it is known. */
export type Said = { text: string; author?: string };

/** When something is due, in the words that were used and as a day where the person is. */
export type Due = {
  text: string;
  /** 'YYYY-MM-DD' in the person's time zone. */
  date: string;
  /** 'HH:MM' there; undefined when only a day was named. */
  time?: string;
  /** The moment; the end of the day when no time was named. */
  at: Date;
};

/** A task that was found in what somebody wrote. What was not said is undefined (F36–F39). */
export type FoundTask = {
  title: string;
  /** A name as it was written, or the author's. */
  assignee?: string;
  /** Who said it, as it was written, where the text is a thread of several. */
  author?: string;
  due?: Due;
  urgency?: (typeof priorities)[number];
  executionType: Subtask['executionType'];
  /** The exact words it was found in: a part of the text. */
  quote: string;
  /** 0–1 */
  confidence: number;
};

/** A plan after a change in words ("send it to web:sales", "leave out the report"). */
export type PlanRevision = { kind: 'revision'; plan: Plan; changes: string[] };
export type PlanRevisionContext = {
  /** The step that failed, where one did: what is said without naming a step is about it. */
  failedKey: string | undefined;
  tools: ReadonlyMap<string, Tool>;
  /** The id of who says it, for "ask me". */
  me?: string;
  spent?: Context['spent'];
  budget?: Context['budget'];
};

/** What became of a call that a model wanted: what it gave, or why it was not made, in words for the model. */
export type Called = { gave: unknown } | { refused: string; isWrong: boolean };

/** A function that a model may call. Whether it may is decided by `call`, not by the model. */
export type Callable = {
  name: string;
  description: string;
  /** JSON Schema of its arguments. */
  parameters: Record<string, unknown>;
  /** @throws what ends the whole work */
  call(given: unknown): Promise<Called>;
};

/** What an agent is to do. */
export type Assignment = {
  agent: string;
  /** What whoever looks after the workspace has told it. */
  instructions: string;
  /** Data: the instruction of the moment and what comes with it. */
  said: unknown;
  callables: Callable[];
  /** Fields that it answers with, besides a text. */
  fields: ResultField[];
  steps: AgentLimits['steps'];
  quota: Quota;
};

export interface Model {
  /**
   * Reads a description of an app. Never throws on any text: what it cannot read becomes a question.
   * @throws NOT_READY, like the others, when the program stops before there is an answer
   */
  understand(text: string, context: Context): Promise<Understanding | Question>;
  /** Applies a change in words to a proposed app. */
  revise(spec: AppSpec, change: string, context: Context): Promise<Revision | Question>;
  /** Applies a change in words to a plan that is no app's: another field, another tool, other input. */
  revisePlan(
    plan: Plan,
    change: string,
    context: PlanRevisionContext,
  ): Promise<PlanRevision | Question>;
  /** Decides whether a task can be executed here. Never throws on any text. */
  assess(text: string, context: Context): Promise<Assessment>;
  /**
   * Finds the tasks in a message, a thread, meeting notes or a pasted e-mail, in the order in which they stand
   * there, the same one once. Never throws on any text.
   */
  extract(said: Said, context: Context): Promise<FoundTask[]>;
  /**
   * The same for messages of a thread, each read as its author's and by its own words alone: nothing that one says
   * is found in another. Never throws on any text.
   * @returns for each message what was found in it
   */
  extractEach(said: Said[], context: Context): Promise<FoundTask[][]>;
  /**
   * Does what an agent is to do, in steps, by calling functions. Rules cannot.
   * @returns its text and its fields, null where one is not known
   * @throws LIMIT when it does not come to an end, INVALID when it says nothing of use, UPSTREAM when it is not there
   */
  carryOut?(
    assignment: Assignment,
    about: { signal: AbortSignal; spent: (spent: Spent) => void; budget?: Budget },
  ): Promise<Record<string, unknown>>;
  /**
   * Writes a text from what was said and nothing else: what is not known is marked as `blank` does, and the
   * recipient is the person's own word.
   */
  draft(wish: DraftWish, data: DraftData, context: Context): Promise<Draft | Question>;
  /** Applies a change in words to a text ("make it shorter", "say Tuesday instead of Monday"). */
  redraft(
    standing: StandingDraft,
    change: string,
    context: Context,
  ): Promise<DraftRevision | Question>;
}
