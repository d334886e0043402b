/** Texts by a language model: it writes, code says for whom, marks what is not known, and takes out what may not be. */
import { hideSecrets } from '../../../secret.ts';
import {
  type Draft,
  type DraftData,
  type DraftRevision,
  type DraftWish,
  longestDraft,
  missingIn,
  type StandingDraft,
} from '../draft.ts';
import type { Context, Question } from '../model.ts';
import { about } from '../offline/write/write.ts';
import type { Asker } from './ask.ts';
import { daysIn } from './day-name.ts';
import type { Read } from './judge.ts';
import { plain, questionOf, shownText } from './plain.ts';
import { type DraftAnswer, draftPrompt, redraftPrompt } from './prompt/draft.ts';
import { verified } from './unverified.ts';

type Written = { kind: 'written'; text: string; subject: string | null };

/** @throws FactotumError when there is no usable answer */
export async function draftBy(
  asker: Asker,
  wish: DraftWish,
  data: DraftData,
  context: Context,
): Promise<Draft | Question> {
  const { artifact, rework, lead, source, recipient, tone, people } = wish;
  const said = {
    request: shownText(lead),
    kind: rework ? 'rework' : artifact,
    to: recipient?.name ?? null,
    people,
    tone,
    source: shownText(source),
    data,
    today: context.now.toISOString().slice(0, 10),
  };
  const written = await asker.ask(draftPrompt, said, read, context);
  if (written.kind === 'question') return written;
  const known = [
    lead,
    source,
    JSON.stringify(data),
    said.today,
    ...(rework ? daysIn(source) : []),
  ].join('\n');
  const checked = verified(written.text, known);
  const isMail = artifact === 'email' || artifact === 'reply';
  const subject = isMail && written.subject ? verified(written.subject, known) : undefined;
  const open = missingIn(checked.text).length;
  return {
    kind: 'draft',
    ...about(wish),
    ...(subject ? { subject: subject.text } : {}),
    text: checked.text.slice(0, longestDraft),
    unverified: listed([...checked.unverified, ...(subject?.unverified ?? [])]),
    confidence: Math.max(0.5, Math.round((0.95 - 0.05 * open) * 100) / 100),
  };
}

/** @throws FactotumError when there is no usable answer */
export async function redraftBy(
  asker: Asker,
  standing: StandingDraft,
  change: string,
  context: Context,
): Promise<DraftRevision | Question> {
  const { artifact, text, subject = null, source } = standing;
  const said = {
    ...{ kind: artifact, text: shownText(text), subject },
    ...{ change: shownText(change).slice(0, 4_000), source: shownText(source) },
  };
  const written = await asker.ask(redraftPrompt, said, read, context);
  if (written.kind === 'question') return written;
  const known = `${source}\n${change}`;
  const checked = verified(written.text, known);
  const head = subject !== null && written.subject ? verified(written.subject, known) : undefined;
  return {
    kind: 'revision',
    text: checked.text.slice(0, longestDraft),
    ...(head ? { subject: head.text } : {}),
    unverified: listed([...checked.unverified, ...(head?.unverified ?? [])]),
    changes: [`Changed as asked: “${plain(change, 200)}”`],
  };
}

const listed = (found: string[]): string[] =>
  [...new Set(found)].slice(0, 100).map((each) => each.slice(0, 200));

function read({ text, subject, question }: DraftAnswer): Read<Written | Question> {
  const words = linesOf(text);
  if (words !== '')
    return { found: { kind: 'written', text: words, subject: subject && plain(subject, 200) } };
  if (question) return { found: questionOf({ text: question, suggestions: [] }) };
  return { problems: ['text: must not be empty unless there is a question.'] };
}

/** A model's text of several lines as it may be kept: no secrets, no mark-up, nothing invisible. */
function linesOf(words: string): string {
  return (
    hideSecrets(words.slice(0, longestDraft))
      .replace(/\r\n?/g, '\n')
      .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly what is removed
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ')
      // The address of a link with a name stays to be seen, and to be checked.
      .replace(/!?\[([^\]\n]{1,200})\]\(([^)\s]{1,500})\)/g, '$1 ($2)')
      .replace(/<\/?[a-z!][^<>\n]{0,200}>/gi, '')
      .replace(/\*\*|__/g, '')
      .replace(/^#+ /gm, '')
      .replace(/[ \t]+$/gm, '')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  );
}
