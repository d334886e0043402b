/** How large an expression may be, so that neither reading it nor anything later runs out of stack. */
import type { Expression } from './ast.ts';
import type { Cursor } from './cursor.ts';

const deepest = 40;
const mostNodes = 1000;
const hint = 'SET a variable to a part of it first.';

export type Budget = { depth: number; nodes: number };
export const newBudget = (): Budget => ({ depth: 0, nodes: 0 });

export function deeper(cursor: Cursor, budget: Budget, by: 1 | -1): void {
  budget.depth += by;
  if (budget.depth <= deepest) return;
  const message = `An expression is nested more than ${deepest} deep.`;
  cursor.refuse('WF208', cursor.token, message, hint);
}

/** Counts a node on its way into the tree. */
export function spend<T extends Expression>(cursor: Cursor, budget: Budget, made: T): T {
  budget.nodes += 1;
  if (budget.nodes <= mostNodes) return made;
  const message = `An expression has more than ${mostNodes.toLocaleString('en')} parts.`;
  return cursor.refuse('WF208', made, message, hint);
}
