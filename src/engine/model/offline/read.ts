/** A whole text into a head and facts. Walks the blocks; the grammar reads the sentences. */
import { type Block, readBlocks, splitSentences } from './block.ts';
import type { DraftField, Fact } from './draft.ts';
import { isKnownThing } from './grammar/colon.ts';
import { readItem } from './grammar/item.ts';
import { thingOf } from './grammar/noun.ts';
import { readSentence, type Talk } from './grammar/sentence.ts';
import { readTables } from './grammar/table.ts';
import { thingsIn } from './grammar/thing.ts';
import { tidy } from './grammar/tidy.ts';
import { type Head, readHead } from './head.ts';
import { splitList } from './list.ts';
import { headThing, readTail, thingOfHead } from './tail.ts';
import { sourceOf } from './text.ts';
import { isPlural, wordsOf } from './word.ts';

export type Reading = { head: Head; headline: string; facts: Fact[] };

/** Reads a cleaned text. */
export function readText(text: string): Reading {
  const tables = readTables(text);
  const blocks = readBlocks(tables.rest);
  const first = firstText(blocks);
  const headline = first ? (splitSentences(first.text)[0] ?? '') : '';
  const head = readHead(headline.replace(/[.!]+$/, ''));
  const walk: Walk = { first, headline, head, facts: [], talk: {} };
  for (const block of blocks) readBlock(block, walk, 0);
  return { head, headline, facts: [...tables.facts, ...walk.facts] };
}

/** The block that says what to build: past headings like "Requirements" that say nothing. */
function firstText(blocks: Block[]): Block | undefined {
  const [first] = blocks;
  const empty =
    first?.kind === 'heading' && readHead(first.text).typed === false && !thingOf(first.text);
  return empty && first.children[0] ? firstText(first.children) : first;
}

/** A text on its way: what was found, and what is being talked about. */
type Walk = { first: Block | undefined; headline: string; head: Head; facts: Fact[]; talk: Talk };

