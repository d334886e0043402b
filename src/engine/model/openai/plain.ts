/** What goes to a model and what comes back: neither holds a secret, and its words are shown as words only. */
import { hideSecrets } from '../../../secret.ts';
import type { Question } from '../model.ts';
import { readIntent } from '../offline/intent.ts';
import { cleanText } from '../offline/text.ts';

/** Longer texts are read up to here: some 15,000 tokens. */
export const longestText = 60_000;

/** A text as the model may see it. */
export const shownText = (text: string): string => hideSecrets(text).slice(0, longestText);

/**
 * A model's own words as they may be shown: one line, no links, no mark-up, not endless.
 * @param most characters
 */
export function plain(words: string, most: number): string {
  const line = cleanText(hideSecrets(words.slice(0, 4_000)))
    .replace(/\b[a-z][a-z0-9+.-]{1,20}:\/\/\S*|\bwww\.\S+/gi, '')
    .replace(/[<>]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}

const mostSuggestions = 3;

/**
 * Answers that can be pressed. Pressing one is saying it, so none may be a command: no button that a model
 * made accepts, cancels or approves.
 */
function suggestionsOf(words: string[]): string[] {
  return words
    .map((each) => plain(each, 120))
    .filter((each) => each !== '' && ['new_task', 'other'].includes(readIntent(each).kind))
    .slice(0, mostSuggestions);
}

const unclear = 'I am not sure what you mean. Could you say it in other words?';

/** A question in the model's words; without any, `otherwise`. */
export function questionOf(
  said: { text: string; suggestions: string[] },
  otherwise: Question = { kind: 'question', text: unclear, suggestions: [] },
): Question {
  const text = plain(said.text, 400);
  return text === ''
    ? otherwise
    : { kind: 'question', text, suggestions: suggestionsOf(said.suggestions) };
}
