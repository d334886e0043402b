/** One item of a list of attributes: "a unique serial number (required)", "price in euros", "many orders". */
import type { DraftField } from '../draft.ts';
import { optionsOfName, typeOfHint, typeOfName } from '../field-type.ts';
import { joints, verbs } from '../lexicon.ts';
import { splitFlow, splitStates } from '../list.ts';
import { singular, wordsOf } from '../word.ts';
import { stripOpeners } from './noun.ts';

export type Item = {
  field: DraftField;
  /** "many", "one or more", "several" stood before it. */
  many: boolean;
  /** Words as they stood, without articles. */
  noun: string;
};

const manyWords =
  /^(?:(?:can|may|will|must|should|could) (?:have|contain|include) )?(?:many|several|multiple|various|numerous|any number of|an? (?:list|set|collection|number|history) of|lists? of|one or (?:more|many|several)|zero or (?:more|many)|one to many|at least (?:one|two|1)|0 or more|1 or more|(?:one|zero|two|0|1)-or-(?:more|many|several)|different|a few|lots of|all (?:the|its|their)|more than one|up to \w+)\s+/i;

const statusNames =
  /^(?:(?:current|order|repair|job|ticket|claim|task|project|booking|application|work|deal|case|leave|loan|payment|delivery|shipment) )?(?:status|stage|state|phase|progress)$/;

