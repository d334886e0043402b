/** Texts that are drafted: what was asked for, what they are made of, and what has to be filled in. */
import type { ArtifactKind } from '../../db/artifact.ts';

/** What is wanted of a text that is given, other than a text made of it. */
export type Rework = 'translate' | 'proofread' | 'rewrite' | 'shorten';

export type Tone = 'neutral' | 'formal' | 'friendly' | 'short';

/** A text that somebody wants, as their words say. What was not said is undefined. */
export type DraftWish = {
  kind: 'wish';
  artifact: ArtifactKind;
  /** The source itself is wanted, otherwise than it is. */
  rework?: Rework;
  /** The sentence that asks for it. */
  lead: string;
  /** What came with it: notes, a thread, a mail. Empty where there is nothing. */
  source: string;
  /** It is to be made of what was said before: "this thread", "these notes". */
  wantsSource: boolean;
  /** "late delivery" */
  topic?: string;
  /** What it is to do: "thanking him for the meeting", "that we close early on Friday". */
  purpose?: string;
  /** Whom it is for, as the person wrote it. */
  recipient?: { name?: string; address?: string };
  /** Who takes part. */
  people: string[];
  /** "Monday", in the words that were used. */
  when?: string;
  tone: Tone;
};

/** What the workspace's own tasks and apps say, as lines under headings; for status reports. */
export type DraftData = { heading: string; lines: string[] }[];

/** A text with everything that is known about it. */
export type Draft = {
  kind: 'draft';
  artifact: ArtifactKind;
  /** "E-mail to John about the late delivery". */
  title: string;
  /** "e-mail": what people call it. */
  shortName: string;
  recipient?: string;
  subject?: string;
  text: string;
  /** What only a model says and nothing else does. */
  unverified: string[];
  /** 0–1 */
  confidence: number;
  /** What people are to know of how it was made. */
  note?: string;
};

/** The same text after a change in words, and what changed, one sentence each. */
export type DraftRevision = Pick<Draft, 'text' | 'subject' | 'recipient' | 'unverified'> & {
  kind: 'revision';
  changes: string[];
};

/** A draft as it stands, with all that it was made of. */
export type StandingDraft = Pick<Draft, 'artifact' | 'text' | 'subject' | 'recipient'> & {
  /** Everything that people have said about it. */
  source: string;
};

const mark = /\[[^[\]\n]{1,60}\?\]/g;

/** What the person has to fill in: the marks such as "[amount?]", each once, in their order. */
export const missingIn = (text: string): string[] => [...new Set(text.match(mark) ?? [])];

/** The mark for what was not said. */
export const blank = (what: string): string => `[${what}?]`;

/** What stands behind something that only a language model says: whoever keeps it has looked. */
export const checkMark = blank('check this');

/** The longest text that is kept, in characters. */
export const longestDraft = 20_000;
