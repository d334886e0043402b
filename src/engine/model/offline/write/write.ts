/** Texts without a language model: templates that are filled with what was said. */
import type { ArtifactKind } from '../../../../db/artifact.ts';
import {
  type Draft,
  type DraftData,
  type DraftWish,
  longestDraft,
  missingIn,
  type Rework,
} from '../../draft.ts';
import type { Context, Question } from '../../model.ts';
import { type Written, writeLetter } from './letter.ts';
import { writeOutline } from './outline.ts';
import {
  noSource,
  writeActionItems,
  writeAgenda,
  writeMinutes,
  writeStatusReport,
  writeSummary,
} from './report.ts';
import { nameOf, writeRework } from './rework.ts';

/** What people call each kind, and how its title begins. */
const kindNames: Record<ArtifactKind, { short: string; title: string }> = {
  email: { short: 'e-mail', title: 'E-mail' },
  reply: { short: 'reply', title: 'Reply' },
  message: { short: 'message', title: 'Message' },
  summary: { short: 'summary', title: 'Summary' },
  outline: { short: 'outline', title: 'Outline' },
  agenda: { short: 'agenda', title: 'Agenda' },
  status_report: { short: 'status report', title: 'Status report' },
  action_items: { short: 'action items', title: 'Action items' },
  minutes: { short: 'meeting notes', title: 'Meeting notes' },
  text: { short: 'text', title: 'Text' },
};

const isRework = (wish: DraftWish): wish is DraftWish & { rework: Rework } =>
  wish.rework !== undefined;

/** Never throws on any wish. */
export function writeDraft(wish: DraftWish, data: DraftData, context: Context): Draft | Question {
  if (wish.wantsSource && wish.source.trim() === '' && wish.artifact !== 'status_report')
    return noSource('read', `${wish.lead.replace(/[\s.:!]+$/, '').slice(0, 80)}: …`);
  if (isRework(wish)) {
    const made = writeRework(wish);
    return 'kind' in made ? made : { kind: 'draft', ...about(wish), ...made };
  }
  const written = wordsOf(wish, data, context);
  if ('kind' in written) return written;
  const text = written.text.slice(0, longestDraft);
  const open = missingIn(`${written.subject ?? ''}\n${text}`).length;
  return {
    kind: 'draft',
    ...about(wish),
    ...(written.subject ? { subject: written.subject.slice(0, 200) } : {}),
    text,
    unverified: [],
    confidence: Math.max(0.5, Math.round((0.95 - 0.05 * open) * 100) / 100),
  };
}

/** What a draft is called and whom it is for: the person's words, whoever writes it. */
export function about(
  wish: DraftWish,
): Pick<Draft, 'artifact' | 'title' | 'shortName' | 'recipient'> {
  const { artifact, topic, recipient } = wish;
  if (isRework(wish)) return { artifact, ...nameOf(wish) };
  const { title, short } = kindNames[artifact];
  const { name, address } = recipient ?? {};
  const whom = name && address ? `${name} <${address}>` : (address ?? name);
  const isLetter = artifact === 'email' || artifact === 'reply' || artifact === 'message';
  const words = isLetter
    ? [title, whom && `to ${whom}`, topic && `about ${topic}`].filter(Boolean).join(' ')
    : [title, topic].filter(Boolean).join(': ');
  return {
    artifact,
    title: words.length > 120 ? `${words.slice(0, 119)}…` : words,
    shortName: short,
    ...(whom ? { recipient: whom } : {}),
  };
}

function wordsOf(wish: DraftWish, data: DraftData, context: Context): Written | Question {
  const asWritten = (made: string | Question) => (typeof made === 'string' ? { text: made } : made);
  switch (wish.artifact) {
    case 'email':
    case 'reply':
    case 'message':
      return writeLetter(wish);
    case 'summary':
      return asWritten(writeSummary(wish, context));
    case 'minutes':
      return asWritten(writeMinutes(wish, context));
    case 'action_items':
      return asWritten(writeActionItems(wish, context));
    case 'status_report':
      return asWritten(writeStatusReport(wish, data, context));
    case 'agenda':
      return { text: writeAgenda(wish, context) };
    case 'outline':
    case 'text':
      return { text: writeOutline(wish) };
  }
}
