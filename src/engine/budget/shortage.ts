/** Whether a call fits into what is left, and for which bound it does not. Pure. */
import type { Standing, Sum } from '../../db/reservation.ts';
import type { TaskBudget } from '../../db/task.ts';
import { FactotumError } from '../../errors.ts';
import { type Bound, boundText, type Envelope } from './envelope.ts';
import { costOf } from './price.ts';
import { type BudgetSettings, type DayLimit, priceOf } from './settings.ts';

export type Wanted =
  /** The answer may be shorter than `tokensOut`, but not shorter than `leastOut`. */
  | { kind: 'model'; tokensIn: number; tokensOut: number; leastOut: number }
  | { kind: 'message'; messages: number };

export type Shortage = {
  scope: 'task' | 'person' | 'workspace';
  what: Bound;
  /** By how much the call goes beyond it. */
  lacks: number;
  most: number;
  /** Whose: the name of the task, or the person. */
  name: string;
  /** The task above whose bound it is. */
  taskId?: string;
  /** Of a day: when the next one begins. */
  until?: Date;
  /** In which zone a day is one. */
  zone?: string;
};

export type Grant = { tokensOut: number; microdollars: number } | { shortage: Shortage };

type Place = Pick<Shortage, 'scope' | 'name' | 'until' | 'zone' | 'taskId'> & {
  limit: DayLimit;
  sum: Sum;
};

/** The bounds that a call is held to: its task's, that of what the task is a part of, the person's day and the workspace's. */
export function placesOf(standing: Standing, person: string, settings: BudgetSettings): Place[] {
  const { tasks, own, tree, dayEnds: until, zone } = standing;
  const first = tasks[0];
  const root = tasks.at(-1);
  const name = first?.requestedBy ?? person;
  const place = (task: typeof first, sum: Sum, budget: Envelope | null): Place[] =>
    task && budget ? [{ scope: 'task', name: task.shortName, limit: budget, sum }] : [];
  const parent = root && root.id !== first?.id ? root : undefined;
  return [
    ...place(first, own, first?.budget ?? settings.task),
    ...place(parent, tree, parent?.budget ?? null).map((one) => ({
      ...one,
      ...(parent ? { taskId: parent.id } : {}),
    })),
    { scope: 'person', name, limit: settings.personDay, sum: standing.person, until, zone },
    {
      ...{ scope: 'workspace', name: 'this workspace', limit: settings.workspaceDay, until, zone },
      sum: standing.workspace,
    },
  ];
}

export function grantOf(wanted: Wanted, places: Place[], settings: BudgetSettings): Grant {
  if (wanted.kind === 'message') {
    for (const place of places) {
      const short = lacking(place, 'messages', place.sum.messages + wanted.messages);
      if (short) return { shortage: short };
    }
    return { tokensOut: 0, microdollars: 0 };
  }
  const price = priceOf(settings);
  const { tokensIn, leastOut } = wanted;
  const leastCost = costOf(tokensIn, leastOut, price);
  let { tokensOut } = wanted;
  for (const place of places) {
    const { sum, limit } = place;
    const used = sum.tokensIn + sum.tokensOut;
    const short =
      lacking(place, 'tokens', used + tokensIn + leastOut) ??
      lacking(place, 'microdollars', sum.microdollars + leastCost);
    if (short) return { shortage: short };
    if (limit.tokens !== undefined) tokensOut = Math.min(tokensOut, limit.tokens - used - tokensIn);
    if (limit.microdollars !== undefined && price.output > 0) {
      const left = limit.microdollars - sum.microdollars - costOf(tokensIn, 0, price);
      tokensOut = Math.min(tokensOut, Math.floor((left * 1_000_000) / price.output));
    }
  }
  // Two roundings up may meet at the very edge.
  tokensOut = Math.max(leastOut, tokensOut);
  return { tokensOut, microdollars: costOf(tokensIn, tokensOut, price) };
}

function lacking(
  { limit, ...place }: Place,
  what: 'tokens' | 'microdollars' | 'messages',
  total: number,
): Shortage | undefined {
  const most = limit[what];
  if (most === undefined || total <= most) return undefined;
  const { sum: _, ...where } = place;
  return { ...where, what, most, lacks: total - most };
}

/** "CRM may spend at most 20,000 tokens, and the next call could go beyond that." */
export function shortageText({ scope, what, most, name, until, zone }: Shortage): string {
  const limit = `${boundText(what, most)}${what === 'tokens' ? ' of the language model' : ''}`;
  if (scope === 'task')
    return `${name} may spend at most ${limit}, and what comes next could go beyond that`;
  const whose = scope === 'person' ? `${name} may spend` : 'this workspace may spend';
  const ends = until ? `; the next day begins at ${momentText(until, zone)}` : '';
  return `${whose} at most ${limit} a day, and what comes next could go beyond that${ends}`;
}

const momentText = (at: Date, timeZone = 'UTC'): string =>
  `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at)} (${timeZone})`;

/** As it is kept with the task that waits. */
export const stopOf = ({
  scope,
  what,
  lacks,
  until,
  taskId,
}: Shortage): NonNullable<TaskBudget['stop']> => ({
  ...{ scope, what, lacks },
  ...(taskId ? { taskId } : {}),
  ...(until ? { until: until.toISOString() } : {}),
});

/** A call was not made, since it could have gone beyond what may be spent. Its message is the part of a sentence. */
export class BudgetSpent extends FactotumError {
  readonly shortage: Shortage;

  constructor(shortage: Shortage) {
    super('LIMIT', shortageText(shortage));
    this.shortage = shortage;
  }
}
