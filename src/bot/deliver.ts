/**
 * Brings what stands in the channels in line with what should stand there. The wanted cards are
 * derived from the task, so a restart, a lost connection or a skipped version heals by itself.
 */
import { findWriterOf } from '../db/artifact.ts';
import { type CardRow, listOpenActions, lockCard, markShown } from '../db/card.ts';
import { transaction } from '../db/client.ts';
import { addJob, type JobPayloads } from '../db/job.ts';
import { listPeople } from '../db/person.ts';
import { type StandingRows, standingOf, takeStanding, withStanding } from '../db/standing.ts';
import { raiseShown, type Task } from '../db/task.ts';
import { type Tx, waitForNoDisk } from '../db/tx.ts';
import { getWorkspace } from '../db/workspace.ts';
import { lookAgain } from '../engine/look.ts';
import { isTextPlan } from '../engine/plan-draft.ts';
import { isOver } from '../engine/steer.ts';
import { type TaskView, viewOf } from '../engine/view.ts';
import { FactotumError } from '../errors.ts';
import type { Bot, Place, PostedCard } from './bot.ts';
import type { CardDraft } from './card.ts';
import { concerned, copiesOf, nameOf } from './copy.ts';
import { closeCard, dueOf, type Kept, keepCard, same, saveKept, shownAgain } from './keep-card.ts';
import { shutOut } from './shut-out.ts';
import { nextLook } from './silence.ts';
import { cardsOf } from './task-card.ts';
import { isTracked, type Readers } from './tracked-card.ts';
import { takeTurns } from './turns.ts';

type Due = { row: CardRow; posted: PostedCard };

const inTurn = takeTurns();

/** As a job: posts and updates all cards of a task. */
export function deliverTask(bot: Bot, job: JobPayloads['deliver']): Promise<void> {
  // A platform is told of one version after the other; who waits shows all that came meanwhile.
  return inTurn(job.taskId, async () => {
    const names = await deliverCards(bot, job);
    // Only now: what can be shown waits for nobody who still has to be found.
    if (await reach(bot, job.workspaceId, names)) await deliverCards(bot, job, true);
  });
}

/**
 * Within a transaction that holds the task: shows its cards, where all of them are kept in our own database and
 * nobody has to be found first.
 * @returns false when they are left to the job
 */
export async function showWithin(
  bot: Bot,
  tx: Tx,
  { id: taskId, workspaceId, channel }: Pick<Task, 'id' | 'workspaceId' | 'channel'>,
): Promise<boolean> {
  const isHere = (name: string) => bot.channels.get(name)?.write !== undefined;
  const found = isHere(channel) ? await takeStanding(tx, taskId) : undefined;
  if (!found) return false;
  const { kept, names } = await keepCards(tx, bot, { workspaceId, taskId }, found, false);
  if (names.length > 0 || !kept.every(({ row }) => isHere(row.channel))) return false;
  await keepShown(tx, bot, kept);
  return true;
}

/** Wherever they can be spoken to: somebody who is asked in Slack may be reached in Teams. */
async function reach(bot: Bot, workspaceId: string, names: string[]): Promise<boolean> {
  if (names.length === 0) return false;
  const channels = [...bot.channels.values()];
  const found = await Promise.all(channels.map((channel) => channel.reach?.(workspaceId, names)));
  return found.includes(true);
}

/** @returns whom the cards concern */
async function deliverCards(
  bot: Bot,
  job: JobPayloads['deliver'],
  areFound = false,
): Promise<string[]> {
  const scope = { workspaceId: job.workspaceId };
  const { due, names } = await transaction(
    bot.engine.db,
    scope,
    async (tx, rows) => {
      const { kept, names } = await keepCards(tx, bot, job, standingOf(rows), areFound);
      const due = await keepShown(tx, bot, kept);
      // Derived, and made anew if it is lost; but what is posted elsewhere has to be known for good before.
      if (due.length === 0) waitForNoDisk(tx);
      return { due, names };
    },
    withStanding(job.taskId),
  );
  const again = await show(bot, scope, due);
  if (again) {
    const task = { id: job.taskId, workspaceId: job.workspaceId };
    await transaction(bot.engine.db, scope, async (tx) => lookAgain(tx, task, again));
  }
  return names;
}

/** Every card of a task as it should stand now, and whom they concern. */
async function keepCards(
  tx: Tx,
  bot: Bot,
  job: JobPayloads['deliver'],
  found: StandingRows | undefined,
  areFound: boolean,
): Promise<{ kept: Kept[]; names: string[] }> {
  if (!found) return { kept: [], names: [] };
  const { workspaceId, taskId } = job;
  const now = bot.engine.now();
  const view = viewOf(found.shown, now, bot.engine.tools);
  // What was shown stays shown, also when the clock is set back: a percent never falls.
  if (view.run?.mode !== 'dry_run' && view.percent > view.task.progress)
    raiseShown(tx, view.task.id, view.percent);
  const standing = new Map(
    found.cards.map((row) => [
      nameOf(row),
      { row, open: found.actions.filter((action) => action.cardId === row.id) },
    ]),
  );
  const cards = cardsOf(view, now, await readersOf(tx, view));
  // The card of a draft says how its sending has ended.
  const plan = view.plans.at(-1)?.plan;
  const writer =
    plan && isTextPlan(plan) && isOver(view.task) ? await findWriterOf(tx, taskId) : undefined;
  if (writer) addJob(tx, 'deliver', { workspaceId, taskId: writer }, { key: `deliver:${writer}` });
  const rings = (channel: string) => bot.channels.get(channel)?.reach !== undefined;
  const names = concerned(view, cards, rings(view.task.channel));
  const people = await listPeople(tx, names);
  const { copies, later } = copiesOf(view, cards, people, {
    now,
    zone: people.length > 0 ? (await getWorkspace(tx, workspaceId)).timezone : 'UTC',
    rings: rings(view.task.channel),
    standing: new Set(standing.keys()),
  });
  const kept = copies.map((card) => {
    const one = keepCard(standing.get(nameOf(card)), { workspaceId, taskId, ...card }, now);
    const isNamed = areFound && card.draft.kind === 'approval' && one.buttons.length > 0;
    return isNamed && bot.channels.get(card.channel)?.namesPeople ? shownAgain(one, now) : one;
  });
  const wanted = new Set(copies.map(nameOf));
  for (const [name, known] of standing) if (!wanted.has(name)) kept.push(closeCard(known, now));
  const looks = [nextLook(view, now), later].filter((at) => at !== undefined);
  if (looks.length > 0) lookAgain(tx, view.task, earliest(looks));
  return { kept, names };
}

