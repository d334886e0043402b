/** Schemas in the text: `employee(id, name, dept)`, over one line or many, also as SQL. */
import type { FieldType } from '../../../../apps/spec.ts';
import type { DraftField, Fact } from '../draft.ts';
import { typeOfHint, typeOfName } from '../field-type.ts';
import { never } from '../lexicon.ts';
import { splitList } from '../list.ts';
import { sourceOf } from '../text.ts';
import { singular, wordsOf } from '../word.ts';
import { readItem } from './item.ts';

const opening =
  /(?:\b(create\s+table\s+(?:if\s+not\s+exists\s+)?))?["'`]?\b([a-z][a-z0-9_]{1,50})["'`]?(\s*)\(/gi;

export type Tables = { facts: Fact[]; rest: string };

/** Takes the schema blocks out of a text. A bracket in a sentence is left where it stands. */
export function readTables(text: string): Tables {
  const facts: Fact[] = [];
  let rest = '';
  let from = 0;
  opening.lastIndex = 0;
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    const start = match.index + match[0].length;
    const end = closing(text, start);
    if (end < 0) continue;
    const inside = text.slice(start, end);
    const sql = Boolean(match[1]);
    if (!sql && (match[3] || !isSchema(inside, text, match.index))) continue;
    const noun = singular(wordsOf(match[2] ?? ''));
    if (!sql && never.has(noun)) continue;
    const source = sourceOf(text.slice(match.index, end + 1));
    facts.push(
      { kind: 'entity', noun, source },
      {
        kind: 'fields',
        noun,
        fields: sql ? sqlColumns(inside, source) : columns(inside, source),
        source,
      },
    );
    rest += `${text.slice(from, match.index)}\n`;
    from = end + 1;
    opening.lastIndex = from;
  }
  return { facts, rest: rest + text.slice(from) };
}

/** Where the bracket closes, or -1 when it does not within a reasonable stretch. */
function closing(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < Math.min(text.length, start + 6_000); at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at;
  }
  return -1;
}

/** Several short names at the start of a line or after another schema: no plural in brackets like "item(s)". */
function isSchema(inside: string, text: string, at: number): boolean {
  const items = splitList(inside);
  if (items.length < 2 && !/pk\s*\(/i.test(inside)) return false;
  if (items.some((item) => item.split(/\s+/).length > 6)) return false;
  const before =
    text
      .slice(Math.max(0, at - 40), at)
      .split('\n')
      .at(-1) ?? '';
  return (
    /_|\n/.test(inside) ||
    /^\s*(?:[-*•\d.]+\s*)?$/.test(before) ||
    /[,;:)]\s*(?:and\s+)?$/.test(before)
  );
}

function columns(inside: string, source: string): DraftField[] {
  const flat = inside.replace(/\bpk\s*\(([^()]*)\)/gi, (_, keys: string) =>
    keys
      .split(',')
      .map((key) => `${key} pk`)
      .join(','),
  );
  const fields: DraftField[] = [];
  for (const part of splitList(flat.replace(/--[^\n]*/g, ' ').replace(/\n/g, ' '))) {
    if (/^\s*(?:primary|foreign|constraint|check|unique|index|key)\b/i.test(part)) continue;
    const composite = /pk\s*\(.*,.*\)/i.test(inside);
    const item = readItem(part.replace(/\breferences\b.*$/i, 'fk').replace(/\bdefault\b.*$/i, ''));
    if (!item) continue;
    if (composite) delete item.field.unique;
    fields.push({ ...item.field, source });
  }
  return fields;
}

const constraint = /^\s*(?:primary|foreign|constraint|check|unique|index|key|exclude)\b/i;

/** "email VARCHAR(255) NOT NULL UNIQUE": a name, a type, marks. */
function sqlColumns(inside: string, source: string): DraftField[] {
  return splitList(inside.replace(/--[^\n]*/g, ' ').replace(/\n/g, ' ')).flatMap((part) => {
    const match = /^["'`]?(\w+)["'`]?\s+(\w+)(.*)$/s.exec(part);
    if (!match || constraint.test(part)) return [];
    const [, column = '', type = '', marks = ''] = match;
    const name = wordsOf(column);
    const hint = typeOfHint(type);
    const field: DraftField = { name, source };
    if (hint && hint !== 'text')
      field.type = hint === 'decimal' && typeOfName(name) === 'money' ? 'money' : hint;
    else field.type = typeOfName(name) === 'longtext' ? 'longtext' : textual(name);
    if (/not\s+null/i.test(marks)) field.required = true;
    if (/\bunique\b/i.test(marks)) field.unique = true;
    return [field];
  });
}

/** A text column may be an address of some kind; it is never a number or a date. */
function textual(name: string): FieldType {
  const type = typeOfName(name);
  return type === 'email' || type === 'phone' || type === 'url' ? type : 'text';
}
