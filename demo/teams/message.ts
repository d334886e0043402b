/** A card as Teams shows it, in plain text: its words line by line, and its buttons. */
import type { Action, AdaptiveCard, Element, Execute } from '../../src/bot/teams/element.ts';

export type Shown = { id: string; card: AdaptiveCard };

/** A button whose press the program hears, by the words on it. */
export type Button = Pick<Execute, 'title' | 'verb' | 'data'>;

/** Signs for the eyes of a client alone: they keep directions apart and words from being commands. */
const unseen = /[\u2060-\u2069]|\ufe0f/gu;

/** All that can be pressed, also in a part that a press opens. */
export function buttonsOf({ body, actions = [] }: AdaptiveCard): Button[] {
  return [...actions, ...body.flatMap(actionsIn)].flatMap((action) => {
    if (action.type === 'Action.Execute') return [action];
    // Its own button asks for words, or whether it is meant; what is pressed in the end stands in it.
    return action.type === 'Action.ShowCard'
      ? action.card.actions.map((inner) => ({ ...inner, title: action.title }))
      : [];
  });
}

function actionsIn(element: Element): Action[] {
  switch (element.type) {
    case 'ActionSet':
      return element.actions;
    case 'Container':
      return element.items.flatMap(actionsIn);
    case 'ColumnSet':
      return element.columns.flatMap(({ items }) => items.flatMap(actionsIn));
    default:
      return [];
  }
}

/** What stands there, line by line. */
export function printCard({ body, actions = [] }: AdaptiveCard): string {
  const buttons = actions.length > 0 ? [printActions(actions)] : [];
  return [...body.flatMap(printElement), ...buttons]
    .join('\n')
    .replace(unseen, '')
    .replace(/\u00a0/g, ' ');
}

const printActions = (actions: Action[]) => actions.map(({ title }) => `[${title}]`).join(' ');

/** What is folded stays so: its line says what is in it. */
function printElement(element: Element): string[] {
  if ('isVisible' in element && element.isVisible === false) return [];
  switch (element.type) {
    case 'TextBlock':
      return [plain(element.text)];
    case 'RichTextBlock':
      return [element.inlines.map(({ text }) => text).join('')];
    case 'ActionSet':
      return [printActions(element.actions)];
    case 'Container':
      return element.items.flatMap(printElement);
    case 'ColumnSet':
      return beside(element.columns.map(({ items }) => items.flatMap(printElement)));
    case 'Input.Text':
      return [`${element.label}: ____`];
  }
}

/** Of a mark and its entry the lines stay together; the facts of a plan stand one under another. */
function beside(columns: string[][]): string[] {
  const [mark = [], entry = []] = columns;
  if (columns.length !== 2 || mark.length !== 1)
    return columns.map(([label, ...value]) => [label, ...value].join('  '));
  const room = ' '.repeat(Math.max(3, [...(mark[0] ?? '')].length + 1));
  return entry.map((line, index) =>
    index === 0 ? `${mark[0]} `.padEnd(room.length) + line : room + line,
  );
}

/** Mentions and times are written as commands, which clients replace. */
const plain = (text: string) =>
  text
    .replace(/<at>(.*?)<\/at>/g, '@$1')
    .replace(/\{\{DATE\(([^,)]+)[^)]*\)\}\}, \{\{TIME\([^)]*\)\}\}/g, '$1');
