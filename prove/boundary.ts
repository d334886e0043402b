/** The commit boundaries of a run, and which one the program is killed at. */
import type { Moment } from './session.ts';
import type { Commit } from './statement.ts';

/** The `turn`th commit of its kind, and the `place`th of all, both from 1. */
export type Boundary = Commit & { turn: number; place: number };

/**
 * Where to kill. Work that runs side by side commits in another order every time, so a boundary is
 * known by its kind and turn. Some depend on timing and do not come again; then the place is taken.
 */
export type Target = { moment: Moment; by: 'turn' | 'place'; boundary: Boundary };

export const printBoundary = ({ name, turn }: Boundary): string => `${name} (#${turn})`;

/** Counts what is committed and says when the target is met. */
export function createCounter(target?: Target) {
  const turns = new Map<string, number>();
  const seen: Boundary[] = [];
  let met: Boundary | undefined;
  const isMeant = (boundary: Boundary, moment: Moment): boolean => {
    if (!target || target.moment !== moment) return false;
    const { by, boundary: wanted } = target;
    if (by === 'place') return boundary.place === wanted.place;
    return boundary.kind === wanted.kind && boundary.turn === wanted.turn;
  };
  return {
    /** @returns false when this is where the program is to be killed, and from then on */
    gate(commit: Commit, moment: Moment): boolean {
      if (met) return false;
      const turn = (turns.get(commit.kind) ?? 0) + 1;
      const boundary = { ...commit, turn, place: seen.length + 1 };
      if (moment === 'after') {
        turns.set(commit.kind, turn);
        seen.push(boundary);
      }
      if (isMeant(boundary, moment)) met = boundary;
      return met === undefined;
    },
    /** What has been committed so far. */
    seen: (): readonly Boundary[] => seen,
    /** Where the program was killed. */
    met: () => met,
  };
}
