/**
 * Whether somebody wants a text to be written, and what they say about it: "Draft an e-mail to Ana about the late
 * delivery", "Summarise this thread: …". Rules over the first sentence; what stands behind it is the source.
 */
import type { ArtifactKind } from '../../../../db/artifact.ts';
import type { DraftWish, Tone } from '../../draft.ts';
import { addressedTo, topicOf } from './addressee.ts';
import { readRework } from './rework.ts';

const courtesy =
  /^(?:(?:hey|hi|hello|ok|okay|please|pls|plz|kindly|now|factotum|(?:can|could|would|will) (?:you|u|ya)|i need you to|i want you to|i would like you to|i'd like you to|let's|todo:?)[,!]?\s+)+/i;
const asking =
  /^(?:(?:hey|hi|hello|ok|okay|please|factotum)[,!]? )*(?:can|could|would|will) (?:you|u|ya) (?:(?:please|pls|plz) )?/i;
const wanting = /^(?:i (?:need|want|would like)|i'd like|we need)\s+(?=an? |the )/i;

/** Everything that makes a text. */
const any =
  '(?:draft|write|compose|prepare|create|make|generate|put together|prepare|give me|get me|send me|show me|need)';
/** What is said of texts alone: what is "created" may be an app. */
const written = '(?:draft|write|compose|prepare|word|phrase)';
const lead =
  '(?:me |us |up |out )?(?:an? |the |my |our |this |that |another )?(?:[\\w-]+,? ){0,3}?';

const kinds: [kind: ArtifactKind, pattern: RegExp][] = [
  [
    'action_items',
    /^(?:extract|pull out|pick out|find|list|get|give me|write down|collect) (?:me )?(?:all )?(?:of )?(?:the |our |my )?(?:action (?:items|points)|next steps)\b/i,
  ],
  [
    'action_items',
    /^(?:turn|make|convert|change) (?:.{1,60}? )?into (?:a list of )?(?:action (?:items|points)|next steps)\b/i,
  ],
  [
    'minutes',
    /^(?:turn|make|convert|change) (?:.{1,60}? )?into (?:the )?(?:meeting )?(?:minutes|meeting notes)\b/i,
  ],
  [
    'minutes',
    new RegExp(
      `^${any} ${lead}(?:minutes|meeting notes)(?! (?:app|list|tracker|system|later|from now))\\b`,
      'i',
    ),
  ],
  ['summary', /^(?:summari[sz]e|sum up|tl;?dr|recap)\b/i],
  ['summary', new RegExp(`^${any} ${lead}(?:summary|recap|tl;?dr)\\b`, 'i')],
  ['agenda', new RegExp(`^${any} ${lead}agenda\\b`, 'i')],
  [
    'status_report',
    new RegExp(
      `^${any} ${lead}(?:status|progress|weekly|daily|monthly) (?:status |progress )?(?:report|update)\\b`,
      'i',
    ),
  ],
  ['outline', new RegExp(`^(?:${any} ${lead}outline|outline)\\b`, 'i')],
  ['reply', new RegExp(`^${written} ${lead}(?:reply|response|answer)\\b`, 'i')],
  [
    'email',
    new RegExp(`^(?:${written}|create|make|generate|need) ${lead}(?:e-?mail|mail)\\b`, 'i'),
  ],
  [
    'message',
    new RegExp(
      `^${written} ${lead}(?:message|announcement|invitation|invite|notice|note|memo|letter|apology|thank[- ]you|slack post|chat post|reminder)\\b`,
      'i',
    ),
  ],
  ['message', /^(?:draft|write) (?:something |a line |a few words )?to (?=[\p{L}@])/iu],
  [
    'text',
    new RegExp(
      `^${written} ${lead}(?:(?:job )?descriptions?|proposal|press release|newsletter|article|blog post|post|policy|faq|speech|bio|text|copy|paragraph|statement|brief|guide|instructions|introduction|essay|pitch|story|review|survey|questions|report|plan|terms|offer|quote)\\b`,
      'i',
    ),
  ],
];

/** An app about such texts is an app: "create an agenda tracker". */
const isApp =
  /\b(?:app|application|apps|database|dashboard|tracker|system|crm|tool|software|website|board|module|form)\b/i;
const thatText =
  /\b(?:this|these|that|those|the|my|our|above) (?:\w+ )?(?:thread|conversation|discussion|chat|messages?|notes?|e-?mails?|mails?|text|minutes|transcript|document|above)\b|^(?:summari[sz]e|sum up|recap|tl;?dr)(?: (?:this|that|it|the above))?$|\babove\b/i;

const longestLead = 400;

/** Undefined when nothing is to be written, or no rule knows what. */
export function readDraftWish(text: string): DraftWish | undefined {
  const clean = text.replaceAll('\0', '').trim();
  const parts = splitOf(clean);
  return readLead(parts.lead, parts.source) ?? readLast(clean);
}

/** The instruction may stand below what it is about. */
function readLast(clean: string): DraftWish | undefined {
  const at = clean.lastIndexOf('\n');
  if (at < 0) return undefined;
  const wish = readLead(clean.slice(at + 1).trim(), '');
  return wish?.wantsSource
    ? { ...wish, source: clean.slice(0, at).trim(), wantsSource: false }
    : undefined;
}

function readLead(words: string, source: string): DraftWish | undefined {
  const said = words.replace(/\s+/g, ' ').trim();
  // "Can you summarise this?" asks for it; "Summarise what?" does not.
  const asked = asking.test(said) ? said.replace(/[\s?]+$/, '') : said;
  const bare = asked
    .replace(courtesy, '')
    .replace(wanting, 'need ')
    .replace(/[\s.!:]+$/, '');
  if (bare === '' || bare.length > longestLead || bare.endsWith('?')) return undefined;
  const reworked = readRework(said, bare, source);
  if (reworked) return reworked;
  for (const [artifact, pattern] of kinds) {
    const found = pattern.exec(bare);
    if (!found || isApp.test(found[0])) continue;
    const rest = bare.slice(found[0].length);
    if (
      /^ ?(?:app|application|tracker|system|database|dashboard|template|list|board|tool)\b/i.test(
        rest,
      )
    )
      return undefined;
    return toWish(artifact, said, bare, found[0], rest, source);
  }
  return undefined;
}

function toWish(
  artifact: ArtifactKind,
  said: string,
  bare: string,
  named: string,
  rest: string,
  source: string,
): DraftWish {
  const isLetter = ['email', 'reply', 'message'].includes(artifact);
  // What is done with tasks is known here without anybody pasting it.
  if (
    artifact === 'summary' &&
    source === '' &&
    /\b(?:my|our|all|the) (?:\w+ )?tasks\b/i.test(rest)
  )
    return {
      kind: 'wish',
      artifact: 'status_report',
      lead: said,
      source,
      wantsSource: false,
      people: [],
      tone: toneOf(bare),
    };
  const tone = toneOf(bare);
  const plain = withoutTone(rest);
  const toWhom = /\bto $/.test(named) || / to$/.test(named) ? ` to ${plain.trim()}` : plain;
  const letter = isLetter ? addressedTo(toWhom) : undefined;
  const topic = letter ? letter.topic : topicOf(artifact, named, plain);
  const people = isLetter ? [] : peopleIn(plain);
  return {
    kind: 'wish',
    artifact,
    lead: said,
    source,
    wantsSource: source === '' && thatText.test(bare),
    ...(topic ? { topic } : {}),
    ...(letter?.purpose ? { purpose: letter.purpose } : {}),
    ...(letter?.recipient ? { recipient: letter.recipient } : {}),
    people,
    tone,
  };
}

/** "Summarise this: …" and what stands behind the colon or on the next lines. */
function splitOf(text: string): { lead: string; source: string } {
  const end = text.indexOf('\n');
  const first = end < 0 ? text : text.slice(0, end);
  const rest = end < 0 ? '' : text.slice(end + 1).trim();
  // Neither a time of day nor an address ends the instruction.
  const colon = /(?<!https?):(?!\/\/)(?:\s+|$)/.exec(first);
  if (!colon) return { lead: first, source: rest };
  const behind = first.slice(colon.index + colon[0].length).trim();
  return {
    lead: first.slice(0, colon.index),
    source: [behind, rest].filter((part) => part !== '').join('\n'),
  };
}

const tones: [tone: Tone, pattern: RegExp][] = [
  ['short', /\b(?:short|brief|quick|concise|crisp|one[- ]line|two[- ]line)\b/i],
  ['formal', /\b(?:formal|polite|official|professional|business-like)\b/i],
  ['friendly', /\b(?:friendly|warm|casual|informal|kind|nice|cheerful)\b/i],
];
const toneOf = (words: string): Tone =>
  tones.find(([, pattern]) => pattern.test(words))?.[0] ?? 'neutral';
const withoutTone = (words: string) =>
  words
    .replace(
      /[,;]?\s*(?:and )?(?:please )?(?:keep|make) it [\w -]+$|[,;]?\s*(?:in|with) an? [\w-]+(?: [\w-]+)? (?:tone|voice|style|way)\b/gi,
      '',
    )
    .replace(/\s+/g, ' ');

/** "with Ana, Ben and the sales team about …" */
function peopleIn(words: string): string[] {
  const found =
    /\bwith (.+?)(?= (?:about|on|for|regarding|at|in|tomorrow|today|next|this|covering)\b|[.;:]|$)/i.exec(
      words,
    );
  return (found?.[1] ?? '')
    .split(/,\s*(?:and )?| and | & /)
    .map((name) => name.trim())
    .filter((name) => name !== '' && name.length <= 60)
    .slice(0, 20);
}