/** Only cards of tasks that people carry out name them, and say when something is due. */
async function readersOf(tx: Tx, view: TaskView): Promise<Readers | undefined> {
  if (!isTracked(view)) return undefined;
  const { workspaceId, requestedBy, assignedToId, channel } = view.task;
  const people = await listPeople(tx, [requestedBy, ...(assignedToId ? [assignedToId] : [])]);
  const { timezone } = await getWorkspace(tx, workspaceId);
  const asked = people.find((one) => one.id === requestedBy && one.channel === channel);
  const names = people.flatMap(({ id, name }) => (name ? [[id, name] as const] : []));
  return { zone: asked?.timezone ?? timezone, names: new Map(names) };
}

const earliest = (times: Date[]): Date => new Date(Math.min(...times.map(Number)));

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
  saveKept(tx, kept);
  return later;
}

const placeOf = ({ workspaceId, conversation }: CardRow): Place => ({ workspaceId, conversation });

/** As a job: posts one card that is not derived from a task's state: an answer, or what a task has sent. */
export async function deliverPost(bot: Bot, job: JobPayloads['post']): Promise<void> {
  const scope = { workspaceId: job.workspaceId };
  const due = await transaction(bot.engine.db, scope, async (tx) => {
    // Locked before its message, as `listCards` does: a card of a task is shown by both jobs.
    const row = await lockCard(tx, job.cardId);
    if (!row) return [];
    return keepShown(tx, bot, [same({ row, open: await listOpenActions(tx, row.id) })]);
  });
  const runAt = await show(bot, scope, due);
  if (runAt)
    await transaction(bot.engine.db, scope, async (tx) =>
      addJob(tx, 'post', job, { key: `post:${job.cardId}`, runAt }),
    );
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
  saveKept(tx, [kept]);
  addJob(tx, 'post', { workspaceId, cardId: kept.row.id });
}

/** Changes an answer that stands there already, and what can be pressed on it. */
export async function amend(
  tx: Tx,
  cardId: string,
  change: (draft: CardDraft) => CardDraft,
  now: Date,
): Promise<void> {
  const row = await lockCard(tx, cardId);
  if (!row) return;
  const wish = { ...row, draft: change(row.card as CardDraft) };
  await saveKept(tx, [keepCard({ row, open: await listOpenActions(tx, cardId) }, wish, now)]);
  addJob(tx, 'post', { workspaceId: row.workspaceId, cardId });
}

/**
 * A place that cannot be reached keeps no other from being brought up to date: the rest is shown first.
 * @returns the time from which on a platform lets more be shown; undefined when all of it is
 * @throws the first failure, so that the job is repeated for what is left
 */
async function show(
  bot: Bot,
  scope: { workspaceId: string },
  due: Due[],
): Promise<Date | undefined> {
  const failures: unknown[] = [];
  const later: Date[] = [];
  for (const one of due) {
    try {
      const at = await showOne(bot, scope, one);
      if (at) later.push(at);
    } catch (error) {
      const at = error instanceof FactotumError ? error.retryAt : undefined;
      if (at) later.push(at);
      else if (isShutOut(error)) await giveUp(bot, one.row, error);
      else failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return later.length > 0 ? earliest(later) : undefined;
}

const isShutOut = (error: unknown): error is FactotumError =>
  error instanceof FactotumError && error.code === 'FORBIDDEN';

/** Nothing that is tried again would help: somebody has to let us in. */
async function giveUp(bot: Bot, row: CardRow, error: FactotumError): Promise<void> {
  const { workspaceId, taskId, channel } = row;
  if (taskId) await shutOut(bot, workspaceId, taskId, channel);
  else bot.engine.log.warn('deliver.shut_out', { channel, card: row.id, why: error.message });
}

/** @returns the time from which on it may be shown; undefined when it is */
async function showOne(
  bot: Bot,
  scope: { workspaceId: string },
  { row, posted }: Due,
): Promise<Date | undefined> {
  const channel = bot.channels.get(row.channel);
  if (!channel) {
    bot.engine.log.warn('deliver.no_channel', { channel: row.channel, card: row.id });
    return undefined;
  }
  const place = placeOf(row);
  const later = await channel.pace?.(place, row.id);
  if (later) return later;
  const shown = row.reference
    ? await channel.update(place, row.reference, posted)
    : await channel.post(place, posted);
  const isNewest = await transaction(bot.engine.db, scope, (tx) =>
    markShown(tx, row.id, posted.version, shown),
  );
  // Another program has shown a newer version meanwhile, and ours may have come after it.
  return isNewest ? undefined : bot.engine.now();
}
