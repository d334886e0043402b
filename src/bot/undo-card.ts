/** The undo card: what will be taken back and what will not, how far it is, and what is in its way. */

import type { Undo, UndoItem } from '../db/undo.ts';
import type { PlanView, TaskView } from '../engine/view.ts';
import type { PlanStep } from '../engine/workflow/plan.ts';
import { walk } from '../engine/workflow/plan.ts';
import type { ActionDraft, CardDraft } from './card.ts';
import { notices } from './notice.ts';

/** The button of the delivery card, for as long as there is something that it can do. */
export function undoAction({ undo }: TaskView): ActionDraft[] {
  if (!undo || undo.offer.refusal !== null) return [];
  return [{ verb: 'undo', label: 'Undo…', style: 'secondary', repeatable: true }];
}

/** "Undone on 3 March 2026 by ana." */
export function undoneNote({ task, undo }: TaskView): string | undefined {
  if (!task.undoneAt) return undefined;
  const timeZone = undo?.timezone ?? 'UTC';
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone });
  return `Undone on ${day.format(task.undoneAt)} by ${undo?.newest?.askedBy ?? task.requestedBy}.`;
}

/** What of a step of a plan cannot be undone, with the step's name where it is one inside. */
export function lastingOf(step: PlanStep, known: PlanView['lasting']): string[] {
  return [...walk([step])].flatMap((inner) => {
    const why = known[inner.key];
    if (why === undefined) return [];
    return [inner === step ? why : `${inner.name}: ${why}`];
  });
}

export function undoCard(view: TaskView, undo: Undo): CardDraft {
  const { shortName } = view.task;
  const phase = phaseOf(undo);
  const title = titles[phase](shortName);
  const sections = sectionsOf(undo.items, phase);
  const note = noteOf(view, undo, phase);
  return {
    kind: 'undo',
    ...noticeOf(shortName, phase),
    title,
    text: [
      title,
      ...sections.flatMap((section) => [
        `${section.title}:`,
        ...section.items.map((item) => `• ${item}`),
      ]),
      ...(note ? [note] : []),
    ].join('\n'),
    sections,
    // When its time is over nothing is left to confirm.
    actions: actionsOf(undo, phase).filter(
      (action) => action.verb !== 'undo_confirm' || view.undo?.offer.refusal === null,
    ),
    ...(note ? { note } : {}),
  };
}

type Phase = 'asked' | 'running' | 'stopped' | 'given_up' | 'done';

const titles: Record<Phase, (name: string) => string> = {
  asked: (name) => `Undo ${name}?`,
  running: (name) => `Undoing ${name}`,
  stopped: (name) => `Undoing ${name} has stopped`,
  given_up: (name) => `${name} is kept`,
  done: (name) => `${name} is undone`,
};

/** What rings: it waits for a word, or is over. */
function noticeOf(name: string, phase: Phase): { notice?: string } {
  if (phase === 'stopped') return { notice: notices.undoStopped(name) };
  return phase === 'done' || phase === 'given_up' ? { notice: titles[phase](name) } : {};
}

function phaseOf({ status, finishedAt, items }: Undo): Phase {
  if (status !== 'stopped') return status;
  if (finishedAt) return 'given_up';
  return items.some(isInTheWay) ? 'stopped' : 'asked';
}

const isInTheWay = (item: UndoItem) => item.status === 'kept' || item.status === 'failed';

const pendingTitle: Record<Phase, string> = {
  asked: 'Will be undone',
  running: 'Will be undone',
  stopped: 'Not undone yet',
  given_up: 'Not undone',
  done: 'Not undone',
};

function sectionsOf(items: UndoItem[], phase: Phase): { title: string; items: string[] }[] {
  const having = (status: UndoItem['status']) => items.filter((item) => item.status === status);
  const lines = (status: UndoItem['status']) =>
    having(status).map((item) => `${item.name}: ${item.note}`);
  const lasting = phase === 'done' ? 'Stays as it is' : 'Will stay as it is';
  return [
    { title: 'Somebody has worked with it since', items: having('kept').map((item) => item.note) },
    { title: 'Could not be undone', items: lines('failed') },
    { title: 'Undone', items: lines('reversed') },
    { title: pendingTitle[phase], items: lines('pending') },
    { title: lasting, items: lines('impossible') },
  ].filter((section) => section.items.length > 0);
}

function actionsOf({ id, items }: Undo, phase: Phase): ActionDraft[] {
  const keep: ActionDraft = {
    verb: 'undo_keep',
    label: 'Keep it',
    style: 'secondary',
    subject: { undo: id },
  };
  const confirm = (label: string, force: boolean): ActionDraft => ({
    verb: 'undo_confirm',
    label,
    style: 'danger',
    subject: { undo: id, force },
  });
  if (phase === 'asked') return [confirm('Undo it', false), keep];
  if (phase !== 'stopped') return [];
  const isKept = items.some((item) => item.status === 'kept');
  return [isKept ? confirm('Undo anyway', true) : confirm('Try again', false), keep];
}

function noteOf(view: TaskView, { items }: Undo, phase: Phase): string | undefined {
  if (phase === 'done') return undoneNote(view);
  if (phase === 'asked') return 'Nothing is undone before you say so.';
  if (phase === 'stopped') return 'It waits for your word.';
  if (phase !== 'given_up') return undefined;
  const isUntouched = items.every((item) => item.status !== 'reversed');
  return isUntouched ? 'Kept. Nothing was undone.' : 'What was not undone yet is kept.';
}
