/**
 * Pieces of work that follow one another are done by one job: whoever has finished one takes the next in
 * hand, in the transaction that decides about it, instead of leaving it to a job of its own (`work.ts`).
 */
import type { Step } from '../db/step.ts';
import type { Command, Snapshot } from './decide.ts';

export type Stage = 'before' | 'after';
/** Where a run says how far each stage is. */
export const stageColumns = { before: 'checksBefore', after: 'checksAfter' } as const;

/** Held out to a decision; what could be taken lies in it afterwards. */
export type Hand = {
  taken?: { kind: 'step'; step: Step } | { kind: 'check'; stage: Stage };
  /** Whether nothing was decided but to go on: there is nothing that people have to see at once. */
  isUsual: boolean;
};

const usual: Command['kind'][] = [
  ...(['check', 'start_step', 'pass_step'] as const),
  ...(['open_container', 'open_each', 'close_container'] as const),
];
export const isUsual = (command: Command) => usual.includes(command.kind);

const starts = (command: Command) => command.kind === 'start_step' || command.kind === 'check';

/** Whether these commands start one thing only, with nothing else under way beside it that has a job. */
export function canTake({ steps }: Snapshot, commands: Command[]): boolean {
  const isBusy = steps.some((step) => step.kind === 'tool' && step.status === 'running');
  return !isBusy && commands.filter(starts).length === 1;
}