/** Reads one item; undefined when its words are a clause or nothing that could name a field. */
export function readItem(text: string): Item | undefined {
  const field: DraftField = { name: '' };
  let words = text
    .trim()
    .replace(/^[-•*]\s*/, '')
    .replace(/[.!?:]+$/, '');
  words = readHints(words, field);
  words = words.replace(
    /^(?:such as|like|as well as|also|including|its|their|his|her|with|for|having|has|have|record(?:ing)?(?! (?:date|time|number)\b)|store|stor(?:e|ing)|plus|then|maybe|perhaps|ideally|e\.g\.?|eg|namely|what|who(?! (?:\w+ed|is|was|has|made|took|bought|sold|wrote|did)\b)|the usual)\s+/i,
    '',
  );
  words = words.replace(/^(?:a|an|the|its|their)\s+/i, '');
  if (/^(?:unique|uniquely)\s/i.test(words)) field.unique = true;
  if (/^mandatory\s/i.test(words)) field.required = true;
  const unit =
    /\s+in (seconds|minutes|hours|days|weeks|months|years|met(?:er|re)s|km|kg|kilograms|grams|cm|lit(?:er|re)s|percent|pixels)$/i.exec(
      words,
    );
  if (unit) {
    words = words.slice(0, unit.index);
    field.type ??= /second|minute|day|week|month|year|pixel/i.test(unit[1] ?? '')
      ? 'integer'
      : 'decimal';
  }
  words = words.replace(/\s+of (?:different|various|any|multiple) .*$/i, '');
  words = words.replace(
    /\s+(?:from \d+ to \d+|between \d+ and \d+|out of \d+|of up to \d+|up to \d+)\b.*$/i,
    '',
  );
  const scale = /\s+\(?\d{1,3}\s?(?:-|to)\s?\d{1,4}\)?$/.exec(words);
  if (scale) {
    words = words.slice(0, scale.index);
    field.type ??= 'integer';
  }
  words = asked(words, field);
  const many = manyWords.test(words);
  words = words.replace(manyWords, '');
  words = yesNo(words, field);
  words = words
    .replace(
      /\s+(?:that|which|who|whose|where|when|so that|because|if|while|in order to|used (?:to|for|by)|to (?:be|track|identify|indicate|show|record|help|keep)|for (?:each|every|the|a|an|all|which)|of (?:each|every|the|a|an|its|their|this|that) )\s?.*$/i,
      (tail) => (/^\s+of (?:the|a|an|its|their|each|every|this|that) /i.test(tail) ? tail : ''),
    )
    .replace(/^(.+?) of (?:the|a|an|its|their|each|every|this|that) (?:same )?(.+)$/i, '$2 $1')
    .replace(/\s+(?:they|we|it|he|she|i)\s.*$/i, '')
    .replace(
      /\s+(?:in|on|at|from|by|with)\s(?:the|a|an|each|our|my|their|its|which|stock for)\s.*$/i,
      '',
    );
  const noun = stripOpeners(words)
    .replace(/^["']|["']$/g, '')
    .trim();
  field.name = nameOf(noun);
  if (!isName(field.name)) return undefined;
  if (!field.type) typeByName(field);
  if (field.options && field.type === 'choice' && statusNames.test(field.name))
    field.type = 'status';
  return { field, many, noun };
}

/** Takes brackets and trailing hints off and writes what they say into the field. */
function readHints(text: string, field: DraftField): string {
  let words = text;
  const bracket = /[([{]([^()[\]{}]{1,400})[)\]}]/.exec(words);
  const other = /^another (\w+)$/i.exec(bracket?.[1] ?? '');
  if (other) Object.assign(field, { type: 'relation', to: singular(wordsOf(other[1] ?? '')) });
  if (bracket) {
    readHint(bracket[1] ?? '', field);
    words = `${words.slice(0, bracket.index)} ${words.slice(bracket.index + bracket[0].length)}`;
  }
  words = words.replace(
    /\s+(not null|primary key|pk|unique|required|mandatory|optional|nullable|auto_?increment|fk|foreign key)(?=\s|$)/gi,
    (_, hint: string) => {
      readHint(hint, field);
      return '';
    },
  );
  words = words.replace(
    /\s+(?:as|in)\s+(?:an?\s+)?(euros?|eur|dollars?|usd|pounds?|gbp|percent|%|long text|free text|text|whole numbers?|numbers?|date|checkbox|yes\/no|kg|km|boolean|minutes|hours|days|money|integers?|decimals?)$/i,
    (_, hint: string) => {
      readHint(/minutes|days/i.test(hint) ? 'integer' : hint, field);
      return '';
    },
  );
  const flow =
    /^((?:.{1,20}\s)?(?:status|stage|state|phase)) (?:from|of|going from|which goes from) (.+ to .+|.+→.+|.+,.+)$/i.exec(
      words,
    );
  if (flow) {
    readHint(flow[2] ?? '', field);
    words = flow[1] ?? words;
  }
  words = words.replace(/\s*(?:\s-\s|:)\s*(.{1,300})$/, (all, hint: string) => {
    if (/^(?:an?\s+)?[a-z]+(?:\([\d, ]+\))?$/i.test(hint) && typeOfHint(hint))
      readHint(hint, field);
    else if (splitStates(hint).length > 1) readHint(hint, field);
    else if (!/^[^\s:]+:/.test(all)) return '';
    return '';
  });
  return words
    .replace(
      /(?<!^(?:an?|the|its))\s(?:varchar|char|int|integer|bigint|decimal|numeric|boolean|bool|text|timestamp|serial|uuid|float)(?:\([\d, ]+\))?$/i,
      (hint) => {
        readHint(hint, field);
        return '';
      },
    )
    .trim();
}

function readHint(hint: string, field: DraftField): void {
  if (/^(?:e\.?g\.?|for example|i\.?e\.?|such as|like|etc|including)\b/i.test(hint.trim())) return;
  if (hint.trim().split(/\s+/).length > 8) return;
  if (/\bnot (?:be )?(?:unique|required)\b/i.test(hint)) return;
  if (/\b(?:required|mandatory|not null|must have)\b/i.test(hint)) field.required = true;
  if (/\b(?:unique|primary key|pk)\b/i.test(hint)) field.unique = true;
  if (
    /^\s*(?:required|mandatory|not null|unique|optional|nullable|primary key|pk|fk|foreign key|ref\b.*|references\b.*)\s*$/i.test(
      hint,
    )
  )
    return;
  const { states, exits } = splitFlow(
    hint.replace(/^(?:can be|either|one of|options?|values?|choice of|enum)\s*:?\s*/i, ''),
  );
  if (/^\s*(?:yes|true|y)\s*(?:\/|or|,)\s*(?:no|false|n)\s*$/i.test(hint)) field.type = 'boolean';
  else if (
    states.length > 1 &&
    states.every((state) => state.length < 30 && !/required|unique|optional/i.test(state))
  ) {
    field.options = states;
    if (exits.length > 0) field.exits = exits;
  } else if (states.length <= 1) {
    const type = typeOfHint(hint);
    if (type && hint.trim().split(/\s+/).length <= 4) field.type = type;
  }
}

function typeByName(field: DraftField): void {
  if (field.options) field.type = statusNames.test(field.name) ? 'status' : 'choice';
  else {
    const known = optionsOfName(field.name);
    if (known) Object.assign(field, { type: 'choice', options: known });
    else field.type = typeOfName(field.name);
  }
}

/** "when it was bought" is a date, "how many guests" a number, "who booked it" a person. */
function asked(text: string, field: DraftField): string {
  const when =
    /^(?:when|on what date) (?:i|we|it|they|he|she|you|someone|the \w+|each \w+) (?:was |were |is |are |has been |have |had |will be |got )?(.+?)(?: (?:them|it|him|her))?$/i.exec(
      text,
    );
  if (when) {
    field.type = 'date';
    return when[1] ?? text;
  }
  const many =
    /^how many (.+?)(?: (?:there are|we have|are left|it has|i have|they have|are in stock))?$/i.exec(
      text,
    );
  if (many) return `number of ${many[1]}`;
  const who =
    /^who (?:is |was |has )?(\w+ed|made|took|bought|sold|wrote|did)(?: (?:it|them|the \w+))?$/i.exec(
      text,
    );
  if (who) return `${who[1]} by`;
  if (/^where (?:it|they|we) (?:is|are|was|were|keep|store|kept|stored).*$/i.test(text))
    return 'location';
  const where = /^where (?:i|we|they|he|she|you) (\w+) (?:it|them)$/i.exec(text);
  if (where && !/^(?:keep|store|kept|stored)$/.test(where[1] ?? '')) {
    field.type = 'text';
    return `${where[1]} at`;
  }
  if (/^how much (?:it|they|i|we) (?:costs?|paid|spent|is|are).*$/i.test(text)) return 'cost';
  return text;
}

/** "whether it is paid" is a yes or no called "paid". */
function yesNo(text: string, field: DraftField): string {
  const found =
    /^(?:whether(?: or not)?|if|a flag (?:for|if|that)) (?:(?:it|they|he|she|the \w+|a \w+|each \w+) )?(?:(?:is|are|was|were|has been|have been|has|have|had) )?(.+)$/i.exec(
      text,
    );
  if (!found) return text;
  field.type = 'boolean';
  return found[1] ?? text;
}

function nameOf(noun: string): string {
  const name = wordsOf(noun.replace(/["“”]/g, '').replace(/'s\b/g, ''))
    .replace(/^e-mails?\b/, 'email')
    .replace(/\s+/g, ' ')
    .replace(/[^\p{L}\p{N} %#&'-]+/gu, '')
    .trim();
  const plain =
    /(?:^| )(?:names|emails|phones|addresses|dates|prices|phone numbers|numbers|titles|ages|times|statuses|salaries|birthdays)$/.test(
      name,
    )
      ? singular(name)
      : name;
  return plain.replace(/^# of /, 'number of ');
}

function isName(name: string): boolean {
  const words = name.split(' ');
  if (!name || words.length > 6 || name.length > 60 || !/\p{L}/u.test(name)) return false;
  if (
    /^(?:etc|so on|more|others?|and|or|the like|everything|anything|it|them|they|etcetera|fields?|columns?|attributes?|following|information|details of|data|relevant information|other details)$/.test(
      name,
    )
  )
    return false;
  const inner = name.replace(
    /^(?:number of|date of|is|has|can|was|time of|place of|year of|amount|paid|made|required|sold|used|taken|shared|registered|offered|worked|done|created|assigned|related|hours|published|needs|requires|rate) ?/,
    '',
  );
  const rest = inner.split(' ').filter(Boolean);
  return !rest.some(
    (word, at) =>
      (joints.has(word) &&
        !['in', 'on', 'at', 'per', 'for', 'to', 'by', 'and', 'from', 'since', 'until'].includes(
          word,
        )) ||
      (verbs.has(word) &&
        at === 0 &&
        rest.length > 1 &&
        typeOfName(name) === 'text' &&
        !/ed$|paid|sold|work|support/.test(word)) ||
      /^(?:is|are|was|were|has|have|can|should|must|will|may)$/.test(word),
  );
}
