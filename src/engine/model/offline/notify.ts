/** What somebody wants to be told, in words: "tell me only approvals", "quiet from 22:00 to 7". Whole messages only. */

export type NotifyWish =
  | { kind: 'ask' }
  | { kind: 'notify'; choice: 'all' | 'approvals' | 'none' }
  /** Minutes since midnight; both null for no quiet hours. */
  | { kind: 'quiet'; from: number | null; to: number | null };

const lead = '(?:please )?(?:factotum,? )?';
const phrases: [pattern: RegExp, wish: NotifyWish][] = [
  [
    `(?:show |what are )?(?:me )?my (?:notification settings|notifications|settings)|notification settings|notifications|settings|what do you (?:tell|notify) me(?: of| about)?`,
    { kind: 'ask' },
  ],
  [
    `(?:notify|tell) me (?:(?:of|about) )?everything|notify me of all of it|all notifications|turn (?:on )?all notifications(?: on)?|turn (?:my )?notifications on|turn on (?:my )?notifications|unmute(?: yourself| notifications)?`,
    { kind: 'notify', choice: 'all' },
  ],
  [
    `(?:notify|tell) me (?:only |just )?(?:of |about )?(?:only )?approvals(?: and results)?(?: only)?|only approvals(?: and results)?`,
    { kind: 'notify', choice: 'approvals' },
  ],
  [
    `(?:notify|tell) me (?:of |about )?nothing|no notifications|(?:don't|do not|stop) notify(?:ing)? me|turn (?:off )?(?:my )?notifications(?: off)?|mute (?:yourself|notifications)`,
    { kind: 'notify', choice: 'none' },
  ],
  [
    `no (?:more )?quiet hours|(?:turn off|end|remove|stop) (?:my |the )?quiet hours`,
    { kind: 'quiet', from: null, to: null },
  ],
].map(([source, wish]) => [new RegExp(`^${lead}(?:${source})$`), wish as NotifyWish]);

const clock = '(\\d{1,2})(?:[:.h](\\d{2}))? ?(am|pm)?';
const hours = new RegExp(
  `^${lead}(?:(?:i want |set |my )?quiet(?: hours)?|be quiet|do not disturb(?: me)?|don't disturb me)(?: are| is)? (?:from |between )?${clock} ?(?:to|until|till|and|-|–) ?${clock}$`,
);

/** Undefined for anything else, and for a time that is none. */
export function readNotify(text: string): NotifyWish | undefined {
  if (text.length > 120) return undefined;
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(/\s+/g, ' ')
    .replace(/[.!?]+$/, '');
  const found = phrases.find(([pattern]) => pattern.test(plain));
  if (found) return found[1];
  const [, hour, minute, half, hour2, minute2, half2] = hours.exec(plain) ?? [];
  const from = minutesOf(hour, minute, half);
  const to = minutesOf(hour2, minute2, half2);
  return from === undefined || to === undefined || from === to
    ? undefined
    : { kind: 'quiet', from, to };
}

function minutesOf(
  hour: string | undefined,
  minute = '0',
  half: string | undefined,
): number | undefined {
  if (hour === undefined) return undefined;
  const number = Number(hour);
  if (half && (number < 1 || number > 12)) return undefined;
  const inDay = half ? (number % 12) + (half === 'pm' ? 12 : 0) : number === 24 ? 0 : number;
  const minutes = inDay * 60 + Number(minute);
  return inDay > 23 || Number(minute) > 59 ? undefined : minutes;
}
