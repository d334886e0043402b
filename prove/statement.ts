/** What a statement does, told from its text and from the tag that the server answers with. Pure. */

export type Statement = { text: string; values: (string | null)[] };

const plain = (text: string) =>
  text
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** Functions of a SELECT that write; everything else that is selected from only reads. */
const writingCalls =
  /\b(?:factotum_(?:finish|append_events)|add_jobs?|(?:force_unlock|permanently_fail|complete|fail|reschedule|remove|run)_\w+)\s*\(/i;
const writingWith =
  /\b(?:insert\s+into|update\s+[\w."]+\s+(?:as\s+\w+\s+)?set|delete\s+from|merge\s+into)\b/i;
const writesOnTheWay = /^with\b.*\b(?:insert\s+into|delete\s+from)\b/i;
const readingWords =
  /^(?:select|values|table|show|set|reset|begin|start|commit|end|rollback|abort|savepoint|release|listen|unlisten|notify|discard|deallocate|prepare|fetch|move|declare|close|explain|lock|checkpoint|load)\b/i;

export const isCommit = (text: string): boolean => /^\s*(?:commit|end)\b/i.test(text);

/** Whether it can change anything, before its tag is known. A text may hold several statements. */
export function mayWrite(text: string): boolean {
  return plain(text)
    .split(';')
    .map((one) => one.trim())
    .some((one) => {
      if (one === '') return false;
      if (/^with\b/i.test(one)) return writingWith.test(one) || writingCalls.test(one);
      if (/^select\b/i.test(one)) return writingCalls.test(one) || /\binto\b/i.test(one);
      return !readingWords.test(one);
    });
}

/** Whether it has changed something: rows by count, the rest by its tag. */
export function hasWritten(text: string, tag: string): boolean {
  const counted = /^(?:INSERT \d+|UPDATE|DELETE|MERGE|COPY) (\d+)$/.exec(tag);
  // The count is of the last part only; one that inserts or deletes on the way is taken as written.
  if (counted) return Number(counted[1]) > 0 || writesOnTheWay.test(plain(text));
  if (readingWords.test(tag)) return mayWrite(text);
  return true;
}

/** A statement in a few words, the same in every run: "update cards.shown_version", "finish(jobs deliver)". */
export function nameOf({ text, values }: Statement): string {
  const one = plain(text)
    .replaceAll('"', '')
    // Ids and what is named after them differ from run to run.
    .replace(/\b([a-z]{3})_[0-9a-hjkmnp-z]{20}/g, '$1');
  if (/\bfactotum_finish\(/.test(one)) return nameOfFinish(values.slice(0, 3));
  return nameOfDefinition(one) ?? nameOfChange(one) ?? one.slice(0, 50);
}

const isDefinition = (name: string): boolean =>
  /^(?:create|alter|drop|grant|revoke|comment|do|analyze)\b/i.test(name);

/** What was committed together. `kind` is the same however much was told along the way. */
export type Commit = { kind: string; name: string };

/** A transaction by what it wrote; of many definitions the first stands for all. */
export function commitOf(names: string[]): Commit {
  const definitions = names.filter(isDefinition);
  const others = names.filter((name) => !isDefinition(name));
  const more = definitions.length > 1 ? ` and ${definitions.length - 1} more` : '';
  const all = [...definitions.slice(0, 1).map((name) => name + more), ...new Set(others)];
  const events = names.flatMap((name) => /events [^;)]*/.exec(name) ?? []);
  return { kind: [names[0], ...events].join(': '), name: all.join(' + ') };
}

function nameOfDefinition(text: string): string | undefined {
  if (!isDefinition(text)) return undefined;
  const [, verb = '', kind = '', name = ''] =
    /^(create|alter|drop)\b(?: or replace| unique)* (\w+)(?: if (?:not )?exists)? ([\w.]+)/i.exec(
      text,
    ) ?? [];
  return name ? `${verb} ${kind} ${name}`.toLowerCase() : text.slice(0, 40);
}

function nameOfChange(text: string): string | undefined {
  const inserted = /\binsert into (?:only )?([\w.]+)/i.exec(text)?.[1];
  if (inserted) return `insert ${bare(inserted)}`;
  // "for update" and "for no key update" lock and change nothing.
  const changed =
    /(?<!\bfor |\bkey )\b(update|delete from) (?:only )?([\w.]+)(?:.*?\bset (\w+))?/i.exec(text);
  const [, verb = '', table = '', column] = changed ?? [];
  if (!changed) return undefined;
  return verb.toLowerCase() === 'update'
    ? `update ${bare(table)}.${column}`
    : `delete ${bare(table)}`;
}

const bare = (name: string): string => name.split('.').at(-1) ?? name;

/** The last statement of a transaction carries its events, jobs and signals as JSON, before what else it writes. */
function nameOfFinish(values: (string | null)[]): string {
  const [events = [], jobs = [], signals = []] = values.map((value): unknown[] => {
    const list: unknown = JSON.parse(value ?? '[]');
    return Array.isArray(list) ? list : [];
  });
  const told = [
    ...wordsOf('events', events, 'event'),
    ...wordsOf('jobs', jobs, 'kind'),
    ...(events.length + jobs.length === 0 && signals.length > 0 ? ['signals'] : []),
  ];
  return `finish(${told.join('; ')})`;
}

function wordsOf(title: string, list: unknown[], key: string): string[] {
  if (list.length === 0) return [];
  const words = list.map((one) => String(Reflect.get(Object(one), key)));
  return [`${title} ${[...new Set(words)].join(' ')}`];
}
