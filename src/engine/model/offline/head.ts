/** The sentence that says what to build: action, type, what it is for, and what follows. */
import { stripOpeners } from './grammar/noun.ts';
import { isPlural, wordsOf } from './word.ts';

export type Head = {
  /** The verb stood there: create, build, I need. */
  asked: boolean;
  /** "CRM", "Inventory", "Tracker", "App". */
  type: string;
  typed: boolean;
  /** Words before the type: "sales" of "sales dashboard". */
  topic: string;
  /** "cellphone store" of "for my cellphone store". */
  business: string;
  /** What the sentence goes on to say. */
  tail: string;
};

/** What people call such apps, and the type that each is. */
const types: [type: string, words: string][] = [
  ['CRM', 'crm|customer relationship management(?: system)?'],
  ['Helpdesk', '(?:help|support) ?desk(?: system)?|ticketing system|service desk'],
  [
    'Booking system',
    '(?:booking|reservation|appointment|scheduling) (?:system|app|application|tool|platform|software|calendar)|scheduler',
  ],
  ['Dashboard', 'dashboard'],
  [
    'Inventory',
    'inventory(?: (?:system|app|application|tool|management(?: system)?|tracker|database))?|stock (?:system|management|control)',
  ],
  ['Tracker', 'tracker|tracking (?:system|app|application|tool)|log ?book|journal'],
  ['ATS', 'ats|applicant tracking system'],
  ['CMS', 'cms|content management system'],
  ['LMS', 'lms|learning management system'],
  ['ERP', 'erp'],
  ['POS', 'pos|point of sale(?: system)?'],
  ['Portal', 'portal'],
  ['Directory', 'directory|address book|phone book'],
  ['Catalog', 'catalog(?:ue)?'],
  ['Register', 'register|registry'],
  ['Planner', 'planner|planning (?:system|app|tool)|calendar'],
  ['Marketplace', 'marketplace'],
  [
    'Management system',
    'management (?:system|app|application|tool|software|platform|database|solution)|manager|management',
  ],
  ['Database', 'database(?: schema)?|db|schema|data ?base|data model'],
  [
    'App',
    '(?:web |mobile )?(?:app|application|system|tool|platform|website|web site|site|software|program|solution|board|list)',
  ],
];

const asks =
  /^(?:(?:hi|hey|hello|ok|okay|so|well|please|good morning|dear \w+)[,!. ]+)*(?:(?:can|could|would|will) you (?:please )?(?:help me (?:to )?)?|please |help me (?:to )?|let'?s |i(?:'d| would)? ?(?:want|need|like|am looking|'m looking|wish)(?: you)?(?: to)?(?: for)? |we(?:'d| would)? ?(?:want|need|like|are looking)(?: you)?(?: to)?(?: for)? |i am |we are |looking for )?(?:(?:create|build|make|design|develop|set up|setup|give me|generate|implement|write|do|have|produce|model|start|prepare|draft|get)\b(?: me| us)?(?: up)? ?)?/i;

/** Reads the first sentence. Every part may be missing. */
export function readHead(sentence: string): Head {
  const lead = asks.exec(sentence)?.[0] ?? '';
  const rest = sentence.slice(lead.length);
  const asked = /\S/.test(lead.replace(/(?:hi|hey|hello|please)[, ]*/gi, ''));
  for (const [type, words] of types) {
    const pattern = new RegExp(
      `^((?:[\\p{L}\\p{N}'&/-]+\\s+){0,6}?)(?:${words})s?(?:\\s+(?:app|application|system|tool|software|platform|program))?(?=$|[\\s,.:;!?(-])(.*)$`,
      'isu',
    );
    const match = pattern.exec(rest);
    if (
      !match ||
      /\b(?:we|i|they|you|for|to|with|that|which|of|each|every|has|have|is|are|where|in|and i|table|track|tracks|manage|log|record|keep|store|list)\b/i.test(
        match[1] ?? '',
      )
    )
      continue;
    const topic = topicOf(match[1] ?? '');
    const { business, tail } = readFor(match[2] ?? '');
    const nested =
      /^(.{2,50}?)\s+(?:(?:management )?(?:system|application|app|platform|website|tool|software)|management)$/i.exec(
        business,
      );
    if ((type === 'Database' || type === 'App') && nested) {
      return {
        asked,
        type: innerType(business) ?? 'App',
        typed: true,
        topic: topicOf(nested[1] ?? ''),
        business: '',
        tail,
      };
    }
    return {
      asked,
      type,
      typed: !/^(?:App|Database)$/.test(type) || asked || topic !== '',
      topic,
      business,
      tail,
    };
  }
  const run =
    /\b(?:i|we) (?:run|own|have|manage|operate|work (?:at|in|for)|am starting|are starting|opened) (?:a|an|the|my|our) ((?:[\p{L}'-]+ ?){1,4}?)(?=\s*(?:and|with|where|that|which|in|,|\.|$))/iu.exec(
      sentence,
    );
  return {
    asked,
    type: 'App',
    typed: false,
    topic: '',
    business: topicOf(run?.[1] ?? ''),
    tail: asked ? rest : sentence,
  };
}

/** The words before the type without praise: "simple", "small" and "web" say nothing of the topic. */
function topicOf(words: string): string {
  const plain = words
    .trim()
    .replace(
      /^(?:managing|tracking|storing|organi[sz]ing|handling|running|recording|keeping track of)\s+/i,
      '',
    );
  return wordsOf(stripOpeners(plain || 'the'))
    .replace(
      /(?:^|\s)(?:simple|basic|small|quick|little|nice|custom|modern|web|web-based|mobile|internal|complete|full|easy|good|great|new|tiny|proper|straightforward|lightweight|relational|sql|mysql|postgres(?:ql)?|conceptual|logical|normalized|robust|comprehensive|scalable|data)(?=\s|$)/g,
      ' ',
    )
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:a|an|the|my|our)$/, '');
}

function innerType(words: string): string | undefined {
  return types.find(
    ([type, pattern]) =>
      type !== 'App' &&
      type !== 'Database' &&
      new RegExp(`(?:^|\\s)(?:${pattern})$`, 'i').test(words),
  )?.[0];
}

/** "for my cellphone store with: …" */
function readFor(text: string): { business: string; tail: string } {
  const run =
    /^\s*(?:to|that|which|so i can|so we can|where i can)\s+(?:help me )?(?:manages?|runs?|organi[sz]es?|handles?|tracks?|keeps? track of)\s+(?:my|our)\s+((?:[\p{L}'-]+ ?){1,3}?)(?=\s*(?:[,.:;(]|$|\s(?:with|and|so|that|which|where|including|by)\s))/iu.exec(
      text,
    );
  if (run && !isPlural(run[1] ?? '')) return { business: topicOf(run[1] ?? ''), tail: text.trim() };
  const match =
    /^\s*(?:for|of|at|in)\s+(.+?)(?=\s*(?:,|;|:|\.|\(|$|\s(?:with|that|which|to|where|showing|so|including|who|and (?:keep|track|manage|i|we|it|need|want)|having|containing|using|in which|on which|-)(?:\s|$|:)))/is.exec(
      text,
    );
  const business = match ? topicOf(match[1] ?? '') : '';
  const short = business.split(' ').length <= 6;
  return {
    business: short ? business : '',
    tail: (match && short ? text.slice(match[0].length) : text).trim(),
  };
}
