/**
 * A card that is wanted beside the one that stands: which version and which buttons it has from now on.
 * Pure; `saveKept` writes what came of several.
 */
import {
  type Action,
  type CardRow,
  closeActions,
  findAction,
  findCard,
  insertActions,
  saveCards,
} from '../db/card.ts';
import { newId } from '../db/id.ts';
import type { Tx } from '../db/tx.ts';
import { digestOf } from '../engine/digest.ts';
import { redact } from '../redact.ts';
import type { PostedCard } from './bot.ts';
import { type ActionDraft, Card, type CardDraft } from './card.ts';

/** A card as it is to be stored, with the buttons on it. */
export type Kept = {
  row: CardRow;
  /** Whether the row differs from what is stored. */
  changed: boolean;
  /** Open and not pressed, in the order of the card. */
  buttons: Action[];
  added: Action[];
  /** Ids of buttons that no longer stand there. */
  closed: string[];
};

/** The card that stands, and the buttons that were not closed yet. */
export type Standing = { row: CardRow; open: Action[] };

export type Wish = Pick<CardRow, 'workspaceId' | 'taskId' | 'key' | 'channel' | 'conversation'> & {
  draft: CardDraft;
};

/**
 * A card keeps its id, and a button its own for as long as it stands there.
 * @param about the task that its buttons are about
 */
export function keepCard(
  standing: Standing | undefined,
  wish: Wish,
  now: Date,
  about: string | null = wish.taskId,
): Kept {
  const { draft: wanted, ...place } = wish;
  // As it will be stored: a card with a secret must compare equal with what stands there.
  const draft = redact(wanted);
  const before = standing?.row;
  const id = before?.id ?? newId('card');
  const isSame = before !== undefined && digestOf(before.card) === digestOf(draft);
  const owner = { workspaceId: wish.workspaceId, cardId: id, taskId: about };
  const buttons = keepButtons(standing?.open ?? [], draft.actions ?? [], owner, now);
  if (!before) {
    const fresh = { version: 1, shownVersion: 0, reference: null, createdAt: now, updatedAt: now };
    return { row: { ...place, ...fresh, id, card: draft }, changed: true, ...buttons };
  }
  // A button that was pressed and is wanted again has a new id, so the card must be shown anew.
  if (isSame && buttons.added.length === 0) return { row: before, changed: false, ...buttons };
  const row = { ...before, card: draft, version: before.version + 1, updatedAt: now };
  return { row, changed: true, ...buttons };
}

/** What is no longer wanted stays to be read, but nothing on it can be pressed. */
export function closeCard(standing: Standing, now: Date): Kept {
  const { workspaceId, taskId, key, channel, conversation, card } = standing.row;
  const draft = card as CardDraft;
  if (!draft.actions?.length) return same(standing);
  const closed = { ...draft, actions: [] };
  const wish = { workspaceId, taskId, key, channel, conversation, draft: closed };
  return keepCard(standing, wish, now);
}

/** The card as it stands. */
export const same = ({ row, open }: Standing): Kept => ({
  ...{ row, changed: false, added: [], closed: [] },
  buttons: open.filter((action) => action.consumedAt === null),
});

/** A version more of the same: whoever shows it knows more by now. One that waits to be shown will know it anyway. */
export function shownAgain(kept: Kept, now: Date): Kept {
  const { row } = kept;
  if (row.version > row.shownVersion) return kept;
  return { ...kept, changed: true, row: { ...row, version: row.version + 1, updatedAt: now } };
}

const meaningOf = (action: { verb: string; subject?: unknown }) =>
  `${action.verb}:${digestOf(action.subject ?? {})}`;

/** What each means, the first of those that mean the same. */
const byMeaning = (actions: Action[]): Map<string, Action> =>
  new Map(actions.map((action) => [meaningOf(action), action] as const).reverse());

function keepButtons(
  open: Action[],
  wanted: ActionDraft[],
  owner: Pick<Action, 'workspaceId' | 'cardId' | 'taskId'>,
  now: Date,
): Pick<Kept, 'buttons' | 'added' | 'closed'> {
  const standing = open.filter((action) => action.consumedAt === null);
  const meant = byMeaning(standing);
  const added: Action[] = [];
  const buttons = wanted.map((draft): Action => {
    const known = meant.get(meaningOf(draft));
    if (known) return known;
    const { verb, subject = {}, repeatable = false } = draft;
    const nobody = { createdAt: now, consumedAt: null, consumedBy: null, closedAt: null };
    const fresh = { ...owner, ...nobody, id: newId('action'), verb, subject, repeatable };
    added.push(fresh);
    return fresh;
  });
  const closed = standing.filter((action) => !buttons.includes(action)).map(({ id }) => id);
  return { buttons, added, closed };
}

/** The newest version, where the channel does not show it yet. */
export const dueOf = (kept: Kept): PostedCard | undefined =>
  kept.row.version > kept.row.shownVersion ? postedOf(kept) : undefined;

/** The newest version with the buttons that stand on it. */
export function postedOf({ row, buttons }: Pick<Kept, 'row' | 'buttons'>): PostedCard {
  const draft = row.card as CardDraft;
  const meant = byMeaning(buttons);
  const actions = (draft.actions ?? []).flatMap((action) => {
    const known = meant.get(meaningOf(action));
    const { verb, subject, repeatable, ...shown } = action;
    return known ? [{ ...shown, id: known.id }] : [];
  });
  return { id: row.id, version: row.version, card: Card.parse({ ...draft, actions }) };
}

/** Writes what has changed. */
export function saveKept(tx: Tx, kept: Kept[]): void {
  saveCards(
    tx,
    kept.filter(({ changed }) => changed).map(({ row }) => row),
  );
  insertActions(
    tx,
    kept.flatMap(({ added }) => added),
  );
  closeActions(
    tx,
    kept.flatMap(({ closed }) => closed),
  );
}

/** A button that somebody pressed: what it is on the card, as it stands in the database. */
export async function findButton(
  tx: Tx,
  actionId: string,
): Promise<{ action: Action; card: CardRow; draft: ActionDraft | undefined } | undefined> {
  const action = await findAction(tx, actionId);
  const card = action && (await findCard(tx, action.cardId));
  if (!card) return undefined;
  const drafts = (card.card as CardDraft).actions ?? [];
  return { action, card, draft: drafts.find((draft) => meaningOf(draft) === meaningOf(action)) };
}
