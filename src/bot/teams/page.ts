/** Rows as pages: as many as fit, in order, none lost. Pure. */
import { type Container, type Element, sizeOf } from './element.ts';
import { type CardRef, execute } from './invoke.ts';
import type { Row } from './row.ts';
import { cut, ours, rich, run } from './text.ts';

/** The longest name of a folded part. */
const foldName = 100;

/** @param bytes the room of a page; a row that alone is larger gets a page of its own */
export function paginate(rows: Row[], bytes: number): Row[][] {
  const pages: Row[][] = [];
  let page: Row[] = [];
  let used = 0;
  for (const row of rows) {
    const cost = costOf(row, page.at(-1));
    if (page.length > 0 && used + cost > bytes) {
      // A title goes along with what it is about.
      const from = page.findLastIndex((one) => !one.isTitle) + 1;
      const titles = from > 0 ? page.splice(from) : [];
      pages.push(page);
      page = [];
      used = 0;
      for (const title of titles) {
        used += costOf(title, page.at(-1));
        page.push(title);
      }
      used += costOf(row, page.at(-1));
    } else used += cost;
    page.push(row);
  }
  return page.length > 0 ? [...pages, page] : pages;
}

/** With the comma behind it, and the frame of a folded part that begins with it. */
function costOf({ element, fold }: Row, before: Row | undefined): number {
  const isFirst = fold !== undefined && before?.fold !== fold;
  return sizeOf(element) + 1 + (isFirst ? sizeOf(folded(fold, [], 'fold99')) : 0);
}

/** Draws rows; neighbours that belong to one folded part stand in it. */
export function drawRows(rows: Row[]): Element[] {
  const drawn: Element[] = [];
  let count = 0;
  for (let at = 0; at < rows.length; ) {
    const { fold, element } = rows[at] as Row;
    if (fold === undefined) {
      drawn.push(element);
      at += 1;
      continue;
    }
    const end = rows.findIndex((row, index) => index > at && row.fold !== fold);
    const inside = rows.slice(at, end === -1 ? rows.length : end);
    drawn.push(...folded(fold, inside, `fold${count}`));
    count += 1;
    at += inside.length;
  }
  return drawn;
}

/** A line that opens and closes what stands under it. */
function folded(name: string, rows: Row[], id: string): Container[] {
  const [shut, open] = [`${id}s`, `${id}o`];
  const title = cut(name, foldName) || 'More';
  const line = (mark: string, of: string, isVisible: boolean): Element => ({
    ...rich([run(`${mark}\u00a0\u00a0${title}`, { color: 'Accent' })]),
    id: of,
    isVisible,
  });
  return [
    {
      type: 'Container',
      spacing: 'Medium',
      items: [line('▸', shut, true), line('▾', open, false)],
      selectAction: {
        type: 'Action.ToggleVisibility',
        title,
        targetElements: [id, shut, open],
      },
    },
    {
      type: 'Container',
      id,
      isVisible: false,
      spacing: 'Small',
      style: 'emphasis',
      items: rows.map(({ element }) => element),
    },
  ];
}

/** Says that there is more, and turns the pages; each person turns their own. */
export function turnLine(ref: CardRef, page: number, pages: number): Element {
  const turn = (title: string, to: number) => execute('page', title, { ...ref, page: to });
  const actions = [
    ...(page > 0 ? [turn('‹ Back', page - 1)] : []),
    ...(page < pages - 1 ? [turn('More ›', page + 1)] : []),
  ];
  const words = ours(`Page ${page + 1} of ${pages}`, { isSubtle: true, size: 'Small' });
  return {
    type: 'ColumnSet',
    spacing: 'Medium',
    columns: [
      { type: 'Column', width: 'auto', items: [{ type: 'ActionSet', actions }] },
      { type: 'Column', width: 'auto', verticalContentAlignment: 'Center', items: [words] },
    ],
  };
}
