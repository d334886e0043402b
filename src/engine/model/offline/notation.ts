/**
 * The notation in which domains are written:
 *
 *     # Veterinary clinic | paw-print 150 | vet, veterinary, animal hospital, pet^1
 *     pets paw-print: name! species breed born:date @owner>customers
 *     visits calendar: @pet when:datetime reason status(booked > seen > paid | cancelled)
 *
 * A heading has the domain's name, an icon and a hue, and the words that give it away,
 * each with its weight (3 unless `^n` says otherwise). Below it, one line an entity: its plural, an icon, its fields.
 *
 *     name!           required           sku^      unique          phone?   searched
 *     text_of_two     two words          x:type    a type that the name does not tell
 *     size(S, M, L)   a choice           status(a > b | c)  a flow, with ways out after the bar
 *     @pet            a link to pets     @owner>customers   a link under another name
 *     @tag*           a link to many
 */
import type { FieldType } from '../../../apps/spec.ts';
import type { DraftEntity, DraftField } from './draft.ts';
import { singular } from './word.ts';

export type Domain = {
  name: string;
  icon: string;
  hue: number;
  words: { text: string; weight: number }[];
  entities: DraftEntity[];
};

/** Reads domains in the notation above; throws on a line that it cannot read, so a slip shows at start. */
export function parseDomains(text: string): Domain[] {
  const domains: Domain[] = [];
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    if (!line) continue;
    if (line.startsWith('#')) domains.push(parseHeading(line));
    else {
      const domain = domains.at(-1);
      if (!domain) throw new Error(`An entity stands before any domain: ${line}`);
      domain.entities.push(parseEntity(line));
    }
  }
  return domains;
}

function parseHeading(line: string): Domain {
  const [name = '', look = '', words = ''] = line
    .slice(1)
    .split('|')
    .map((part) => part.trim());
  const [icon = 'app-window', hue = '220'] = look.split(' ');
  return {
    name,
    icon,
    hue: Number(hue),
    words: words.split(',').map((word) => {
      const [text = '', weight = '3'] = word.trim().split('^');
      return { text, weight: Number(weight) };
    }),
    entities: [],
  };
}

function parseEntity(line: string): DraftEntity {
  const colon = line.indexOf(':');
  const [name = '', icon = 'folder'] = line.slice(0, colon).split(' ');
  const fields = line.slice(colon + 1).match(/[^\s(]+(?:\([^)]*\))?[!?^]*/g) ?? [];
  if (colon < 1 || fields.length === 0) throw new Error(`This is no entity: ${line}`);
  const label = name.replaceAll('_', ' ');
  return {
    name: singular(label),
    label,
    icon,
    fields: fields.map(parseField),
    listed: false,
    known: true,
  };
}

/** field := '@'? name (':' type | '>' entity | '(' options ')' | '*')? ('!' | '?' | '^')* */
function parseField(token: string): DraftField {
  const [, link, name = '', many, rest = '', marks = ''] =
    /^(@?)([a-z0-9_%-]+)(\*?)((?::\w+|>\w+|\([^)]*\))?)([!?^]*)$/.exec(token) ?? [];
  if (!name) throw new Error(`This is no field: ${token}`);
  const words = name.replaceAll('_', ' ');
  const field: DraftField = { name: words };
  if (link) {
    field.type = 'relation';
    field.to = singular(rest.startsWith('>') ? rest.slice(1).replaceAll('_', ' ') : words);
    if (many) field.many = true;
  } else if (rest.startsWith(':')) field.type = rest.slice(1) as FieldType;
  else if (rest.startsWith('(')) Object.assign(field, parseOptions(rest.slice(1, -1)));
  if (marks.includes('!')) field.required = true;
  if (marks.includes('^')) field.unique = true;
  if (marks.includes('?')) field.search = true;
  return field;
}

function parseOptions(text: string): Partial<DraftField> {
  const [flow = '', exits = ''] = text.split('|');
  if (!flow.includes('>')) return { type: 'choice', options: names(flow, ',') };
  return { type: 'status', options: names(flow, '>'), exits: names(exits, ',') };
}

function names(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((name) => name.trim())
    .filter(Boolean);
}
