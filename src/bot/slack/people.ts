/**
 * Slack user ids as mentions, only where our own code put them: each place has the sentence that the
 * card's builder writes there, and whatever people wrote in it stands outside of the id.
 */
import { type Inline, mention, plain } from './rich.ts';

/** The id of somebody of another company stands behind that of their team. */
const id = '(?:[TE][A-Z0-9]{7,}/)?([UW][A-Z0-9]{7,})';

/** What stands before the id and after it. */
const places = {
  /** "Approved by U… and done. “reason”": the reason comes after. */
  note: new RegExp(
    `^((?:Approved|Rejected) by |Undone on \\d+ \\w+ \\d{4} by )${id}(?=[.,; ])(.*)$`,
    's',
  ),
  /** The line of the delivery card: the step's name comes before. */
  approved: new RegExp(`^(.*: by )${id}(, code [\\w-]+)$`, 's'),
  step: new RegExp(`^(Approved by )${id}( · [\\w-]+)$`),
  log: new RegExp(`^(.*\\()${id}(\\))$`, 's'),
  /** The answer to a late click, whole, and the one about a task that was undone. */
  words: new RegExp(
    `^(This was already (?:decided|approved|rejected)(?: by )|📊 Your [^:]* task is complete\\. Undone on \\d+ \\w+ \\d{4} by )${id}(\\.)$`,
  ),
} as const;
type Place = keyof typeof places;

type Piece = string | { person: string };

/** The pieces of a text that our code has written around at most one person. */
export function piecesOf(place: Place, text: string): Piece[] {
  const [, before, person, after] = places[place].exec(text) ?? [];
  if (before === undefined || person === undefined) return [text];
  return [before, { person }, after ?? ''];
}

/** "Only U… or bob can decide this.", "It waits for U… to decide.", and every other answer in words. */
export function answerOf(text: string): Piece[] {
  const [, before, names, after] =
    /^(Only )(.{1,500})( can decide this\.)$/.exec(text) ??
    /^(It waits for )(.{1,500})( to decide(?: until [\d: -]+ UTC)?\.)$/.exec(text) ??
    [];
  if (names === undefined) return piecesOf('words', text);
  const people = names.split(' or ').flatMap((name, index): Piece[] => {
    const person = approver.exec(name)?.[1];
    return [...(index > 0 ? [' or '] : []), person ? { person } : name];
  });
  return [before ?? '', ...people, after ?? ''];
}

const approver = new RegExp(`^${id}$`);

/** "U…, bob, U… (2 have to agree)": the names of those who decide, as the card lists them. */
export function deciders(text: string): Piece[] {
  const [, names = text, rest = ''] = /^(.*?)( \([^()]*\))?$/s.exec(text) ?? [];
  return [
    ...names.split(', ').flatMap((name, index): Piece[] => {
      const person = approver.exec(name)?.[1];
      return [...(index > 0 ? [', '] : []), person ? { person } : name];
    }),
    rest,
  ];
}

export const toInline = (pieces: Piece[]): Inline[] =>
  pieces.flatMap((piece) => (typeof piece === 'string' ? plain(piece) : mention(piece.person)));
