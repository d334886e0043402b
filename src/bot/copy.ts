/** Where a task's cards stand besides its conversation: with each person whom they concern, alone. Pure. */
import { isNamed, type Person } from '../db/person.ts';
import type { TaskView } from '../engine/view.ts';
import type { CardDraft } from './card.ts';
import { newsOf } from './news.ts';
import { quietUntil, wants } from './quiet.ts';
import type { WantedCard } from './task-card.ts';

export type Copy = { key: string; channel: string; conversation: string; draft: CardDraft };
type Copies = {
  copies: Copy[];
  /** The end of the quiet hours of somebody who is told nothing now. */
  later: Date | undefined;
};

/** One key may stand in several places; each is a message of its own, closed like the others (PAINS 6). */
export const nameOf = ({ key, channel, conversation }: Omit<Copy, 'draft'>): string =>
  [key, channel, conversation].join('\n');

/**
 * Everybody who may have to be told something about a task.
 * @param rings whether its channel can reach people alone: then whoever asked for it is told too
 */
export function concerned(view: TaskView, wanted: WantedCard[], rings: boolean): string[] {
  const asked = wanted.flatMap((card) => card.people ?? []);
  return [...new Set([...asked, ...(rings ? [view.task.requestedBy] : [])])];
}

/** Where nobody is named, whoever asked for the task decides. */
const askedOf = ({ task }: TaskView, { people }: WantedCard): string[] =>
  people?.length === 0 ? [task.requestedBy] : (people ?? []);

/**
 * @param rings as above
 * @param standing the names of the cards that are shown already: they are kept, whatever the hour
 */
export function copiesOf(
  view: TaskView,
  wanted: WantedCard[],
  people: Person[],
  {
    now,
    zone,
    rings,
    standing,
  }: {
    now: Date;
    zone: string;
    rings: boolean;
    standing: ReadonlySet<string>;
  },
): Copies {
  const { channel, conversation } = view.task;
  const quiet: Date[] = [];
  const isAwake = (person: Person): boolean => {
    const until = quietUntil(person, now, zone);
    if (until) quiet.push(until);
    return until === undefined;
  };
  const copies = wanted.flatMap((card): Copy[] => {
    const { key, draft } = card;
    const asked = rings ? askedOf(view, card) : (card.people ?? []);
    const places = people
      .filter((person) => asked.some((name) => isNamed(person, name)))
      .filter((person) => !isHome(person, channel, conversation))
      .map((person) => ({ person, copy: { key, draft, ...placeOf(person) } }))
      .filter(
        ({ person, copy }) =>
          // Nobody is told of what is decided already; only a card that asks has a notice.
          standing.has(nameOf(copy)) ||
          (draft.notice !== undefined && wants(person, 'decision') && isAwake(person)),
      );
    return [{ key, draft, channel, conversation }, ...places.map(({ copy }) => copy)];
  });
  const news = rings ? newsOf(view) : undefined;
  const told = people.filter(
    (person) => person.channel === channel && person.id === view.task.requestedBy,
  );
  for (const person of news ? told : []) {
    if (!news || !wants(person, news.kind)) continue;
    const isAtHome = isHome(person, channel, conversation);
    // There the cards themselves ring: the first of the progress, the result, the error.
    if (isAtHome && (news.kind === 'result' || news.key.endsWith(':started'))) continue;
    const place = isAtHome ? { channel, conversation } : placeOf(person);
    const { key, text } = news;
    const copy = { key, draft: { kind: 'text' as const, title: '', text, notice: text }, ...place };
    if (standing.has(nameOf(copy)) || isAwake(person)) copies.push(copy);
  }
  const later = quiet.length > 0 ? new Date(Math.min(...quiet.map(Number))) : undefined;
  return { copies, later };
}

const placeOf = ({ channel, conversation }: Person) => ({ channel, conversation });

/** The task's conversation is the one with that person, or a thread in it. */
const isHome = (person: Person, channel: string, conversation: string): boolean =>
  person.channel === channel &&
  (conversation === person.conversation || conversation.startsWith(`${person.conversation}:`));
