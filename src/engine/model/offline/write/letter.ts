/** E-mails, replies and messages out of what was said. What was not said is marked, never guessed. */
import { blank, type DraftWish } from '../../draft.ts';
import { capital, closings, greeted, greetings, saidTo, withArticle } from './words.ts';

export type Written = { text: string; subject?: string };

const late = /\b(?:delay(?:ed|s)?|late|postpone(?:d|ment)?|overdue|behind schedule)\b/i;
const mostQuestions = 6;

export function writeLetter(wish: DraftWish): Written {
  const { artifact, tone } = wish;
  const isMail = artifact === 'email' || artifact === 'reply';
  const body = bodyOf(wish);
  const words = [
    greetings[tone](greeted(wish)),
    ...body,
    `${closings[tone]}\n${blank('your name')}`,
  ];
  return { text: words.join('\n\n'), ...(isMail ? { subject: subjectOf(wish, body) } : {}) };
}

function bodyOf(wish: DraftWish): string[] {
  const { artifact, topic, purpose, source, tone } = wish;
  const about = topic ? withArticle(topic) : undefined;
  const said = purpose ? saidTo(purpose) : undefined;
  const thanks = `Thank you for your message${about ? ` about ${about}` : ''}.`;
  const opening =
    artifact === 'reply' ? [thanks] : about && !late.test(about) ? [openingOf(about)] : [];
  const delayed = about && late.test(about) ? delayOf(about, artifact === 'reply') : [];
  const told = said ? [said] : source && artifact !== 'reply' ? pointsOf(source) : [];
  const answers = artifact === 'reply' ? answersTo(source) : [];
  const main = [...delayed, ...told, ...answers];
  const empty = artifact === 'reply' ? 'your answer' : 'what you want to say';
  const end = tone === 'short' ? [] : endOf(wish);
  return [...opening, ...(main.length > 0 ? main : [blank(empty)]), ...end];
}

const openingOf = (about: string) => `I am writing to you about ${about}.`;

/** A delay has a reason and an end, which nobody but the person knows. */
const delayOf = (about: string, isReply: boolean): string[] => [
  isReply ? 'I am sorry about this.' : `I am sorry about ${about}.`,
  `The reason is ${blank('reason')}. The new date is ${blank('new date')}.`,
];

const endOf = ({ artifact, purpose = '', topic = '' }: DraftWish): string[] => {
  if (/^(?:inviting|asking|requesting)/i.test(purpose)) return ['I look forward to your answer.'];
  return artifact === 'email' && late.test(topic)
    ? ['Please tell me if you have any questions.']
    : [];
};

/** What was pasted below the wish is what is to be said, in its own words. */
const pointsOf = (source: string): string[] =>
  source
    .split(/\n+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 40);

/** Each question of the message that is answered, with room for the answer. */
function answersTo(source: string): string[] {
  const questions = source
    .replace(/^.{0,40}?: (?=\p{Lu})/gmu, '')
    .match(/[^.!?\n]{4,300}\?/g)
    ?.map((question) => question.replace(/\s+/g, ' ').trim())
    .slice(0, mostQuestions);
  return (questions ?? []).map((question, index, all) => {
    const answer = blank(all.length === 1 ? 'your answer' : `your answer ${index + 1}`);
    return `You asked: “${question}”\n${answer}`;
  });
}

function subjectOf({ artifact, topic, purpose = '' }: DraftWish, body: string[]): string {
  if (artifact === 'reply') return topic ? `Re: ${capital(topic)}` : 'Re: [subject?]';
  if (topic) return capital(topic);
  const first = /^(?:thanking|inviting|congratulating)/i.test(purpose)
    ? (body[0] ?? '')
        .replace(/^I would like to invite you to/, 'Invitation to')
        .replace(/[.!?]+$/, '')
    : '';
  return first && first.length <= 90 ? first : blank('subject');
}