function readBlock(block: Block, walk: Walk, depth: number): void {
  const { head, headline, facts, talk } = walk;
  if (depth > 12) return;
  const sentences = splitSentences(block.text);
  const leaves =
    block.children.length > 0 && block.children.every((child) => child.children.length === 0);
  if (
    block === walk.first &&
    sentences[0] === headline &&
    (head.typed || head.asked || head.business)
  ) {
    facts.push(...readTail(head, headline, talk));
    const about = thingOfHead(head);
    if (!talk.subject && about) talk.subject = about;
    sentences.shift();
    for (const sentence of sentences) facts.push(...readSentence(sentence, talk));
    if (
      leaves &&
      block.children.every((child) => isShort(child.text) && isField(child.text)) &&
      block.children.filter((child) => isThingLine(child.text)).length * 2 <
        block.children.length &&
      headThing(head)
    ) {
      facts.push(...bulletFields(headThing(head) ?? '', block.children));
      return;
    }
    for (const child of block.children) readBlock(child, walk, depth + 1);
    return;
  }
  const title = block.text.replace(/[:.]+$/, '');
  if (block.kind === 'text' && block.children.length === 0 && isTitle(title)) {
    const noun = thingOf(title) ?? title;
    facts.push({ kind: 'entity', noun, source: sourceOf(block.text), label: wordsOf(title) });
    talk.subject = noun;
    return;
  }
  const topic =
    block.children.length > 0 && title.split(/\s+/).length <= 6 ? thingOf(title) : undefined;
  if (block.children.length > 0 && topic && !/\s(?:is|are|has|have)\s/.test(title)) {
    readNested(block, topic, walk, depth);
    return;
  }
  const joined =
    leaves &&
    /(?::|\b(?:with|has|have|include|includes|following|are|fields|columns|attributes|contains))$/i.test(
      block.text.trim(),
    ) &&
    block.children.every((child) => isShort(child.text) && !/\w\s*[:(]|\s-\s/.test(child.text));
  if (joined && sentences.length > 0) {
    const last = sentences.pop() ?? '';
    for (const sentence of sentences) facts.push(...readSentence(sentence, talk));
    const list = block.children.map((child) => child.text.replace(/[.;,]$/, '')).join('; ');
    const before = facts.length;
    facts.push(...readSentence(`${last.replace(/:$/, '')} ${list}`, talk));
    if (facts.length > before) return;
    if (
      /\b(?:entit|tables|lists|modules|objects|models|collections|things|features|track|manage)/i.test(
        last,
      )
    ) {
      for (const child of block.children) facts.push(...thingsIn(child.text, sourceOf(child.text)));
      return;
    }
  } else {
    for (const sentence of sentences)
      facts.push(
        ...(block.kind === 'bullet' ? readBullet(sentence, talk) : readSentence(sentence, talk)),
      );
  }
  for (const child of block.children) readBlock(child, walk, depth + 1);
}

/** A thing with lines below it: fields, or sentences about it. */
function readNested(block: Block, topic: string, walk: Walk, depth: number): void {
  const { facts, talk } = walk;
  const source = sourceOf(block.text);
  const fieldLike = block.children.filter(
    (child) =>
      child.kind === 'bullet' &&
      child.children.length === 0 &&
      isShort(child.text) &&
      isField(child.text),
  );
  const things = block.children.filter(
    (child) =>
      child.children.length > 0 ||
      isPlural(/^([^:(]+?)\s*[:(]/.exec(child.text)?.[1]?.toLowerCase() ?? ''),
  );
  if (block.kind !== 'heading' || fieldLike.length > 0) {
    const label = wordsOf(block.text.replace(/[:.]+$/, ''));
    if (
      fieldLike.length > 0 &&
      fieldLike.length >= block.children.length / 2 &&
      things.length < block.children.length
    ) {
      facts.push({ kind: 'entity', noun: topic, source, ...(isPlural(label) ? { label } : {}) });
      talk.subject = topic;
      facts.push(...bulletFields(topic, fieldLike));
      for (const child of block.children)
        if (!fieldLike.includes(child)) readBlock(child, walk, depth + 1);
      return;
    }
  }
  talk.subject = topic;
  for (const child of block.children) readBlock(child, walk, depth + 1);
}

function bulletFields(noun: string, bullets: Block[]): Fact[] {
  return bullets.flatMap((bullet): Fact[] => {
    const source = sourceOf(bullet.text);
    const link =
      /^(?:belongs? to|linked to|related to|links? to|reference to|refers to|has many|many)\s+(.+)$/i.exec(
        bullet.text,
      );
    const to = link ? thingOf(link[1] ?? '') : undefined;
    if (to) {
      const reverse = /many/i.test(bullet.text);
      return [
        {
          kind: 'link',
          from: reverse ? to : noun,
          to: reverse ? noun : to,
          many: false,
          source,
          sure: true,
        },
      ] satisfies Fact[];
    }
    const text = tidy(bullet.text);
    const items = /[:(]|\s-\s/.test(text) ? [readItem(text)] : splitList(text).map(readItem);
    const fields: DraftField[] = items.flatMap((item) => (item ? [{ ...item.field, source }] : []));
    return fields.length > 0 ? [{ kind: 'fields', noun, fields, source }] : [];
  });
}

/** A bullet on its own: "Customer list". */
function readBullet(text: string, talk: Talk): Fact[] {
  const source = sourceOf(text);
  const facts = readSentence(text, talk);
  const clause = /\b(?:can|must|should|will|may|is|are|has|have|cannot)\b/i.test(text);
  return facts.length > 0 || clause ? facts : thingsIn(text, source);
}

function isShort(text: string): boolean {
  return (
    text
      .replace(/\([^)]*\)/g, '')
      .replace(/[:-]\s.*$/, '')
      .split(/\s+/).length <= 6 && !/\.\s/.test(text)
  );
}

/** "Projects" on a line of its own: what follows is about them. */
function isTitle(text: string): boolean {
  return (
    /^[\p{L}][\p{L} -]{2,30}$/u.test(text) && text.split(' ').length <= 3 && isKnownThing(text)
  );
}

/** "Drivers: name, phone" is a thing with its fields. */
function isThingLine(text: string): boolean {
  const match = /^([^:(]{2,40}?)\s*(?::|\(|\s-\s)\s*(.+)$/.exec(text);
  return match !== null && isKnownThing(match[1] ?? '') && splitList(match[2] ?? '').length > 1;
}

function isField(text: string): boolean {
  if (/\b(?:list|tracking|management|search|dashboard|report|board)\b/i.test(text)) return false;
  return splitList(text.replace(/[:-]\s.*$/, '')).every((part) => readItem(part) !== undefined);
}
