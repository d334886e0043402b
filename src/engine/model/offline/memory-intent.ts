/** What a message asks about what agents remember: to see it, to have it forgotten, or to share it. */

export type MemoryIntent =
  /** Of one agent, of all; `about` are words that have to be in it. */
  | { kind: 'show'; agent?: string; about?: string }
  /** `isSure`: it was said that something remembered is meant, so nothing else is. */
  | { kind: 'forget'; agent?: string; key?: string; isSure: boolean }
  | {
      kind: 'share';
      key: string;
      agent?: string;
      with: string[];
      how: 'copy' | 'link';
      isSure: boolean;
    };

const polite = /^(?:please|can you|could you|would you|i want to|i would like to|let's|now)\s+/i;
const words = (name: string) => `["“']?(?<${name}>[^"“”?!\\n]{1,120}?)["”']?`;
const ending = '[.!?\\s]*$';
const who = `(?:the )?(?:agent |bot |workflow )?${words('agent')}`;
const about = `(?: (?:about|of|on|as|under|for) (?:the )?${words('about')})?`;
const everything = '(?:everything|all|anything)(?: that)?';

const shows = [
  `^what do (?:you|we|they|the agents|the bots|agents|bots) (?:all )?(?:remember|know by heart)${about}${ending}`,
  `^what does ${who} remember${about}${ending}`,
  `^what is (?:remembered|in (?:the |your )?memory)${about}${ending}`,
  `^(?:show|list|see|view|give|tell)(?: me)?(?: all)?(?: of)?(?: the| your| our)? (?:memory|memories)(?: of ${who})?${ending}`,
  `^(?:show|list|tell)(?: me)? (?:what|everything) ${who} remembers${about}${ending}`,
  `^do (?:you|we) remember (?:anything|something)(?: about ${words('about')})?${ending}`,
].map((source) => new RegExp(source, 'iu'));

const forgets: [pattern: RegExp, isSure: boolean][] = [
  [
    `^(?:forget|delete|remove) (?:what|${everything}) ${who} (?:remembers|knows|remember|know)(?: (?:about|of|as|under) ${words('key')})?${ending}`,
    true,
  ],
  [`^let ${who} forget (?:(?:everything|all)|${words('key')})${ending}`, true],
  [`^(?:forget|delete|remove|clear) the (?:memory|memories) of ${who}${ending}`, true],
  [`^(?:forget|delete|remove) (?:the )?memory ${words('key')}(?: of ${who})?${ending}`, true],
  [`^forget (?:the )?${words('key')} of ${who}${ending}`, false],
  [`^forget (?:about )?(?:the )?${words('key')}${ending}`, false],
].map(([source, isSure]) => [new RegExp(source as string, 'iu'), isSure as boolean]);

const how = '(?: (?:as|by) (?:an? )?(?<how>copy|link))?';
const sharing = new RegExp(
  `^share (?:the )?(?:memory )?${words('key')}(?: of ${who})? with (?<others>[^?!\\n]{1,300}?)${how}${ending}`,
  'iu',
);

const anybody = /^(?:you|me|i|we|everybody|everyone|they|it|all|factotum|the agents|the bots)$/i;

/** Undefined for everything else. Of the whole message, as with all that is steered by phrases. */
export function readMemoryIntent(message: string): MemoryIntent | undefined {
  const plain = message.trim().replace(polite, '');
  if (plain.length > 400 || plain.includes('\n')) return undefined;
  for (const pattern of shows) {
    const found = pattern.exec(plain)?.groups;
    if (found)
      return { kind: 'show', ...agentOf(found['agent']), ...given('about', found['about']) };
  }
  for (const [pattern, isSure] of forgets) {
    const found = pattern.exec(plain)?.groups;
    if (found)
      return {
        kind: 'forget',
        ...agentOf(found['agent']),
        ...given('key', found['key']),
        isSure: isSure || isName(found['key']),
      };
  }
  const share = sharing.exec(plain)?.groups;
  if (!share?.['key'] || !share['others']) return undefined;
  const others = share['others']
    .split(/\s*(?:,|;|\band\b)\s*/i)
    .map((name) => name.replace(/^["“']|["”']$/g, '').trim());
  return {
    kind: 'share',
    key: share['key'],
    ...agentOf(share['agent']),
    with: [...new Set(others.filter((name) => name !== ''))],
    how: share['how']?.toLowerCase() === 'link' ? 'link' : 'copy',
    isSure: isName(share['key']) || share['how'] !== undefined,
  };
}

/** "resolution_method" is the name of nothing else. */
const isName = (key = '') => /^[\p{L}\d]+(?:_[\p{L}\d]+)+$/u.test(key);

const given = <K extends string>(name: K, value: string | undefined) =>
  (value === undefined ? {} : { [name]: value.trim() }) as { [key in K]?: string };
const agentOf = (name: string | undefined) =>
  given('agent', name === undefined || anybody.test(name.trim()) ? undefined : name);
