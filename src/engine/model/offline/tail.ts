/** What follows the type in the sentence that says what to build: "with …", "to track …", "where …". */
import type { Fact } from './draft.ts';
import { isValueName } from './field-type.ts';
import { readAlert } from './grammar/alert.ts';
import { factsOf } from './grammar/attribute.ts';
import { areThings } from './grammar/colon.ts';
import { thingOf } from './grammar/noun.ts';
import { readSentence, type Talk } from './grammar/sentence.ts';
import { readStatus } from './grammar/status.ts';
import { thingsIn } from './grammar/thing.ts';
import { tidy } from './grammar/tidy.ts';
import { readDashboard } from './grammar/wish.ts';
import type { Head } from './head.ts';
import { splitList } from './list.ts';
import { sourceOf } from './text.ts';
import { isPlural } from './word.ts';

/** What follows the type: features, fields of the thing itself, or sentences. */
export function readTail(head: Head, headline: string, talk: Talk): Fact[] {
  const source = sourceOf(headline);
  const facts: Fact[] = [];
  const thing = thingOfHead(head);
  if (head.type === 'Dashboard') {
    const dashboard = readDashboard(headline, source);
    if (dashboard) return [dashboard];
  }
  if (/\b(?:status|stages?|pipeline)\b/i.test(headline.slice(0, 60))) {
    const status = readStatus(headline, source);
    if (status) return status.facts;
  }
  const words = tidy(head.tail)
    .replace(/^(?:[,;:-]\s*)+/, '')
    .replace(
      /^(?:with|including|having|containing|showing|featuring|that (?:has|have|includes?|contains?))\b\s*:?\s*/i,
      '',
    );
  if (!words) return facts;
  const plain = words !== tidy(head.tail).trim();
  const parts = splitList(words);
  if (areThings(parts)) {
    return thingsIn(words, source);
  }
  if (
    plain &&
    thing &&
    !/\b(?:that|which|who|each|every|\p{L}+s|people) (?:has|have)\b/iu.test(words)
  ) {
    const own = factsOf(thing, words, source);
    const fields = own.flatMap((fact) => (fact.kind === 'fields' ? fact.fields : []));
    const values = fields.filter((field) => isValueName(field.name)).length;
    if (
      fields.length > 1 &&
      own.length === 1 &&
      values * 2 >= fields.length &&
      !/\b(?:tracking|list|management|board|alerts?|reports?|dashboard|each|every)\b/i.test(words)
    ) {
      talk.subject = thing;
      return own;
    }
  }
  if (
    !plain ||
    /^(?:each|every|an?|the|all) .{2,40} (?:has|have|can|belongs?|is|are)\b/i.test(words)
  ) {
    return readSentence(words, talk);
  }
  return splitFeatures(words).flatMap((feature) => readFeature(feature, source, talk));
}

/** "hives: name, age; apiaries: name": the commas behind a colon part fields, not features. */
const listedThing = /^\p{L}[^:,;]{1,40}:\s/u;
const betweenThings = /\s*[;,]\s*(?:and\s+)?(?=\p{L}[^:,;]{1,40}:\s)/u;

function splitFeatures(words: string): string[] {
  if (listedThing.test(words)) return words.split(betweenThings);
  if (/\b(?:with|has|have|having|including)\b|\(/i.test(words)) return [words];
  return splitList(words);
}

function readFeature(feature: string, source: string, talk: Talk): Fact[] {
  const alert = readAlert(feature, source);
  if (alert) return [alert];
  const dashboard = readDashboard(feature, source);
  if (dashboard) return [dashboard];
  const board =
    /^(.{2,40}?)\s+(?:status(?:es)?|pipeline|stages|status board|board|workflow|progress)$/i.exec(
      feature.trim(),
    );
  const noun = board ? thingOf(board[1] ?? '') : undefined;
  if (noun) return [{ kind: 'status', noun, name: 'status', states: [], source }];
  const facts = readSentence(feature, talk);
  return facts.length > 0 ? facts : thingsIn(feature, source);
}

/** What a sentence that says what to build is about: "plant tracker", "a tracker for plants". */
export function thingOfHead(head: Head): string | undefined {
  return headThing(head) ?? (isPlural(head.business) ? thingOf(head.business) : undefined);
}

/** "customer list" as a head is about customers. */
export function headThing(head: Head): string | undefined {
  return head.topic ? thingOf(head.topic) : undefined;
}
