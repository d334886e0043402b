/** A description into an app: read the text, merge what it says with what is known, build the spec. */
import { AppSpec, type Entity, type View } from '../../../apps/spec.ts';
import type { Context, Question, Understanding } from '../model.ts';
import { buildEntities } from './build.ts';
import { type Certainty, confidenceOf } from './confidence.ts';
import { dashboardOf } from './dashboard.ts';
import { findDomain, findKnown } from './domain.ts';
import type { DraftEntity, Fact, FactOf } from './draft.ts';
import type { Head } from './head.ts';
import { isForeign } from './language.ts';
import { mergeFacts } from './merge.ts';
import { namesOf } from './name.ts';
import type { Domain } from './notation.ts';
import { askForEnglish, askForLess, askForMore, askForWords } from './question.ts';
import { type Reading, readText } from './read.ts';
import { ruleOf } from './rule.ts';
import { markSearch } from './search.ts';
import { headThing } from './tail.ts';
import { cleanText, isWordless } from './text.ts';
import { listsAndBoards } from './view.ts';
import { isPlural, lastWord, plural, sentenceList, stem, toLabel } from './word.ts';

const mostEntities = 80;
/** The colour of an app, from its address. */
export const hueOf = (text: string) =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);

/** Reads a description of an app. Any text gives an app or a question. */
export function understandText(text: string, context: Context): Understanding | Question {
  const clean = cleanText(text);
  if (isWordless(clean)) return askForWords();
  if (isForeign(clean)) return askForEnglish();
  const reading = readText(clean);
  const listed = new Set(
    reading.facts.flatMap((fact) => (fact.kind === 'fields' ? [stem(fact.noun)] : [])),
  );
  if (listed.size > mostEntities) return askForLess(listed.size, mostEntities);
  const found = findDomain(reading.headline, clean.slice(0, 4_000));
  const drafts = composeDrafts(reading, found?.domain, clean);
  if (drafts.length === 0)
    return reading.head.asked || reading.head.typed ? askForMore(reading.head) : askForWords();
  if (drafts.length > mostEntities) return askForLess(drafts.length, mostEntities);
  const domain = isAbout(found?.domain, drafts) ? found?.domain : undefined;
  return compose(reading, drafts, domain, context);
}

/** A domain gives its name only to an app that has at least one of its things. */
function isAbout(domain: Domain | undefined, drafts: DraftEntity[]): boolean {
  return drafts.some((draft) =>
    domain?.entities.some((entity) => stem(draft.name).endsWith(stem(entity.name))),
  );
}

/** The things that were named, and where only a trade was named, what that trade needs. */
function composeDrafts(reading: Reading, domain: Domain | undefined, text: string): DraftEntity[] {
  const facts = sift(reading.facts, text);
  const named = mergeFacts(facts, domain);
  const listed = named.some((entity) => entity.listed);
  const several = named.length > 1 && !reading.head.typed;
  if (named.length > 0 && (listed || several || !reading.head.business || !domain)) return named;
  const searched = named.length === 0 ? searchedThings(reading.facts, domain) : [];
  if (searched.length > 0) return searched;
  if (!domain) return headOnly(reading, domain);
  // A business was named: its usual things, with what was asked for on top.
  const core: Fact[] = domain.entities.map((entity) => ({
    kind: 'entity',
    noun: entity.name,
    source: '',
    ...(entity.label ? { label: entity.label } : {}),
  }));
  return mergeFacts([...core, ...facts], domain).map((draft) => {
    const said = named.find((entity) => stem(entity.name) === stem(draft.name));
    return { ...draft, source: said?.source ?? '' };
  });
}

/**
 * In a long text a noun alone is weak evidence: it stays when the text lists its fields,
 * comes back to it, or when it is a schema's own. A schema in the text outweighs its prose.
 */
