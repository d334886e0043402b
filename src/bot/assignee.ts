/** Whom a name in a text means: somebody of the workspace, if it can only be one. Nobody is guessed. */
import { FactotumError } from '../errors.ts';
import type { Bot, Fellow, Fellows, Place } from './bot.ts';

export type Match =
  | { kind: 'one'; person: Fellow }
  /** Several can be meant, or one of those that are known. */
  | { kind: 'many'; people: Fellow[] }
  /** Nobody of the workspace is called so. */
  | { kind: 'none' }
  /** The channel knows no people: a name is what was written. */
  | { kind: 'unknown' };

/** More are not told apart by buttons. */
const mostChoices = 5;

/** Those of the conversation's workspace; undefined where the channel knows none, or they cannot be read now. */
export async function fellowsAt(
  { channels, engine }: Bot,
  place: Place & { channel: string },
): Promise<Fellows | undefined> {
  try {
    return await channels.get(place.channel)?.fellows?.(place);
  } catch (error) {
    if (!(error instanceof FactotumError)) throw error;
    engine.log.warn('assignee.unread', { why: error.message });
    return undefined;
  }
}

/** @param name as it was written: "Ann", "@ann", "Ann Smith", "@U0123", or an id */
export function matchPerson(name: string, fellows: Fellows | undefined): Match {
  if (!fellows) return { kind: 'unknown' };
  const { people, isAll } = fellows;
  const wanted = bare(name);
  const byId = people.find(({ id }) => id === wanted);
  if (byId) return { kind: 'one', person: byId };
  const words = normal(wanted);
  if (words === '') return { kind: 'none' };
  const namesOf = ({ name: full, aliases }: Fellow) => [full, ...aliases].map(normal);
  const called = people.filter((person) => namesOf(person).includes(words));
  const found =
    called.length > 0
      ? called
      : people.filter((person) => namesOf(person).some((one) => one.startsWith(`${words} `)));
  const [first, ...others] = found;
  if (!first) return { kind: 'none' };
  // Among those who were not read there may be another one of that name.
  if (others.length === 0 && isAll) return { kind: 'one', person: first };
  return { kind: 'many', people: found.slice(0, mostChoices) };
}

/** What a task is assigned to: a person's id, or the name as it was written; nobody where that is not clear. */
export function assigneeOf(match: Match, name: string): string | undefined {
  if (match.kind === 'one') return match.person.id;
  // An id of nobody here is of another company, or made up.
  return match.kind === 'many' || isIdLike(name) ? undefined : name.trim().replace(/^@/, '');
}

/** Whether a platform wrote it, and not a person: an id that means nothing to a reader. */
const isIdLike = (name: string): boolean =>
  /^(?:[TE][A-Z0-9]+\/)?[UW][A-Z0-9]{6,}$/.test(bare(name)) ||
  /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(bare(name));

/** The text with the names of those whose ids stand in it. */
export function withNames(text: string, fellows: Fellows | undefined): string {
  if (!fellows) return text;
  const names = new Map(fellows.people.map(({ id, name }) => [id, name]));
  return text.replace(/<?@([UW][A-Z0-9]{6,})>?/g, (whole, id) => names.get(id) ?? whole);
}

/** Behind "@", without the brackets of a mention. */
const bare = (name: string) => name.trim().replace(/^<?@?([^<>]*)>?$/, '$1');

const normal = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
