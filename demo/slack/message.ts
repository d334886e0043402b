/** A message as Slack shows it, read from its blocks: the words in plain text, and the buttons. */
export type Button = { action_id: string; block_id: string; label: string; value: string };
export type Message = {
  ts: string;
  user: string;
  text: string;
  blocks?: Block[];
  thread_ts?: string;
};
type Block = { [name: string]: unknown; type: string };

/** All blocks, also those inside of others. */
function* walk(blocks: unknown, outer: Block[] = []): Generator<{ block: Block; outer: Block[] }> {
  if (!Array.isArray(blocks)) return;
  for (const block of blocks as Block[]) {
    yield { block, outer };
    for (const inner of Object.values(block)) yield* walk(inner, [...outer, block]);
  }
}

/** Those that can be pressed; links are not. */
export function buttonsOf({ blocks }: Message): Button[] {
  return [...walk(blocks)].flatMap(({ block, outer }) =>
    block.type === 'button' && typeof block['value'] === 'string'
      ? [
          {
            action_id: String(block['action_id']),
            block_id: String(outer.at(-1)?.['block_id']),
            label: wordsOf(block['text']),
            value: block['value'],
          },
        ]
      : [],
  );
}

/** What stands there, line by line. */
export function printMessage({ text, blocks }: Message): string {
  const lines = (blocks ?? []).flatMap((block) => printBlock(block));
  return lines.length > 0 ? lines.join('\n') : text;
}

function printBlock(block: Block): string[] {
  const { elements, fields } = block;
  const list = Array.isArray(elements) ? (elements as Block[]) : [];
  switch (block.type) {
    case 'actions':
      return [list.map((button) => `[${wordsOf(button['text'])}]`).join(' ')];
    case 'context':
      return [list.map(wordsOf).join('  ')];
    case 'rich_text':
      return list.flatMap(printRich);
    case 'divider':
      return ['————'];
    case 'container':
      // Folded, as it comes; a press unfolds it.
      return [`▸ ${wordsOf(block['title'])}`];
    default:
      return [
        ...wordsOf(block['text']).split('\n'),
        ...(Array.isArray(fields) ? fields.map(wordsOf) : []),
      ].filter((line) => line !== '');
  }
}

function printRich(part: Block): string[] {
  const elements = Array.isArray(part['elements']) ? (part['elements'] as Block[]) : [];
  if (part.type !== 'rich_text_list') return elements.map(inline).join('').split('\n');
  const indent = '  '.repeat(Number(part['indent'] ?? 0) + 1);
  return elements.map((item, index) => {
    const mark = part['style'] === 'ordered' ? `${Number(part['offset'] ?? 0) + index + 1}.` : '•';
    return `${indent}${mark} ${printRich(item).join(' ')}`;
  });
}

function inline(element: Block): string {
  if (element.type === 'user') return `@${element['user_id']}`;
  return String(element['text'] ?? element['fallback'] ?? element['url'] ?? '');
}

/** The words of a text object, a context element or a string. */
function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return 'text' in value ? wordsOf(value.text) : '';
}
