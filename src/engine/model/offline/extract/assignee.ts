/** Who is to do a task, only as far as it was said. */

const word = "[\\p{L}][\\p{L}'.-]{1,30}";
const name = `(?:<@\\w+>|@[\\w.-]+|${word}(?: \\p{Lu}[\\p{L}'-]{0,20})?)`;
const patterns = [
  /\s(?:-|–|—)\s*(@[\w.-]+|<@\w+>)\s*[.!]?$/u,
  new RegExp(
    `\\b(?:assign|give|hand|delegate)(?:ed)? (?:it |this |that |them |both |all of (?:it|them) )?(?:over )?to (${name})`,
    'iu',
  ),
  new RegExp(`\\bassignee(?:s)?(?: is|:)? (${name})`, 'iu'),
  new RegExp(`\\bowner(?: is|:) (${name})`, 'iu'),
  /\((?:owner: ?|assignee: ?)?(@[\w.-]+|<@\w+>)\)/iu,
  /^(@[\w.-]+|<@\w+>)/u,
  // "Send the offer (Ann, Friday)", "call the supplier [Ben]": the person at the end.
  /^(?:[-*•]\s+)?\p{L}.*\s[([](?:by |for )?(\p{Lu}[\p{Ll}'-]{1,20}(?: \p{Lu}[\p{Ll}'-]{1,20})?)(?:\s*[,;/–-]\s*[^()[\]]{2,30})?[)\]]\s*[.!]?$/u,
];
/** "a task 'Improve visits' for chenwei on the board". */
const forWhom = new RegExp(
  `^\\s*,? ?for (${name})(?= (?:on|in|with|that|by|due|and|to)\\b|[,.;!?]|$)`,
  'iu',
);
const meeting = new RegExp(
  `\\b(?:meeting|call|appointment|chat|sync) with (${name})(?= (?:called|named|titled|on|at|about|to|for)\\b|[,.;!?]|$)`,
  'iu',
);
const nobody =
  /^(?:me|us|him|her|them|it|this|that|whoever|whoeveris|someone|somebody|anyone|everyone|the|a|an|my|our|your|whom|who|you|now|later|today|tomorrow|next|review|approval)\b/i;

/** The name that a sentence, or what follows the given name of a task, assigns it to. */
export function assigneeIn(sentence: string, after = ''): string | undefined {
  const found =
    patterns.map((pattern) => pattern.exec(sentence)?.[1]).find(isName) ??
    [forWhom.exec(after)?.[1]].find(isName) ??
    [after === '' ? undefined : meeting.exec(sentence)?.[1]].find(isName);
  return found?.replace(/[.'-]+$/, '');
}

/** "Can you call the supplier, Ann?": whom a request is said to, where the name comes last. */
export function vocativeIn(sentence: string): string | undefined {
  const found = /\b(?:you|your)\b.*, (\p{Lu}[\p{Ll}'-]{1,20})\s*[.!?]*$/u.exec(sentence)?.[1];
  return isName(found) &&
    !/^(?:Thanks|Thank|Please|Cheers|Best|Ok|Okay|Sorry|Regards)$/.test(found ?? '')
    ? found
    : undefined;
}

const isName = (found: string | undefined) =>
  found !== undefined && !nobody.test(found) && !dayOrMonth.test(found);
const dayOrMonth =
  /^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?$|^(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|ember|ober)?\b|^(?:optional|optionally|done|urgent|draft|new|soon|asap|again|please|thanks|yes|no|see|if|when|e|internal|external|online|remote|confirmed|pending|high|low|medium)\b/i;
