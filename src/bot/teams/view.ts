/**
 * Who sees which buttons of an approval: those who decide have them, others read the card. In a room
 * the posted card is everybody's; Teams fetches the view of those who decide by itself, and one
 * button fetches it for whoever's client does not. Whether somebody may decide is judged at the click.
 */
import type { Card } from '../card.ts';
import type { AdaptiveCard, Execute } from './element.ts';
import { type CardRef, execute } from './invoke.ts';
import { limits } from './limits.ts';
import type { CardLook } from './look.ts';
import { decidersIn } from './people.ts';

/** The card as this viewer has it, and the buttons that fetch another view. */
export function viewOf(
  card: Card,
  ref: CardRef,
  { viewer, people }: CardLook,
): { card: Card; opens: Execute[] } {
  const deciders = decidersOf(card);
  if (deciders.length === 0) return { card, opens: [] };
  if (viewer === undefined)
    return { card: { ...card, actions: [] }, opens: [execute('view', 'Decide', ref, 'positive')] };
  const isDecider = deciders.some((name) => name === viewer || people?.get(name)?.id === viewer);
  if (isDecider) return { card, opens: [] };
  const note = [card.note, 'Only those named above decide.'].filter(Boolean).join('\n');
  return { card: { ...card, actions: [], note }, opens: [] };
}

/** Asks Teams to fetch the view of those who decide, as far as it is known who they are there. */
export function refreshOf(
  card: Card,
  ref: CardRef,
  { isPrivate, people }: CardLook,
): Pick<AdaptiveCard, 'refresh'> {
  const mris = decidersOf(card).flatMap((name) => people?.get(name)?.mri ?? []);
  const userIds = [...new Set(mris)].slice(0, limits.refreshed);
  // Alone with somebody there is nothing else to see; without ids Teams would fetch for everybody.
  if (userIds.length === 0 || isPrivate) return {};
  const { fallback, ...action } = execute('refresh', 'Refresh', ref);
  return { refresh: { action, userIds } };
}

/** Empty where nothing is open to be decided, or whoever steers the task may decide. */
export function decidersOf({ kind, actions, fields }: Card): string[] {
  const isOpen = kind === 'approval' && actions.some(({ input }) => input !== undefined);
  if (!isOpen) return [];
  return decidersIn(fields.find(({ label }) => label === 'Who decides')?.value ?? '');
}
