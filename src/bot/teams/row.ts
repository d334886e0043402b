/** The rows of a card: small enough that pages can be made of them. Pure. */
import {
  type ColumnSet,
  type Element,
  type Rich,
  type Spacing,
  sizeOf,
  type TextBlock,
} from './element.ts';
import { linesOf, linkLine, rich, run } from './text.ts';

export type Row = {
  element: Element;
  /** A title does not stand last on a page. */
  isTitle?: true;
  /** Closed until somebody opens the part of this name. */
  fold?: string;
  /** What has to be seen first. */
  isFocus?: true;
};

/** Longer entries are several rows. */
const rowBytes = 2_400;

/** A section's title, with room above it. */
export function titleRows(title: string): Row[] {
  return linesOf(title, { weight: 'Bolder' }).map((line, index) => ({
    element: { ...line, spacing: index === 0 ? 'Medium' : 'None' },
    isTitle: true,
  }));
}

/** An entry with its mark before it; lines that do not fit beside the mark follow below. */
export function markedRows(
  mark: Rich | TextBlock,
  lines: (Rich | TextBlock)[],
  about: Partial<Row> & { width?: `${number}px`; spacing?: Spacing } = {},
): Row[] {
  const { width = '20px', spacing = 'Small', ...row } = about;
  const groups: (Rich | TextBlock)[][] = [[]];
  for (const line of lines) {
    const last = groups.at(-1) ?? [];
    if (last.length > 0 && sizeOf([...last, line]) > rowBytes) groups.push([line]);
    else last.push(line);
  }
  return groups.map((items, index) => ({
    ...row,
    element: {
      type: 'ColumnSet',
      spacing: index === 0 ? spacing : 'None',
      columns: [
        { type: 'Column', width, items: [index === 0 ? mark : rich([run(' ')])] },
        {
          type: 'Column',
          width: 'stretch',
          spacing: 'Small',
          items: items.length > 0 ? items : [rich([run('–')])],
        },
      ],
    } satisfies ColumnSet,
  }));
}

/**
 * A line for each entry; an entry that begins with a picture has it as its mark.
 * @param links the address of the message behind each; no other address becomes a link
 */
export function bulletRows(items: string[], links: string[] = []): Row[] {
  return items.flatMap((item, index) => {
    const [, picture, rest] = /^(\p{Extended_Pictographic}\ufe0f?)\s+(.*)$/su.exec(item) ?? [];
    const link = messageLink.test(links[index] ?? '') ? toMessage(links[index] ?? '') : [];
    return markedRows(rich([run(picture ?? '•')]), [...linesOf(rest ?? item), ...link]);
  });
}

/** Teams' own. */
const messageLink =
  /^https:\/\/teams\.microsoft\.com\/l\/message\/[\w%.~-]+\/\d+(?:\?[\w%.~=&-]*)?$/;

const toMessage = (url: string) => [linkLine('See the message', url)];
