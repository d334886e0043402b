/**
 * Judges an Adaptive Card as Teams would: with numbers of its own, so that a wrong limit in the code
 * does not judge itself. Microsoft's parser judges types and values. Source of the numbers: the
 * reference of Adaptive Cards and the Universal Actions pages of learn.microsoft.com/microsoftteams.
 */
import { createRequire } from 'node:module';

type Json = Record<string, unknown>;
type Context = { eventCount: number; getEventAt(index: number): { message: string } };
const library = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.min.js') as {
  AdaptiveCard: new () => { parse(json: unknown, context: Context): void };
  SerializationContext: new () => Context;
};

/** What people wrote is nowhere in a TextBlock, so all that may stand there can be listed. */
const ourWords = [
  /^–$/,
  /^Page \d+ of \d+$/,
  /^\{\{DATE\(\d{4}-\d\d-\d\dT\d\d:\d\d:00Z, SHORT\)\}\}, \{\{TIME\(\d{4}-\d\d-\d\dT\d\d:\d\d:00Z\)\}\}$/,
  /^What the card lists is taken back\. This cannot be reversed\.$/,
  /^It ends here\. Describe it again to start over\.$/,
  /^The work stops and cannot be resumed\. What is done so far will be listed\.$/,
  /^The task goes on without it, and without what depends on it\.$/,
  /^(<at>[\p{L}\p{M}\p{N} .,'’-]+<\/at> ?)+$/u,
];

/** What Teams would refuse, or show as something that was not meant; one line each. */
export function problemsOf(card: object): string[] {
  const problems: string[] = [];
  const bytes = Buffer.byteLength(JSON.stringify(card));
  if (bytes > 27_000) problems.push(`${bytes} bytes`);
  const context = new library.SerializationContext();
  new library.AdaptiveCard().parse(card, context);
  for (let at = 0; at < context.eventCount; at += 1) problems.push(context.getEventAt(at).message);
  const ids: unknown[] = [];
  for (const part of partsOf(card)) judge(part, ids, (problem) => problems.push(problem));
  if (new Set(ids).size !== ids.length) problems.push('an id twice');
  for (const text of stringsIn(card)) judgeCharacters(text, (problem) => problems.push(problem));
  return problems;
}

function judge(part: Json, ids: unknown[], say: (problem: string) => unknown): void {
  const text = String(part['text']);
  if (part['id'] !== undefined) ids.push(part['id']);
  const actions = part['actions'] as unknown[] | undefined;
  if (actions && (actions.length < 1 || actions.length > 6)) say(`${actions.length} actions`);
  switch (part['type']) {
    case 'TextBlock':
      if (!ourWords.some((words) => words.test(text))) say(`somebody's words: ${text}`);
      return;
    case 'TextRun':
      if (text === '' || part['text'] === undefined) say('an empty run');
      if (/\{\{|<\/?at\b/i.test(text)) say(`a command: ${text}`);
      return;
    case 'RichTextBlock':
      if ((part['inlines'] as unknown[]).length === 0) say('an empty RichTextBlock');
      return;
    case 'Container':
    case 'Column':
      if ((part['items'] as unknown[]).length === 0) say(`an empty ${part['type']}`);
      return;
    case 'Action.OpenUrl':
      if (!/^https?:\/\/[^\s<>"\\]+$/.test(String(part['url']))) say(`url ${part['url']}`);
      return;
    case 'Action.Execute':
      if (!/^(act|view|refresh|page)$/.test(String(part['verb']))) say(`verb ${part['verb']}`);
  }
}

/** Every object of a card that has a type, and the card itself. */
function partsOf(value: unknown): Json[] {
  if (!value || typeof value !== 'object') return [];
  const inside = Object.values(value).flatMap(partsOf);
  return 'type' in value ? [value as Json, ...inside] : inside;
}

function judgeCharacters(text: string, say: (problem: string) => unknown): void {
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text))
    say('half a character');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e]/.test(text.replaceAll('\n', '')))
    say('a control character');
}

/** Every string of a value, at any depth. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value && typeof value === 'object' ? Object.values(value).flatMap(stringsIn) : [];
}

/** The words of a card in their order, and the titles of its buttons. */
export function wordsOf(card: object): string[] {
  return partsOf(card).flatMap((part) =>
    String(part['type']).startsWith('Action.')
      ? [String(part['title'])]
      : part['type'] !== 'mention' && typeof part['text'] === 'string'
        ? [part['text']]
        : [],
  );
}
