/**
 * People on cards. Ids in our own sentences are shown as names; a mention, which rings, is an entity
 * that only this file makes, for those alone whom the caller wants to ring.
 */
import type { Mention } from './element.ts';
import { limits } from './limits.ts';
import { cut, tidy } from './text.ts';

export type Person = {
  /** As Factotum knows them: the Entra object id, or what another channel calls them. */
  id: string;
  /** As Teams shows them. */
  name: string;
  /** What Teams calls them towards this bot: `29:…`. Refreshing needs it. */
  mri?: string;
};
/** By whatever cards call them: ids, and the e-mail addresses that plans name approvers by. */
export type People = ReadonlyMap<string, Person>;

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** Ids of Entra and of Slack; whoever is called by a word keeps it, it may stand there as a word. */
const ids = /(?<![\w-])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[UW][A-Z0-9]{8,})(?![\w-])/gi;

/** The text with the names of the people whose ids stand in it. */
export const withNames = (text: string, people: People): string =>
  text.replace(ids, (id) => people.get(id)?.name ?? people.get(id.toLowerCase())?.name ?? id);

/** The ids that stand in a text, in lower case where they are of Entra. */
export const idsIn = (text: string): string[] =>
  [...new Set(text.match(ids) ?? [])].map((id) => (guid.test(id) ? id.toLowerCase() : id));

/** "…, … (2 have to agree)": who the card says decides, as it calls them. */
export function decidersIn(value: string): string[] {
  const names = value.replace(/ \([^()]*\)$/, '').split(', ');
  return names.filter((name) => name !== '' && name !== 'Whoever may steer this task');
}

/**
 * The mentions of those who can be mentioned, and the line that has to stand in the card with them:
 * Teams refuses a mention whose text is not there.
 */
export function mentionsOf(
  ring: readonly string[],
  people: People,
): { line: string; entities: Mention[] } {
  const taken = new Set<string>();
  const entities = [...new Set(ring)].flatMap((id): Mention[] => {
    const person = people.get(id);
    const target = person?.mri ?? (guid.test(id) ? id : undefined);
    if (!person || !target) return [];
    const name = cut(tidy(person.name).trim(), limits.name) || 'you';
    return [{ type: 'mention', text: tagOf(name, taken), mentioned: { id: target, name } }];
  });
  return { line: entities.map(({ text }) => text).join(' '), entities };
}

/** Two people of one name need two tags. A name has no signs that could end the tag or format it. */
function tagOf(name: string, taken: Set<string>): string {
  const words = name.replace(/[^\p{L}\p{M}\p{N} .,'’-]/gu, '').trim() || 'you';
  let tag = `<at>${words}</at>`;
  for (let count = 2; taken.has(tag); count += 1) tag = `<at>${words} ${count}</at>`;
  taken.add(tag);
  return tag;
}
