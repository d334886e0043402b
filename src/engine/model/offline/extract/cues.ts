/**
 * The words that make a sentence a task, as data: what it is, how sure that is, and which of its words are only
 * the way to ask. Ordered: the first cue that fits a sentence is its. Another language is another such list.
 */

export type CueKind = 'request' | 'reminder' | 'promise' | 'need' | 'question';

export type Cue = {
  kind: CueKind;
  /** 0–1 */
  confidence: number;
  /** Matched at the beginning of a sentence without courtesies, or anywhere with `anywhere`. */
  pattern: RegExp;
  /** What follows has to begin with a verb of doing. */
  verb?: boolean;
  anywhere?: boolean;
};

const you = "(?:you|u|someone|somebody|anyone|anybody|y'all|you guys)";
const at = (source: string) => new RegExp(`^(?:${source})`, 'i');
const inside = (source: string) => new RegExp(`\\b(?:${source})`, 'i');
const softly =
  '(?:please |kindly |maybe |perhaps |possibly |just |also |at least |quickly |then |still )*';

export const cues: Cue[] = [
  // Reminders and calendars.
  {
    kind: 'reminder',
    confidence: 0.9,
    pattern: at(
      `${softly}(?:remind|notify|alert) (?:me|us|him|her|them|everyone|the team)\\b(?: (?:to|about|of|that|when|on))?`,
    ),
  },
  { kind: 'reminder', confidence: 0.85, pattern: at('(?:be sure to )?remind\\b(?: to)?') },
  {
    kind: 'reminder',
    confidence: 0.85,
    pattern: inside('(?:please )?remind (?:me|us)\\b(?: (?:to|about|of|that))?'),
    anywhere: true,
  },
  {
    kind: 'reminder',
    confidence: 0.85,
    pattern: at("(?:don't|do not|never|dont) forget (?:to|about|that)"),
  },
  {
    kind: 'reminder',
    confidence: 0.8,
    pattern: at('(?:please )?(?:remember|make sure|be sure|ensure)(?: (?:to|that|you))?\\b'),
  },
  {
    kind: 'reminder',
    confidence: 0.85,
    pattern: at(
      '(?:i |we )?(?:need|want|would like) (?:a|an) (?:reminder|alarm) (?:to|for|about|that)',
    ),
  },
  {
    kind: 'reminder',
    confidence: 0.85,
    pattern: at(
      "(?:(?:i|we) (?:want|need|would like|'d like) to )?(?:set|create|make|add|put|schedule|book|place|enter|arrange|plan|organi[sz]e|reserve|save|mark|block)\\b(?=.{0,60}\\b(?:reminders?|alarms?|timers?|calendars?|schedules?|events?|appointments?|meetings?|calls?|birthdays?|tasks?|tickets?)\\b)",
    ),
  },

  // Asking somebody.
  {
    kind: 'request',
    confidence: 0.85,
    pattern: at(
      `(?:can|could|would|will|might|wo?n't|can't) ${you} ${softly}(?:be able to |be willing to |be so kind as to |mind )?`,
    ),
    verb: true,
  },
  {
    kind: 'request',
    confidence: 0.75,
    pattern: at(
      `(?:i was wondering|wondering) (?:if|whether) ${you} (?:could|can|would|might) ${softly}`,
    ),
  },
  {
    kind: 'request',
    confidence: 0.8,
    pattern: inside(
      `(?:i|we|w+ and i)(?:'d| would| will|'ll)? ?(?:also |really )?(?:need|want|like|ask|expect|prefer) (?:it if )?${you} to`,
    ),
    anywhere: true,
  },
  {
    kind: 'request',
    confidence: 0.75,
    pattern: inside(
      "(?:i'd|i would|we would|we'd) (?:really |greatly |much )?appreciate (?:it )?(?:if|your|the|any)",
    ),
    anywhere: true,
  },
  {
    kind: 'request',
    confidence: 0.7,
    pattern: at(
      `(?:i|we) (?:would|'d) (?:like|love) to (?:know|hear|see|get|have|meet|discuss|schedule|arrange|set up|talk|change|ask|invite|request)\\b`,
    ),
  },
  { kind: 'request', confidence: 0.8, pattern: inside('(?:do|would) you mind\\b'), anywhere: true },
  {
    kind: 'request',
    confidence: 0.85,
    pattern: at(`(?:and |so |then )?(?:please|pls|plz|kindly)[, ]+${softly}`),
    verb: true,
  },
  {
    kind: 'request',
    confidence: 0.8,
    pattern: inside(
      '(?:please|pls|plz|kindly),? (?!note\\b|see (?:below|above|attached)|find (?:attached|enclosed|below)|accept my|excuse|forgive|pardon|be aware|be advised|understand|disregard|ignore)(?=\\w)',
    ),
    anywhere: true,
  },
  { kind: 'request', confidence: 0.65, pattern: inside('let (?:me|us) know\\b'), anywhere: true },
  {
    kind: 'request',
    confidence: 0.45,
    pattern: inside("(?:feel free to|(?:do not|don't) hesitate to)"),
    anywhere: true,
  },
  {
    kind: 'request',
    confidence: 0.7,
    pattern: at(
      "(?:i|we) (?:have|'ve got) (?:a|an|one|another|some|two) (?:small |quick |big )?(?:favou?rs?|requests?|asks?)\\b",
    ),
  },
  {
    kind: 'request',
    confidence: 0.6,
    pattern: at(
      `(?:so |then )?(?:${you}(?:'ll)? (?:will )?(?:need to|must|have to|ought to|should (?:probably |also )?|may want to|might want to)) `,
    ),
    verb: true,
  },
  {
    kind: 'request',
    confidence: 0.75,
    pattern: inside(`(?:can|could|would|will) (?:both of |all of |one of )?${you} ${softly}`),
    verb: true,
    anywhere: true,
  },
  {
    kind: 'request',
    confidence: 0.6,
    pattern: inside(
      '(?:encourage|urge|invite|ask|beg) (?:you|everyone|everybody|people|all|anyone)\\b.{0,20}\\bto\\b',
    ),
    anywhere: true,
  },

  // Saying that it is needed.
  {
    kind: 'need',
    confidence: 0.7,
    pattern: at(
      `(?:i|we) (?:really |still |also )?(?:need|want|have) (?:a|an|the|some|your|more|someone|somebody) (?=.{3,80}\\b(?:by|before|until|from you|from)\\b)`,
    ),
  },
  {
    kind: 'need',
    confidence: 0.7,
    pattern: at('(?:i|we) (?:really |still |also )?need to (?:know|see|have|hear|get|ask)\\b'),
  },
  {
    kind: 'need',
    confidence: 0.6,
    pattern: at(
      "(?:so |and |then |also |now |first )?(?:(?:we|i) (?:really |still |also |just )?(?:need to|must|have to|should|gotta|ought to)|let's|lets|let us) (?:also |then |just |really )?",
    ),
    verb: true,
  },
  {
    kind: 'need',
    confidence: 0.6,
    pattern: inside(
      "(?<!(?:that|which|what|who|as|to|not|don't) )(?:(?:needs?|has|have) to be \\w+(?:ed|en|ne|t|de|nt|lt|ld)|needs? (?:cleaning|fixing|repairing|replacing|refilling|renewing|updating|checking|painting|washing|emptying|servicing|tidying|changing|restocking|sorting out))\\b",
    ),
    anywhere: true,
  },
  {
    kind: 'need',
    confidence: 0.6,
    pattern: inside('(?:is|are) (?:due|overdue)\\b'),
    anywhere: true,
  },

  {
    kind: 'need',
    confidence: 0.55,
    pattern: at(
      "(?:(?:i|we|\\w+ and i)(?: would|'d)? (?:really |also )?(?:like|love|want|wanted|wish) to|need to|want to|wanna) (?:like to )?",
    ),
    verb: true,
  },
  {
    kind: 'need',
    confidence: 0.5,
    pattern: inside(
      '(?:we|i) (?:can|could|should|might|may|need to|ought to|will have to) (?:also |then |maybe |perhaps )?(?:meet|get together|discuss|talk|schedule|arrange|set up|catch up|follow up|sit down|have (?:a |an |another )?(?:quick )?(?:lunch|call|meeting|chat|dinner|coffee))\\b',
    ),
    anywhere: true,
  },
  {
    kind: 'need',
    confidence: 0.65,
    pattern: inside('(?:i|we) (?:still |really |also )?need your\\b'),
    anywhere: true,
  },
  { kind: 'request', confidence: 0.6, pattern: at("(?:do not|don't|dont|never) "), verb: true },

  // Promising.
  {
    kind: 'promise',
    confidence: 0.65,
    pattern: at(
      "(?:and |so |then |ok(?:ay)?,? |yes,? |sure,? |in the meantime,? |meanwhile,? )?(?:i'll|i will|i shall|i'm going to|i am going to|i'm gonna|we'll|we will|we shall)(?: (?:also|then|just|now|certainly|definitely|gladly|happily|try to|try and|go and|go ahead and|probably))* ",
    ),
    verb: true,
  },
  {
    kind: 'promise',
    confidence: 0.6,
    pattern: inside("(?:i'll|i will|i shall) (?:also |then |just |try to |try and )*"),
    verb: true,
    anywhere: true,
  },
  {
    kind: 'promise',
    confidence: 0.6,
    pattern: inside(
      "i(?:'m| am|'d be| would be) (?:very |more than |quite |also )?(?:happy|glad|willing|prepared|pleased) to ",
    ),
    anywhere: true,
  },
  {
    kind: 'promise',
    confidence: 0.55,
    pattern: inside(
      'i (?:do )?(?:hope|plan|intend|aim|promise|volunteer|expect) (?:within the future )?to ',
    ),
    anywhere: true,
  },
  {
    kind: 'promise',
    confidence: 0.5,
    pattern: at('(?:yes,? |sure,? |ok,? |so )?(?:i (?:can|could)|let me) '),
    verb: true,
  },
  {
    kind: 'promise',
    confidence: 0.55,
    pattern: inside(
      'i (?:said|promised|agreed|offered|volunteered) (?:that )?(?:i (?:would|will)|to)\\b',
    ),
    anywhere: true,
  },

  // Asking for an answer, of a person.
  {
    kind: 'question',
    confidence: 0.45,
    pattern: at(
      `(?:are|were|do|did|have|would|will|can|could) ${you}\\b|${you} (?:available|free|there|coming)\\b`,
    ),
  },
  {
    kind: 'question',
    confidence: 0.45,
    pattern: inside(
      '(?:does |do |has |have |is |are |can |could |would )?(?:anyone|anybody|someone|somebody|any of you|people)\\b.*\\?',
    ),
    anywhere: true,
  },
  {
    kind: 'question',
    confidence: 0.45,
    pattern: inside(
      '(?:what|which|how|when|where|why|who)\\b.{0,60}\\b(?:do|does|did|are|is|would|could|should|can|will|have) (?:you|we|everyone|people)\\b.*\\?',
    ),
    anywhere: true,
  },
  {
    kind: 'question',
    confidence: 0.45,
    pattern: inside('(?:are|were|do|did|have|would|will|can|could|should) (?:you|we|i)\\b.*\\?'),
    anywhere: true,
  },
  {
    kind: 'question',
    confidence: 0.4,
    pattern: inside(
      '(?:would|could|is|are|what about|how about|shall|any (?:ideas?|thoughts?|comments?|suggestions?|objections?))\\b.*\\?',
    ),
    anywhere: true,
  },
];
