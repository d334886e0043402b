/** Whether a sentence asks for something, promises it, or says that it is to be done. */
import { type CueKind, cues } from './cues.ts';
import { boilerplate, courtesy, lookUp, nothing, worldly } from './no-cue.ts';
import type { Segment } from './segment.ts';
import { alsoNouns, doing, happens, lookingUp, stative } from './verbs.ts';

export type Detected = {
  kind: CueKind | 'action';
  confidence: number;
  /** What is to be done, without the words that ask for it. */
  wish: string;
  /** Who does it, where the sentence begins with the name: "SC to update the draft". */
  who?: string;
};

/** Reads one sentence on its own; undefined when nothing in it is to be done. */
export function detect({ text, isMarked, list, speaker }: Segment): Detected | undefined {
  const plain = text.replace(/[‘’]/g, "'").trim();
  const assigned = readAssigned(plain, isMarked || list === 'todo', list !== undefined);
  if (isMarked) return assigned ?? { kind: 'action', confidence: 0.95, wish: plain };
  if (assigned && !speaker) return assigned;
  const lean = plain.replace(/^@[\w.-]+[,:]?\s+|^<@\w+>[,:]?\s+/, '').replace(courtesy, '');
  if (lean === '' || boilerplate.test(lean) || nothing.some((pattern) => pattern.test(lean)))
    return undefined;
  const vocative = /^(\p{Lu}[\p{L}'-]{1,20})(?:,| -) (?=\p{L})/u.exec(lean);
  const addressed =
    vocative?.[1] && !isVerb(vocative[1]) && !isNoName(vocative[1]) ? vocative[1] : undefined;
  const asked = addressed ? lean.slice(vocative?.[0].length).replace(courtesy, '') : lean;
  const found = byCue(asked) ?? imperative(asked, list);
  return (
    found && { ...found, ...(addressed && found.kind !== 'promise' ? { who: addressed } : {}) }
  );
}

function byCue(sentence: string): Detected | undefined {
  for (const { kind, confidence, pattern, verb, anywhere } of cues) {
    const match = pattern.exec(sentence);
    if (!match) continue;
    const rest = sentence.slice(match.index + match[0].length).trim();
    if (verb && !beginsWithWork(rest, kind)) continue;
    if (kind === 'question' && lookUpOnly(sentence)) continue;
    if (worldly.test(sentence) && kind !== 'reminder') return undefined;
    // Whatever stands before "please send …" is why, and not what.
    const isLead =
      verb || (anywhere && kind !== 'question' && leads.test(match[0]) && doing.has(wordOf(rest)));
    const isPolite =
      kind === 'reminder' &&
      /^(?:please )?(?:remind|notify|alert|don't forget|do not forget|remember|make sure|be sure|ensure|(?:i |we )?(?:need|want))/i.test(
        match[0],
      );
    return { kind, confidence, wish: (isLead || isPolite) && rest.length > 2 ? rest : sentence };
  }
  return undefined;
}

/** The end of a way to ask, behind which stands what is asked for. */
const leads = /\bto\s*$|\b(?:please|pls|plz|kindly),?\s*$/i;

/** A question about the world and not to a person. */
const lookUpOnly = (sentence: string) =>
  lookUp.test(sentence) &&
  !/\b(?:you|your|anyone|anybody|someone|people|we|us|our|i|my)\b/i.test(sentence);

/** Base verbs of doing; of what is promised, any verb that is no state. */
function beginsWithWork(rest: string, kind: CueKind): boolean {
  const word = wordOf(rest);
  if (kind === 'promise') return /^[a-z]/.test(word) && !stative.has(word);
  return kind === 'request'
    ? /^[a-z]/.test(word) &&
        !/^(?:be|have|see|believe|imagine|think|not|agree|say|the|a|an|to|of|and)$/.test(word)
    : doing.has(word);
}

const wordOf = (text: string) => /^["'“]?([\p{L}-]+)/u.exec(text)?.[1]?.toLowerCase() ?? '';
const isVerb = (word: string) => doing.has(word.toLowerCase());

/** "Send the deck to Ann": a verb of doing with something behind it that can be its object. */
function imperative(sentence: string, list: Segment['list']): Detected | undefined {
  const word = wordOf(sentence);
  if (worldly.test(sentence)) return undefined;
  if (list === 'todo')
    return { kind: 'action', confidence: doing.has(word) ? 0.9 : 0.7, wish: sentence };
  if (!doing.has(word) || sentence.trim().endsWith('?')) return undefined;
  const rest = sentence.slice(word.length).trim();
  if (/^(?:is|are|was|were|of|has|have|had|will|would|'s|:|-|,|and|or|from|-)/i.test(rest))
    return undefined;
  if (alsoNouns.has(word) && notObject.test(rest)) return undefined;
  if (rest === '' || lookingUp.has(word)) return undefined;
  if (/^(?:me|us)\b/i.test(rest) && lookUp.test(sentence)) return undefined;
  return { kind: 'request', confidence: list ? 0.7 : 0.6, wish: sentence };
}

/** What follows a noun and no verb: "update of the page", "call for papers". */
const notObject =
  /^(?:of|for|from|about|between|number|details?|results?|summary|is|are|was|for)\b/i;

const name =
  "(?:\\p{Lu}[\\p{L}'-]{1,20}(?: \\p{Lu}[\\p{L}'-]{0,20})?|\\p{Lu}{2,4}|\\p{Ll}\\p{Lu}{1,3}|@[\\w.-]+|<@\\w+>)";
const names = `${name}(?:(?:,| and| &|,? \\+|/) ?${name})*`;
const assignedTo = new RegExp(
  `^\\[?(${names})\\]?(?: (?:to|will|shall|should|must|needs to|has to|agreed to|volunteers? to|promised to)|,? please|(?: \\([^()]{2,20}\\))?:|,| -| –| ->| →) (?:please |also )?(?=(\\p{L}[\\p{L}-]*))`,
  'u',
);
/** "Ann is going to book the hall", "Carla takes care of the catering": said of somebody, meant as agreed. */
const saidOf = new RegExp(
  `^(${names}) (?:(?:is|are|'s) going to |(?:is|are) (?:supposed|expected|asked) to |(?:promised|offered|agreed|volunteered|promises|offers) to )(?=(\\p{L}[\\p{L}-]*))`,
  'u',
);
const caresFor = new RegExp(
  `^(${names}) (?:(?:will |shall )?takes? (?:care|charge) of|(?:is|are|will be) (?:responsible for|in charge of)) (?=\\p{L})`,
  'u',
);
/** "Ann sends the offer": the present for what is to be done, with its object. */
const present = new RegExp(
  `^(${names}) (?:also |then )?(\\p{Ll}[\\p{Ll}-]+) (?=(?:out |up |in |back )?(?:the|a|an|our|their|his|her|its|all|both|new|final|this|that|these|those|us|me|\\d|\\p{Lu})\\b)`,
  'u',
);
const initialsDo = /^(\p{Lu}{2,4}|\p{Ll}\p{Lu}{1,3}) (?=(\p{L}[\p{L}-]*))/u;
const notWho =
  /^(?:I|We|You|They|He|She|It|This|That|There|The|What|When|Who|How|Next|URL|PR|API|CI|OK|All|Please|Also|Note|Hi|Hello|Dear|Thanks|Time|Need|Want|Have|Going|Just|Happy|Glad|Back|Up|Due|Try|And|But|So|If|As|In|On|At|For|Sorry|Related|Similar|According|Able|Hope|Ready|Thank|Glad|Free|Nice|Great|Good|Sure|Likely|Easy|Hard|Here|Only|Failure|Access|Attempt|Plan|Trying|PS|FYI|NB|LAST|CALL|EMAIL|FOR|NOT|DO|ALL|THE|THIS|TO|IS|ON|IN|AT|OF|OR|AND|BE|GO|NO|NEW|SEE|ADD|GET)$|(?:ing|ed)$/;

/** Begins a sentence with a capital and is nobody: "Unfortunately,", "Tomorrow,". */
const isNoName = (word: string) =>
  notWho.test(word) ||
  /ly$|^(?:to(?:day|morrow|night)|yesterday|morning|afternoon|evening|(?:mon|tues|wednes|thurs|fri|satur|sun)day|instead|however|therefore|hence|thus|sorry|maybe|perhaps|besides|still|once|since|because|while|before|after|until|together|everybody|everyone|anyone|anybody|somebody|someone|folks|guys|team|friends|colleagues|all|urgent|important|question|reminder|update|note|request)$/i.test(
    word,
  );

/** "SC to update the draft", "Ann: book the room", "eP follow up on the effort". */
function readAssigned(sentence: string, isMarked: boolean, isList: boolean): Detected | undefined {
  const match = assignedTo.exec(sentence) ?? initialsDo.exec(sentence);
  const [lead = '', who = '', verb = ''] = match ?? [];
  if (!match) return readSaidOf(sentence, isList);
  if (isNoName(who) || isVerb(who)) return undefined;
  const base = verb.toLowerCase();
  const isTo = / (?:to|agreed to|volunteers? to|promised to) /.test(`${lead} `);
  if (isTo && /^(?:the|a|an|this|that|be|have|have|me|you|us)$/.test(base)) return undefined;
  const isWork = doing.has(base) || doing.has(base.replace(/(?:es|s)$/, ''));
  const isInitials = /^(?:\p{Lu}{2,4}|\p{Ll}\p{Lu}{1,3}|<?@.*)$/u.test(who);
  if (isTo && !isInitials && !doing.has(base)) return undefined;
  // "Invoice: send it" is about an invoice; in a list of things to do, "Ann: send it" is for Ann.
  if (/[:,>→-]\s*(?:please |also )?$/.test(lead) && !isInitials && !isMarked) return undefined;
  if (!isTo && !isWork) return undefined;
  const confidence = isMarked
    ? 0.95
    : isTo
      ? 0.85
      : / (?:will|shall) /.test(`${lead} `)
        ? 0.7
        : 0.6;
  return { kind: 'action', confidence, wish: sentence.slice(lead.length), who };
}

/** Agreements in the third person. In the present tense they need a day, or a list, to be told from what is so. */
function readSaidOf(sentence: string, isList: boolean): Detected | undefined {
  const [told = '', teller = '', verb = ''] = saidOf.exec(sentence) ?? [];
  if (teller && isPerson(teller) && doing.has(verb.toLowerCase()))
    return { kind: 'action', confidence: 0.75, wish: sentence.slice(told.length), who: teller };
  const [cared = '', carer = ''] = caresFor.exec(sentence) ?? [];
  if (carer && isPerson(carer)) {
    const wish = `take care of ${sentence.slice(cared.length)}`;
    return { kind: 'action', confidence: 0.7, wish, who: carer };
  }
  const [lead = '', who = '', does = ''] = present.exec(sentence) ?? [];
  if (!who || !isPerson(who) || habit.test(sentence) || sentence.endsWith('?')) return undefined;
  const base = baseOf(does, / and |,| & |\//.test(who));
  const hasDay = untilDay.test(sentence);
  if (!base || happens.has(base) || !(hasDay || isList)) return undefined;
  const rest = sentence.slice(lead.length);
  return { kind: 'action', confidence: hasDay ? 0.7 : 0.6, wish: `${base} ${rest}`, who };
}

const isPerson = (who: string) => !isNoName(who) && !isVerb(who);

/** The base form of what one person does, or several do. */
function baseOf(verb: string, areMany: boolean): string | undefined {
  if (areMany) return doing.has(verb) ? verb : undefined;
  return [verb.replace(/s$/, ''), verb.replace(/es$/, ''), verb.replace(/ies$/, 'y')].find(
    (base) => base !== verb && doing.has(base),
  );
}

const untilDay =
  /\b(?:by|until|till|before|on|this|next|due)\s+(?:the\s+)?(?:end of|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|tomorrow|tonight|noon|week|month|\d|january|february|march|april|may|june|july|august|september|october|november|december|eod|eow|eom|cob)|\b(?:tomorrow|today|tonight)\b/i;
const habit =
  /\b(?:every|always|usually|often|never|sometimes|each|rarely|daily|weekly|monthly|too (?:many|much)|normally|once|on (?:mon|tues|wednes|thurs|fri|satur|sun)days)\b/i;
