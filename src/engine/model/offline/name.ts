/** What the app is called: its name, its short name, its address. */
import type { Head } from './head.ts';
import type { Domain } from './notation.ts';
import { plural, sentenceList, toKey, toTitle } from './word.ts';

export type Names = { type: string; domain: string; name: string; shortName: string; slug: string };

/** Words that an address can do without. */
const filler =
  /\b(?:my|our|the|a|an|store|shop|company|business|system|app|application|small|local|family|new|simple|little|for|of|and|management|online)\b/g;

/** Names from the head, the domain and the things of the app. */
export function namesOf(head: Head, domain: Domain | undefined, things: string[]): Names {
  const type = head.type === 'Database' || head.type === 'Management system' ? 'App' : head.type;
  const tracked = !head.typed && !head.business;
  const kind = tracked && things.length <= 2 ? 'Tracker' : type;
  const about = (head.business || head.topic || '')
    .replace(/[^\p{L}\p{N}&' -]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const topic = about.split(' ').length <= 5 ? about : '';
  const base =
    topic ||
    (tracked ? sentenceList(things.slice(0, 2)) : (domain?.name.toLowerCase() ?? things[0] ?? ''));
  const suffix = nameSuffix(head, kind, base);
  const name = clip(toTitle(`${base} ${suffix}`.trim()) || 'App', 60);
  const domainName =
    domain?.name ??
    (topic ? clip(toTitle(topic), 60) : things[0] ? toTitle(plural(things[0])) : 'General');
  return {
    type: kind,
    domain: domainName,
    name,
    shortName: shortName(kind, name),
    slug: slugOf(base, suffix, name),
  };
}

function nameSuffix(head: Head, kind: string, base: string): string {
  if (head.type === 'Management system') return /manage/.test(base) ? '' : 'management';
  if (head.type === 'Inventory' && !base) return 'Inventory';
  if (kind === 'App') return head.topic || /s$/.test(base) ? '' : 'app';
  return new RegExp(`\\b${kind}\\b`, 'i').test(base)
    ? ''
    : kind === 'CRM' || kind.toUpperCase() === kind
      ? kind
      : kind.toLowerCase();
}

function shortName(kind: string, name: string): string {
  return kind === 'App' || kind === 'Tracker' ? name.replace(/ App$/, '') : kind;
}

function slugOf(base: string, suffix: string, name: string): string {
  const words = `${base} ${suffix}`.toLowerCase();
  const lean = toKey(words.replace(filler, ' '), '') || toKey(words, '') || toKey(name, 'app');
  return lean.replaceAll('_', '-').slice(0, 40).replace(/-+$/, '');
}

function clip(text: string, most: number): string {
  return text.length <= most
    ? text
    : text.slice(0, text.lastIndexOf(' ', most) > 10 ? text.lastIndexOf(' ', most) : most).trim();
}
