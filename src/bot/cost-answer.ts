/** "What did this cost?" and "How much did we spend this month?": what calls took, as it was written down. */
import { addDays, instantOf, today } from '../apps/zone.ts';
import type { Sum } from '../db/reservation.ts';
import type { Task } from '../db/task.ts';
import { envelopeText } from '../engine/budget/envelope.ts';
import { text } from './answer.ts';
import type { CardDraft } from './card.ts';
import { costText, isNothing } from './cost.ts';

export function taskCostAnswer({ title, budget }: Task, sum: Sum): CardDraft {
  const most = budget && envelopeText(budget);
  const bound = most ? ` It may spend at most ${most}.` : '';
  if (isNothing(sum)) return text(`${title} has cost nothing so far.${bound}`);
  return text(`${title} has cost ${costText(sum)}.${bound}`);
}

export function periodCostAnswer({ name }: Period, sum: Sum): CardDraft {
  if (isNothing(sum)) return text(`Nothing was spent ${name}.`);
  return text(`Spent ${name}: ${costText(sum)}.`);
}

export type Period = { name: string; from: Date; to: Date | null };

/** Which time somebody asks about, by the clock of `timezone`; without a word for it, the month. */
export function periodOf(words: string, now: Date, timezone: string): Period {
  const day = today(now, { timezone });
  const at = (date: string) => instantOf(`${date}T00:00:00`, { timezone });
  const month = `${day.slice(0, 7)}-01`;
  if (/\btoday\b/i.test(words)) return { name: 'today', from: at(day), to: null };
  if (/\byesterday\b/i.test(words))
    return { name: 'yesterday', from: at(addDays(day, -1)), to: at(day) };
  if (/\bweek\b/i.test(words)) {
    const monday = addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));
    return /\blast\b/i.test(words)
      ? { name: 'last week', from: at(addDays(monday, -7)), to: at(monday) }
      : { name: 'this week', from: at(monday), to: null };
  }
  if (/\blast month\b/i.test(words)) {
    const before = `${addDays(month, -1).slice(0, 7)}-01`;
    return { name: 'last month', from: at(before), to: at(month) };
  }
  return { name: 'this month', from: at(month), to: null };
}
