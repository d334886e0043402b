/** Pressed buttons. What they may do is decided in `click`; the answer is seen by whoever pressed, alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { findCard, listOpenActions } from '../../../db/card.ts';
import { transaction } from '../../../db/client.ts';
import type { Tx } from '../../../db/tx.ts';
import { type ClickOutcome, click } from '../../click.ts';
import { postedOf, same } from '../../keep-card.ts';
import { actorOf, type TeamsContext, teams } from '../context.ts';
import { roomIdOf, type Spoken } from '../identity.ts';
import { type Pressed, parsePressed } from '../invoke.ts';
import { lookOf } from '../look-of.ts';
import { parseReference } from '../reference.ts';
import { renderCard } from '../render.ts';
import type { Answer } from '../wire.ts';

/** Teams gives ten seconds, and a decision may have to wait for a lock. */
const patienceMs = 7_000;

const words = (value: string): Answer => ({
  status: 200,
  body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value },
});
const shown = (value: object): Answer => ({
  status: 200,
  body: { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value },
});

const unknown = 'This button is not known here. Look at the newest card.';
const broken = 'Something went wrong on my side, and nothing was decided. Please press it again.';

export async function press(
  context: TeamsContext,
  spoken: Spoken,
  value: unknown,
): Promise<Answer> {
  const button = parsePressed(value);
  if (!button) return words(unknown);
  if (button.kind !== 'act') return view(context, spoken, button);
  const late = { outcome: 'done', message: 'I am on it.' } as const;
  const outcome = await Promise.race([
    pressed(context, spoken, button),
    sleep(patienceMs, late, { ref: false }),
  ]);
  return words(outcome.message);
}

/** Never throws: an error would be shown as an empty failure of the app. */
export async function pressed(
  { bot }: TeamsContext,
  spoken: Spoken,
  { action, text }: Extract<Pressed, { kind: 'act' }>,
): Promise<ClickOutcome> {
  try {
    return await click(bot, actorOf(spoken), action, { text });
  } catch (error) {
    bot.engine.log.error('teams.click', error, { action });
    return { outcome: 'stale', message: broken };
  }
}

/** The card as this person has it. It is an answer to them: updating the message here would ask again. */
async function view(
  context: TeamsContext,
  spoken: Spoken,
  button: Exclude<Pressed, { kind: 'act' }>,
): Promise<Answer> {
  const { db } = context.bot.engine;
  const found = await transaction(db, actorOf(spoken), async (tx) => {
    const row = await findCard(tx, button.card);
    if (!row || row.channel !== teams || !isThere(row, spoken)) return undefined;
    const posted = postedOf(same({ row, open: await listOpenActions(tx, row.id) }));
    return { posted, look: await lookFor(tx, context, spoken, posted) };
  });
  if (!found) return words('This card is not known here.');
  const page = button.kind === 'page' ? { page: button.page } : {};
  return shown(renderCard(found.posted, { ...found.look, ...page }).card);
}

async function lookFor(
  tx: Tx,
  { baseUrl }: TeamsContext,
  { personId, room }: Spoken,
  posted: Parameters<typeof renderCard>[0],
) {
  const look = await lookOf(tx, posted.card, baseUrl);
  return { ...look, viewer: personId, isPrivate: room === 'personal' };
}

/** Somebody who knows the id of a card sees it only where it stands. */
function isThere(
  { conversation, reference }: { conversation: string; reference: string | null },
  spoken: Spoken,
): boolean {
  const moved = reference ? parseReference(reference).conversation : undefined;
  const places = [conversation, ...(moved ? [moved] : [])].map(roomIdOf);
  return places.includes(roomIdOf(spoken.conversation));
}
