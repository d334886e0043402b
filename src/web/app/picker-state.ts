/**
 * What a relation picker sends, made into ids. With scripts the picker sends an id;
 * without, it sends the words that were typed, which are looked up here.
 */
import { pickRecords } from '../../apps/query.ts';
import { getRecord, type Input } from '../../apps/record.ts';
import type { Entity, FieldOf } from '../../apps/spec.ts';
import { entityOf } from '../../apps/spec.ts';
import type { Link } from '../../apps/value.ts';
import type { ListState } from './list-state.ts';
import { type Context, single } from './request.ts';

export type Pick = {
  links: Link[];
  /** Several records fit the words: the person chooses. */
  matches: Link[];
  error?: string | undefined;
};

/** The most that are offered when words fit several records. */
const mostMatches = 8;

/** Reads the inputs that `<Picker name={name}>` sends. */
export async function readPick(
  context: Context,
  field: FieldOf<'relation'>,
  body: Input,
  name: string,
): Promise<Pick> {
  const ids = [body[name] ?? []].flat().filter(Boolean);
  const chosen = single(body[`${name}.choice`]);
  const text = single(body[`${name}.text`]).trim();
  const shown = single(body[`${name}.shown`]);
  const kept = field.many ? [...ids] : [];

  if (chosen) return { links: await titled(context, field.to, [...kept, chosen]), matches: [] };
  if (body[`${name}.text`] === undefined || (!field.many && ids[0] && text === shown)) {
    return {
      links: await titled(context, field.to, field.many ? ids : ids.slice(-1)),
      matches: [],
    };
  }
  const links = await titled(context, field.to, kept);
  if (!text) return { links, matches: [] };

  const found = await pickRecords(context.db, context.app, field.to, text, mostMatches);
  const same = found.filter((link) => link.title.toLocaleLowerCase() === text.toLocaleLowerCase());
  const only = same.length === 1 ? same[0] : found.length === 1 ? found[0] : undefined;
  if (only) return { links: [...links, only], matches: [] };
  const { singular, label } = entityOf(context.app.spec, field.to);
  const error = found.length
    ? `Several ${label.toLowerCase()} match “${text}”. Choose one of them.`
    : `No ${singular.toLowerCase()} matches “${text}”. Try fewer letters, or add it first.`;
  return { links, matches: found, error };
}

/** Ids with their titles; ids of nothing are left out. */
export async function titled(context: Context, entityKey: string, ids: string[]): Promise<Link[]> {
  const rows = await Promise.all(
    [...new Set(ids)].slice(0, 100).map((id) => getRecord(context.db, context.app, entityKey, id)),
  );
  return rows.flatMap((row) => (row ? [{ id: row.id, title: row.title }] : []));
}

/** Relation filters of a list: words become the first record they fit, ids get their titles. */
export async function resolveFilterTexts(
  context: Context,
  entity: Entity,
  state: ListState,
  params: URLSearchParams,
): Promise<ListState> {
  const filters = { ...state.filters };
  const titles: Record<string, string> = {};
  for (const field of entity.fields) {
    if (field.type !== 'relation') continue;
    const text = params.get(`f.${field.key}.text`)?.trim() ?? '';
    // While somebody types into the picker, the list waits for a choice.
    if (context.request.part === undefined && text && text !== params.get(`f.${field.key}.shown`)) {
      const [first] = await pickRecords(context.db, context.app, field.to, text, 1);
      if (first) filters[field.key] = first.id;
    }
    const id = filters[field.key];
    if (!id) continue;
    const row = await getRecord(context.db, context.app, field.to, id);
    if (row) titles[field.key] = row.title;
  }
  return { ...state, filters, titles };
}