function sift(facts: Fact[], text: string): Fact[] {
  const listed = new Set(
    facts.flatMap((fact) => (fact.kind === 'fields' ? [stem(fact.noun)] : [])),
  );
  if (text.length < 500 || listed.size < 3) return facts;
  const words = ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ')} `;
  const schema =
    facts.filter((fact) => fact.kind === 'fields' && /^\s*\w+\s*\(/.test(fact.source)).length > 3;
  const often = (noun: string) =>
    listed.has(stem(noun)) ||
    (!schema &&
      ((findKnown(noun) !== undefined && count(words, noun) > 1) || count(words, noun) > 3));
  return facts
    .filter((fact) => fact.kind !== 'entity' || often(fact.noun))
    .filter(
      (fact) =>
        fact.kind !== 'link' || (often(fact.from) && (often(fact.to) || often(lastWord(fact.to)))),
    );
}

function count(words: string, noun: string): number {
  return words.split(` ${noun} `).length + words.split(` ${plural(noun)} `).length - 2;
}

/** "search by book editions and tags", where nothing else is named, names what there is to search. */
function searchedThings(facts: Fact[], domain: Domain | undefined): DraftEntity[] {
  const names = facts
    .flatMap((fact) =>
      fact.kind === 'search' ? fact.names.map((name) => ({ name, source: fact.source })) : [],
    )
    .filter(({ name }) => isPlural(name));
  const [first, ...others] = names;
  if (!first) return [];
  const made: Fact[] = names.map(({ name, source }) => ({ kind: 'entity', noun: name, source }));
  for (const { name, source } of others)
    made.push({ kind: 'link', from: first.name, to: name, many: true, source, sure: true });
  return mergeFacts(made, domain);
}

function headOnly(reading: Reading, domain: Domain | undefined): DraftEntity[] {
  const thing = headThing(reading.head);
  if (!thing || !reading.head.typed) return [];
  return mergeFacts([{ kind: 'entity', noun: thing, source: reading.headline }], domain).filter(
    (entity) => entity.known,
  );
}

function compose(
  reading: Reading,
  drafts: DraftEntity[],
  domain: Domain | undefined,
  context: Context,
): Understanding {
  const entities = buildEntities(
    drafts.map((draft) => (draft.source ? draft : withoutSource(draft))),
  );
  const names = namesOf(
    reading.head,
    domain,
    drafts.map((draft) => plural(draft.name)),
  );
  const searches = reading.facts.filter((fact): fact is FactOf<'search'> => fact.kind === 'search');
  markSearch(entities, searches);
  const views = viewsOf(entities, reading, names.type);
  const alerts = reading.facts.filter((fact): fact is FactOf<'alert'> => fact.kind === 'alert');
  const watched = alerts.map((alert, at) => ({ alert, rule: ruleOf(alert, entities, at) }));
  const rules = watched.flatMap(({ rule }) => rule ?? []);
  const lost = watched.filter(({ rule }) => !rule).map(({ alert }) => alert.source);
  const spec = AppSpec.parse({
    specVersion: 1,
    slug: names.slug,
    name: names.name,
    icon: domain?.icon ?? entities[0]?.icon ?? 'app-window',
    hue: domain?.hue ?? hueOf(names.slug),
    locale: context.locale,
    currency: context.currency,
    timezone: context.timezone,
    entities,
    views,
    rules: rules.slice(0, 60),
  });
  return {
    kind: 'app',
    action: 'Create application',
    type: names.type,
    domain: names.domain,
    impliedEntities: drafts.map((draft) => plural(draft.name)),
    shortName: names.shortName,
    spec,
    confidence: confidenceOf([
      ...certainties(reading, drafts, domain),
      ...lost.map((): Certainty => 'default'),
    ]),
    ...withLost(explain(reading, drafts, domain, spec.entities, names.domain), lost),
  };
}

/** What was asked for and cannot be done is said first, not dropped in silence. */
function withLost(
  told: { understood: string[]; guessed: string[] },
  lost: string[],
): { understood: string[]; guessed: string[] } {
  const sentences = lost.map(
    (source) =>
      `Left out: "${source.trim().slice(0, 120)}". Nothing here has a field that it could watch; add one and ask again.`,
  );
  return { ...told, guessed: [...sentences, ...told.guessed] };
}

function withoutSource(draft: DraftEntity): DraftEntity {
  const { source: _, ...rest } = draft;
  return rest;
}

function viewsOf(entities: Entity[], reading: Reading, type: string): View[] {
  const views = listsAndBoards(entities).slice(0, 118);
  const wishes = reading.facts.filter(
    (fact): fact is FactOf<'dashboard'> => fact.kind === 'dashboard',
  );
  if (wishes.length === 0 && type !== 'Dashboard') return views;
  const dashboard = dashboardOf(
    entities,
    wishes.flatMap((wish) => wish.wants),
    wishes[0]?.source,
  );
  return dashboard ? [dashboard, ...views] : views;
}

function certainties(
  reading: Reading,
  drafts: DraftEntity[],
  domain: Domain | undefined,
): Certainty[] {
  const { head } = reading;
  const parts: Certainty[] = [
    'said',
    head.typed ? 'said' : 'default',
    head.business || head.topic ? 'said' : domain ? 'known' : 'default',
  ];
  for (const draft of drafts) {
    parts.push(
      draft.source ? 'said' : 'known',
      draft.listed ? 'said' : draft.known ? 'known' : 'default',
    );
  }
  return parts;
}

function explain(
  reading: Reading,
  drafts: DraftEntity[],
  domain: Domain | undefined,
  entities: Entity[],
  about: string,
): { understood: string[]; guessed: string[] } {
  const said = drafts.filter((draft) => draft.source);
  const listed = drafts.filter((draft) => draft.listed);
  const implied = drafts.filter((draft) => !draft.source);
  const filled = said.filter((draft) => !draft.listed);
  const names = (list: DraftEntity[]) =>
    sentenceList(list.slice(0, 12).map((draft) => plural(draft.name)));
  const understood: string[] = [];
  const guessed: string[] = [];
  if (reading.head.typed) understood.push(wishOf(reading.head));
  if (said.length > 0) understood.push(`You named ${names(said)}.`);
  if (listed.length > 0) understood.push(`The fields of ${names(listed)} are the ones you listed.`);
  for (const entity of entities) {
    const status = entity.fields.find((field) => field.type === 'status' && field.source);
    if (status?.type === 'status')
      understood.push(
        `${entity.label} go through ${sentenceList(status.options.map((option) => option.label.toLowerCase()))}.`,
      );
  }
  if (implied.length > 0)
    guessed.push(
      `${toLabel(names(implied))} come from what ${(domain?.name ?? about).toLowerCase()} usually needs.`,
    );
  if (filled.length > 0)
    guessed.push(`The fields of ${names(filled)} are the usual ones; change any of them.`);
  return { understood, guessed };
}

/** "You want a CRM for a cellphone store." */
function wishOf({ type, business }: Head): string {
  const what =
    type === 'App' || type === 'Database'
      ? 'app'
      : type === 'CRM' || type.toUpperCase() === type
        ? type
        : type.toLowerCase();
  const place = business && (isPlural(business) ? business : withArticle(business));
  return `You want ${withArticle(what)}${place ? ` for ${place}` : ''}.`;
}

function withArticle(words: string): string {
  return `${/^[aeiou]/i.test(words) ? 'an' : 'a'} ${words}`;
}
