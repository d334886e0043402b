/**
 * Judges blocks and views as Slack would: with numbers of its own, so that a wrong limit in the code
 * does not judge itself. Sources: surfaces notes of the project and the references of docs.slack.dev.
 */
type Json = Record<string, unknown>;

const allowed = {
  message: ['header', 'context', 'rich_text', 'section', 'actions', 'divider', 'container'],
  view: ['header', 'context', 'rich_text', 'section', 'actions', 'divider', 'input'],
  container: ['context', 'rich_text', 'section', 'divider', 'header', 'actions'],
};
type Surface = keyof typeof allowed;

/** What Slack would refuse, or show as something that was not meant; one line each. */
export function problemsOf(blocks: unknown[], surface: 'message' | 'view' = 'message'): string[] {
  const problems: string[] = [];
  const say = (problem: string) => problems.push(problem);
  const most = surface === 'message' ? 50 : 100;
  if (blocks.length < 1 || blocks.length > most) say(`${blocks.length} blocks`);
  const bytes = Buffer.byteLength(JSON.stringify(blocks));
  if (surface === 'message' && bytes > 12_000) say(`${bytes} bytes in one message`);
  if (surface === 'view' && bytes > 250_000) say(`${bytes} bytes in one view`);
  unique(
    blocks.flatMap((block) => (block as Json)['block_id'] ?? []),
    'block_id',
    say,
  );
  const actionIds: unknown[] = [];
  for (const block of blocks as Json[]) judgeBlock(block, surface, actionIds, say);
  unique(actionIds, 'action_id', say);
  for (const text of stringsIn(blocks)) judgeCharacters(text, say);
  return problems;
}

export function viewProblemsOf(view: Json): string[] {
  const problems = problemsOf(view['blocks'] as unknown[], 'view');
  const say = (problem: string) => problems.push(problem);
  if (view['type'] !== 'modal') return problems;
  for (const part of ['title', 'submit', 'close'])
    if (view[part]) judgeText(view[part] as Json, 24, part, say, 'plain_text');
  length(view['private_metadata'], 0, 3000, 'private_metadata', say);
  length(view['callback_id'], 1, 255, 'callback_id', say);
  const hasInput = (view['blocks'] as Json[]).some((block) => block['type'] === 'input');
  if (hasInput && !view['submit']) say('inputs without a submit');
  return problems;
}

type Say = (problem: string) => unknown;

function judgeBlock(block: Json, surface: Surface, actionIds: unknown[], say: Say): void {
  const type = String(block['type']);
  if (!allowed[surface].includes(type)) say(`${type} in a ${surface}`);
  if (block['block_id'] !== undefined) length(block['block_id'], 1, 255, 'block_id', say);
  const elements = (block['elements'] ?? []) as Json[];
  switch (type) {
    case 'header':
      judgeText(block['text'] as Json, 150, 'header', say, 'plain_text');
      return;
    case 'section':
      judgeText(block['text'] as Json, 3000, 'section', say);
      return;
    case 'context':
      count(elements, 1, 10, 'context elements', say);
      for (const element of elements) judgeText(element, 2000, 'context', say);
      return;
    case 'actions':
      count(elements, 1, 25, 'buttons', say);
      for (const element of elements) judgeButton(element, actionIds, say);
      return;
    case 'container': {
      judgeText(block['title'] as Json, 150, 'container title', say, 'plain_text');
      const children = block['child_blocks'] as Json[];
      count(children, 1, 10, 'child blocks', say);
      for (const child of children) judgeBlock(child, 'container', actionIds, say);
      return;
    }
    case 'rich_text':
      judgeRich(elements, say);
      return;
    case 'input':
      judgeInput(block, actionIds, say);
  }
}

