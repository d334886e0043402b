/**
 * What the model read in a description, made into an app: the same builders and the same validation as for
 * what is read by rules. Words that it claims to have seen count only where the text has them.
 */
import { AppSpec, type Entity, type Rule } from '../../../apps/spec.ts';
import type { Context, Understanding } from '../model.ts';
import { buildEntities } from '../offline/build.ts';
import { confidenceOf } from '../offline/confidence.ts';
import { dashboardOf } from '../offline/dashboard.ts';
import type { DraftEntity, DraftField, FactOf } from '../offline/draft.ts';
import { ruleOf } from '../offline/rule.ts';
import { sourceOf } from '../offline/text.ts';
import { hueOf } from '../offline/understand.ts';
import { listsAndBoards } from '../offline/view.ts';
import { plural, singular, stem, toKey, wordsOf } from '../offline/word.ts';
import { certainties, guessedOf, understoodOf } from './explain.ts';
import type { Read } from './judge.ts';
import { plain } from './plain.ts';
import type { AppDraft } from './prompt/understand.ts';

const mostEntities = 80;
const mostFields = 60;

/** @param text what the person wrote, as the model was shown it */
export function composeApp(draft: AppDraft, text: string, context: Context): Read<Understanding> {
  const drafts = draft.entities.map((entity) => draftOf(entity, text));
  const problems = problemsOf(draft, drafts);
  if (problems.length > 0) return { problems };
  const entities = buildEntities(drafts);
  const { rules, lost } = rulesOf(draft, entities, text);
  const dashboard =
    draft.dashboard.length > 0 || draft.type === 'Dashboard'
      ? dashboardOf(
          entities,
          draft.dashboard.map((want) => plain(want, 80).toLowerCase()),
        )
      : undefined;
  const name = plain(draft.name, 60) || 'App';
  const slug = toKey(name, 'app').replaceAll('_', '-').slice(0, 40).replace(/-+$/, '');
  const views = listsAndBoards(entities).slice(0, 118);
  const parsed = AppSpec.safeParse({
    specVersion: 1,
    slug,
    name,
    icon: entities[0]?.icon ?? 'app-window',
    hue: hueOf(slug),
    locale: context.locale,
    currency: context.currency,
    timezone: context.timezone,
    entities,
    views: dashboard ? [dashboard, ...views] : views,
    rules: rules.slice(0, 60),
  });
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    };
  const type = plain(draft.type, 30) || 'App';
  return {
    found: {
      kind: 'app',
      action: 'Create application',
      type,
      domain: plain(draft.business, 60) || 'General',
      impliedEntities: drafts.map((entity) => plural(entity.name)),
      shortName: type === 'App' || type === 'Tracker' ? name.replace(/ App$/, '') : type,
      spec: parsed.data,
      confidence: confidenceOf(certainties(drafts, lost)),
      understood: understoodOf(drafts, entities),
      guessed: guessedOf(draft, drafts, lost),
    },
  };
}

function draftOf(entity: AppDraft['entities'][number], text: string): DraftEntity {
  const said = quoted(entity.said, text);
  const fields = entity.fields.slice(0, mostFields).map((field): DraftField => {
    const source = quoted(field.said, text);
    const options = names(field.options);
    const exits = names(field.exits);
    return {
      name: nameOf(field.name),
      type: field.type,
      ...(options.length > 0 ? { options } : {}),
      ...(exits.length > 0 ? { exits } : {}),
      ...(field.to === null ? {} : { to: singular(nameOf(field.to)) }),
      many: field.many,
      required: field.required,
      unique: field.unique,
      search: field.search,
      ...(source ? { source } : {}),
    };
  });
  return {
    name: singular(nameOf(entity.name)),
    fields: fields.filter((field) => field.name !== ''),
    listed: fields.some((field) => field.source !== undefined),
    known: false,
    ...(said ? { source: said } : {}),
  };
}

const nameOf = (words: string) =>
  wordsOf(plain(words, 60))
    .replace(/[^\p{L}\p{N}&' -]+/gu, ' ')
    .trim();
const names = (words: string[]) =>
  words.map((word) => plain(word, 60).toLowerCase()).filter((word) => word !== '');

/** Words that stand in the text; what a model made up is no quote. */
function quoted(said: string | null, text: string): string | undefined {
  const bare = (words: string) => words.toLowerCase().replace(/\s+/g, ' ').trim();
  if (said === null || bare(said).length < 2 || !bare(text).includes(bare(said))) return undefined;
  return sourceOf(said);
}

function problemsOf(draft: AppDraft, drafts: DraftEntity[]): string[] {
  if (drafts.length === 0)
    return ['app.entities is empty: name at least one thing to keep, or ask a question instead.'];
  if (drafts.length > mostEntities)
    return [`app.entities has ${drafts.length} items; the most is ${mostEntities}.`];
  const known = new Set(drafts.map((entity) => stem(entity.name)));
  return drafts.flatMap((entity, at) => {
    const place = `app.entities.${at} (${draft.entities[at]?.name.slice(0, 60)})`;
    if (entity.name === '') return [`${place}: its name has no letters.`];
    return entity.fields.flatMap((field) => {
      if (field.type === 'relation' && !known.has(stem(field.to ?? '')))
        return [
          `${place}.${field.name} links to "${field.to ?? ''}", which is none of: ${[...known].join(', ')}.`,
        ];
      if (field.type === 'status' && (field.options?.length ?? 0) < 2)
        return [`${place}.${field.name} is a status and needs two options or more.`];
      if (field.type === 'choice' && (field.options?.length ?? 0) === 0)
        return [`${place}.${field.name} is a choice without options.`];
      return [];
    });
  });
}

/** Alerts that the app has a field for, and the words of the others. */
function rulesOf(
  draft: AppDraft,
  entities: Entity[],
  text: string,
): { rules: Rule[]; lost: string[] } {
  const lost: string[] = [];
  const rules = draft.alerts.flatMap((alert, at): Rule[] => {
    const source = quoted(alert.said, text);
    const isNew = alert.when === 'new';
    const fact: FactOf<'alert'> = {
      kind: 'alert',
      text: isNew ? `new ${nameOf(alert.entity)}` : `${nameOf(alert.entity)} ${alert.field ?? ''}`,
      noun: singular(nameOf(alert.entity)),
      ...(alert.field === null ? {} : { field: nameOf(alert.field) }),
      op: alert.when === 'new' ? 'eq' : alert.when,
      value: plain(alert.value ?? '', 60),
      source: source ?? '',
    };
    const isNumber = Number.isFinite(Number(fact.value)) && fact.value !== '';
    const rule = fact.op === 'eq' || isNumber ? ruleOf(fact, entities, at) : undefined;
    if (!rule) {
      lost.push(plain(alert.said, 120));
      return [];
    }
    const { source: _, ...bare } = rule;
    return [source ? rule : bare];
  });
  return { rules, lost };
}
