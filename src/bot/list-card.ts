/** A title with a line for each thing. */
import type { CardDraft } from './card.ts';

export const listCard = (title: string, lines: string[]): CardDraft => ({
  kind: 'list',
  title,
  text: [title, ...lines.map((line) => `- ${line}`)].join('\n'),
  sections: [{ title: '', items: lines }],
});
