/**
 * Brings what stands in the channels in line with what should stand there. The wanted cards are
 * derived from the task, so a restart, a lost connection or a skipped version heals by itself.
 */
import {
  type CardRow,
  listCards,
  listOpenActions,
  listTaskActions,
  lockCard,
  lockDelivery,
  markShown,
} from '../db/card.ts';
import { type Tx, transaction } from '../db/client.ts';
import { addJob, type JobPayloads } from '../db/job.ts';
import { listPeople } from '../db/person.ts';
import { raiseProgress } from '../db/task.ts';
import { lookAgain } from '../engine/look.ts';
import { loadView, type TaskView } from '../engine/view.ts';
import type { Bot, Place, PostedCard } from './bot.ts';
import type { CardDraft } from './card.ts';
import { closeCard, dueOf, type Kept, keepCard, same, saveKept } from './keep-card.ts';
import { nextLook } from './silence.ts';
import { cardsOf, type WantedCard } from './task-card.ts';
import { takeTurns } from './turns.ts';

type Due = { row: CardRow; posted: PostedCard };

const inTurn = takeTurns();

/** As a job: posts and updates all cards of a task. */
export function deliverTask(bot: Bot, job: JobPayloads['deliver']): Promise<void> {
  // A platform is told of one version after the other; who waits shows all that came meanwhile.
  return inTurn(job.taskId, async () => {
    const scope = { workspaceId: job.workspaceId };
    const due = await transaction(bot.engine.db, scope, async (tx) => {
      await lockDelivery(tx, job.taskId);
      const kept = await keepCards(tx, bot, job);
      return keepShown(tx, bot, kept);
    });
    await show(bot, scope, due);
  });
}

/** Every card of a task as it should stand now. */
async function keepCards(tx: Tx, bot: Bot, job: JobPayloads['deliver']): Promise<Kept[]> {
  const now = bot.engine.now();
  // Sent together: on one connection the driver pipelines them.
  const [view, rows, actions] = await Promise.all([
    loadView(tx, job.taskId, now, bot.engine.tools),
    listCards(tx, job.taskId),
    listTaskActions(tx, job.taskId),
  ]);
  if (!view) return [];
  // What was shown stays shown, also when the clock is set back: a percent never falls.
  if (view.run?.mode !== 'dry_run' && view.percent > view.task.progress)
    await raiseProgress(tx, view.task.id, view.percent);
  const standing = new Map(
    rows.map((row) => [
      nameOf(row),
      { row, open: actions.filter((action) => action.cardId === row.id) },
    ]),
  );
  const wanted = await copiesOf(tx, view, cardsOf(view, now));
  const { workspaceId, taskId } = job;
  const kept = wanted.map((card) =>
    keepCard(standing.get(nameOf(card)), { workspaceId, taskId, ...card }, now),
  );
  const names = new Set(wanted.map(nameOf));
  for (const [name, known] of standing) if (!names.has(name)) kept.push(closeCard(known, now));
  const later = nextLook(view, now);
  if (later) lookAgain(tx, view.task, later);
  return kept;
}

/**
 * Stores the cards. What is shown in our own database is shown in the same transaction; the rest is
 * returned, to be shown after it.
 */
async function keepShown(tx: Tx, bot: Bot, kept: Kept[]): Promise<Due[]> {
  const later: Due[] = [];
  const here = new Map<string, { kept: Kept; posted: PostedCard }[]>();
  for (const card of kept) {
    const posted = dueOf(card);
    if (!posted) continue;
    const { channel } = card.row;
    if (!bot.channels.get(channel)?.write) later.push({ row: card.row, posted });
    else here.set(channel, [...(here.get(channel) ?? []), { kept: card, posted }]);
  }
  for (const [name, shown] of here) {
    const references = await bot.channels.get(name)?.write?.(
      tx,
      shown.map(({ kept: { row }, posted }) => ({ place: placeOf(row), posted })),
    );
    for (const [index, { kept: card, posted }] of shown.entries()) {
      const reference = references?.[index] ?? null;
      card.row = { ...card.row, shownVersion: posted.version, reference };
      card.changed = true;
    }
  }
  await saveKept(tx, kept);
  return later;
}

const placeOf = ({ workspaceId, conversation }: CardRow): Place => ({ workspaceId, conversation });

type Copy = { key: string; channel: string; conversation: string; draft: CardDraft };

/** One key may stand in several places; each is a message of its own, closed like the others (PAINS 6). */
const nameOf = ({ key, channel, conversation }: Omit<Copy, 'draft'>) =>
  [key, channel, conversation].join('\n');

/** The task's conversation, and where the people of a card are spoken to alone. */
async function copiesOf(tx: Tx, view: TaskView, wanted: WantedCard[]): Promise<Copy[]> {
  const { channel, conversation } = view.task;
  const asked = [...new Set(wanted.flatMap((card) => card.people ?? []))];
  const people = await listPeople(tx, asked);
  return wanted.flatMap(({ key, draft, people: names }) => {
    const places = people
      .filter((person) => names?.includes(person.id))
      .filter((person) => person.channel !== channel || person.conversation !== conversation);
    return [
      { key, draft, channel, conversation },
      ...places.map((place) => ({
        ...{ key, draft, channel: place.channel, conversation: place.conversation },
      })),
    ];
  });
}

/** As a job: posts one card that belongs to no task. */
export async function deliverPost(bot: Bot, job: JobPayloads['post']): Promise<void> {
  const scope = { workspaceId: job.workspaceId };
  const due = await transaction(bot.engine.db, scope, async (tx) => {
    // Locked before its message, as `listCards` does: a card of a task is shown by both jobs.
    const row = await lockCard(tx, job.cardId);
    if (!row) return [];
    return keepShown(tx, bot, [same({ row, open: await listOpenActions(tx, row.id) })]);
  });
  await show(bot, scope, due);
}

/** Answers in a conversation; the card is stored before it is posted. */
export async function reply(
  tx: Tx,
  place: Place & { channel: string },
  key: string,
  draft: CardDraft,
  about: string | null = null,
): Promise<void> {
  // A task's cards are derived from it; an answer is said once and belongs to none, though its
  // buttons may be about a task.
  const { workspaceId, conversation, channel } = place;
  const wish = { workspaceId, conversation, channel, taskId: null, key, draft };
  const kept = keepCard(undefined, wish, new Date(), about);
  await saveKept(tx, [kept]);
  addJob(tx, 'post', { workspaceId, cardId: kept.row.id });
}

/**
 * A place that cannot be reached keeps no other from being brought up to date: the rest is shown first.
 * @throws the first failure, so that the job is repeated for what is left
 */
async function show(bot: Bot, scope: { workspaceId: string }, due: Due[]): Promise<void> {
  const failures: unknown[] = [];
  for (const one of due) await showOne(bot, scope, one).catch((error) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

async function showOne(
  bot: Bot,
  scope: { workspaceId: string },
  { row, posted }: Due,
): Promise<void> {
  const channel = bot.channels.get(row.channel);
  if (!channel) {
    bot.engine.log.warn('deliver.no_channel', { channel: row.channel, card: row.id });
    return;
  }
  const place = placeOf(row);
  let reference = row.reference;
  if (reference) await channel.update(place, reference, posted);
  else reference = await channel.post(place, posted);
  const shown = reference;
  await transaction(bot.engine.db, scope, (tx) => markShown(tx, row.id, posted.version, shown));
}
