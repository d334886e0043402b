/** Lists as blocks of rich text, and what all parts of a card share. Pure. */
import type { types } from '@slack/bolt';
import { cut as cutText, tidy } from '../text.ts';
import { type Block, rich } from './blocks.ts';
import type { List } from './compose.ts';
import { limits } from './limits.ts';
import { bold, line, list, plain } from './rich.ts';

/** Cuts a text and remembers that it did. */
export type Cutter = (text: string, max: number) => string;

export function createCutter(): { cut: Cutter; hasCut(): boolean } {
  let hasCut = false;
  return {
    cut(text, max) {
      const whole = tidy(text);
      const shown = cutText(whole, max);
      hasCut ||= shown !== whole;
      return shown;
    },
    hasCut: () => hasCut,
  };
}

export type Look = {
  /** The address of our own pages, without a trailing slash. */
  baseUrl: string;
};
export type Section = types.RichTextSection;
type Shape = 'lines' | 'bullet' | 'ordered';

/** Longer texts stand in the thread. */
export const longest = {
  name: 150,
  detail: 300,
  part: 100,
  label: 80,
  value: 700,
  item: 400,
  note: 300,
};
/** A narrow screen still has room for the words behind it. */
export const indent = '\u2003\u2002';

/** A list of lines, bullets or numbers under its title. */
export function listOf(
  title: string,
  shape: Shape,
  entries: Section[],
  about: Pick<List, 'noun' | 'weight'> & Partial<List>,
): List {
  return {
    kind: 'list',
    entries,
    draw: (from, to) => {
      return chunk(entries.slice(from, to)).map(({ at, sections }): Block => {
        const lead = title && at === 0 ? line(bold(title)) : undefined;
        if (shape === 'lines') return rich([joined(lead ? [lead, ...sections] : sections)]);
        return rich([...(lead ? [lead] : []), list(shape, sections, from + at)]);
      });
    },
    ...about,
  };
}

/** One section with breaks: sections of their own run together in some clients. */
const joined = (sections: Section[]): Section =>
  line(...sections.map(({ elements }, index) => [...(index > 0 ? plain('\n') : []), ...elements]));

/** Splits what is too long for one block. */
export function chunk(sections: Section[]): { at: number; sections: Section[] }[] {
  const chunks: { at: number; sections: Section[]; length: number }[] = [];
  sections.forEach((section, index) => {
    const length = lengthOf(section);
    const last = chunks.at(-1);
    if (!last || last.length + length > limits.richText - 200)
      chunks.push({ at: index, sections: [section], length });
    else {
      last.sections.push(section);
      last.length += length;
    }
  });
  return chunks;
}

const lengthOf = ({ elements }: Section): number =>
  elements.reduce((sum, part) => sum + ('text' in part ? (part.text ?? '').length : 20), 1);