function judgeButton(button: Json, actionIds: unknown[], say: Say): void {
  actionIds.push(button['action_id']);
  length(button['action_id'], 1, 255, 'action_id', say);
  judgeText(button['text'] as Json, 75, 'button', say, 'plain_text');
  if (button['value'] !== undefined) length(button['value'], 1, 2000, 'value', say);
  if (button['url'] !== undefined) judgeAddress(button['url'], say);
  if (!['primary', 'danger', undefined].includes(button['style'] as string)) say('button style');
  const confirm = button['confirm'] as Json | undefined;
  if (!confirm) return;
  for (const [part, most] of Object.entries({ title: 100, text: 300, confirm: 30, deny: 30 }))
    judgeText(confirm[part] as Json, most, `confirm ${part}`, say);
}

function judgeInput(block: Json, actionIds: unknown[], say: Say): void {
  const element = block['element'] as Json;
  actionIds.push(element['action_id']);
  judgeText(block['label'] as Json, 2000, 'label', say, 'plain_text');
  if (element['placeholder']) judgeText(element['placeholder'] as Json, 150, 'placeholder', say);
  if (element['initial_value']) length(element['initial_value'], 1, 3000, 'initial_value', say);
  for (const option of (element['options'] ?? []) as Json[]) {
    judgeText(option['text'] as Json, 75, 'option', say);
    judgeText(option['description'] as Json, 75, 'option description', say);
  }
}

function judgeRich(elements: Json[], say: Say): void {
  if (elements.length === 0) say('empty rich text');
  let characters = 0;
  for (const element of elements) {
    const type = String(element['type']);
    const inside = element['elements'] as Json[];
    if (inside.length === 0) say(`empty ${type}`);
    const sections = type === 'rich_text_list' ? inside : [element];
    for (const section of sections)
      for (const part of section['elements'] as Json[]) characters += judgeInline(part, say);
  }
  if (characters > 3000) say(`${characters} characters in one rich text`);
}

function judgeInline(part: Json, say: Say): number {
  switch (part['type']) {
    case 'text':
      length(part['text'], 1, 3000, 'rich text', say);
      return String(part['text']).length;
    case 'link':
      judgeAddress(part['url'], say);
      return String(part['text']).length;
    case 'user':
      if (!/^[UW][A-Z0-9]+$/.test(String(part['user_id']))) say(`user ${part['user_id']}`);
      return 20;
    case 'date':
      if (!Number.isInteger(part['timestamp'])) say('timestamp');
      return 20;
    default:
      say(`${part['type']} in rich text`);
      return 0;
  }
}

function judgeText(text: Json, most: number, where: string, say: Say, type?: string): void {
  if (type && text['type'] !== type) say(`${where} is ${text['type']}`);
  length(text['text'], 1, most, where, say);
  // A mention that our code wrote is markup of its own, with nothing of anybody beside it.
  const words = String(text['text']);
  const free = text['type'] === 'mrkdwn' ? words.replace(/<@[UW][A-Z0-9]+>/g, '') : words;
  if (/[<>]|&(?!(amp|lt|gt);)/.test(free)) say(`${where} is not escaped: ${words.slice(0, 80)}`);
}

function judgeAddress(url: unknown, say: Say): void {
  length(url, 1, 3000, 'url', say);
  if (!/^https?:\/\/[^\s<>|]+$/.test(String(url))) say(`url ${url}`);
}

function judgeCharacters(text: string, say: Say): void {
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text))
    say('half a character');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/.test(text))
    say('a control character');
  const opened = text.match(/[\u2066-\u2068]/g)?.length ?? 0;
  if (opened !== (text.match(/\u2069/g)?.length ?? 0)) say('an isolation that is not closed');
}

/** Every string of a value, at any depth. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value && typeof value === 'object' ? Object.values(value).flatMap(stringsIn) : [];
}

function length(text: unknown, least: number, most: number, where: string, say: Say): void {
  const size = typeof text === 'string' ? text.length : -1;
  if (size < least || size > most) say(`${where} of ${size} characters`);
}

function count(all: unknown[], least: number, most: number, what: string, say: Say): void {
  if (all.length < least || all.length > most) say(`${all.length} ${what}`);
}

function unique(ids: unknown[], what: string, say: Say): void {
  if (new Set(ids).size !== ids.length) say(`a ${what} twice`);
}
