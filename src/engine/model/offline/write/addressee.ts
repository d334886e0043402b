/** Whom a text is for, what it is about and what it is to do, out of the words behind "an e-mail". */
import type { ArtifactKind } from '../../../../db/artifact.ts';

type Addressed = {
  recipient?: { name?: string; address?: string };
  topic?: string;
  purpose?: string;
};

const doing =
  'thanking|telling|asking|inviting|reminding|apologi[sz]ing|confirming|informing|letting|saying|explaining|declining|requesting|offering|announcing|congratulating|that|who|which|where|because';
const address = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/;
const ends = new RegExp(
  `\\s(?=(?:about|regarding|re|concerning|on|for|with|to|and|from|${doing})\\b)|[,;]|$`,
  'i',
);

/** " to john@example.com thanking him for the meeting" */
export function addressedTo(words: string): Addressed {
  const text = words.trim();
  const mailed = address.exec(text)?.[0];
  const to = /(?:^|\s)(?:to|for) +(?=\S)/i.exec(text);
  const behind = to ? text.slice(to.index + to[0].length) : '';
  const named = behind.slice(0, behind.search(ends)).trim();
  // "to the customer", "to Ana's mail": the person is meant.
  const name = named
    .replace(address, '')
    .replace(
      /['’]s?$|(?:['’]s?)? (?:last |latest )?(?:message|e-?mail|mail|question|request|letter|note|complaint|comment|post)$/i,
      '',
    )
    .replace(/^(?:the|my|our|a|an) /i, '')
    .replace(/[<>()]/g, '')
    .trim();
  const rest = to
    ? `${text.slice(0, to.index)} ${behind.slice(named.length)}`.replace(/\s+/g, ' ').trim()
    : text;
  const isThing = /^(?:this|that|it|above|message|e-?mail|mail|thread|following)(?: |$)/i.test(
    name,
  );
  const recipient = {
    ...(name && !isThing && name.length <= 80 ? { name } : {}),
    ...(mailed ? { address: mailed } : {}),
  };
  const purpose = new RegExp(`(?:^|\\s)((?:${doing})\\s\\S.*)$`, 'i').exec(rest)?.[1];
  const before = purpose ? rest.slice(0, rest.length - purpose.length) : rest;
  const topic = /(?:^|\s)(?:about|regarding|re:?|concerning|on|for|of)\s+(.+)$/i.exec(before)?.[1];
  return {
    ...(Object.keys(recipient).length > 0 ? { recipient } : {}),
    ...(topic ? { topic: tidy(topic) } : {}),
    ...(purpose ? { purpose: tidy(purpose) } : {}),
  };
}

/**
 * What a text that is no letter is about: "an agenda for Monday's meeting about hiring" → "hiring".
 * @param named the words that say what it is: "Draft campaign outline"
 */
export function topicOf(artifact: ArtifactKind, named: string, rest: string): string | undefined {
  const about = /(?:^|\s)(?:about|regarding|concerning|covering)\s+(.+)$/i.exec(rest)?.[1];
  if (about) return tidy(about);
  if (sources.test(rest)) return undefined;
  const onto = /(?:^|\s)(?:for|of|on|from|to|in)\s+(.+)$/i.exec(rest)?.[1];
  if (onto && artifact !== 'agenda') return tidy(onto);
  // "campaign outline", "job description"
  const inside =
    /^\w+ (?:me |us )?(?:an? |the |my |our )?(.+?) (?:outline|agenda|summary|report|update|minutes|notes)$/i.exec(
      named,
    )?.[1];
  return inside && artifact !== 'status_report' && inside !== 'meeting' ? tidy(inside) : undefined;
}

/** What a text is made of is not what it is about. */
const sources =
  /^\s*(?:(?:for|of|on|from|in|with)\s+)?(?:(?:this|these|that|those|the|my|our|following|attached)\s+)*(?:meeting\s+|chat\s+|call\s+)?(?:notes?|thread|conversation|discussion|chat|messages?|e-?mails?|mails?|text|transcript|minutes|meeting|it|above)\s*$/i;

const tidy = (words: string) => words.trim().replace(/[\s.,;!]+$/, '');
