/**
 * Brings what stands in the channels in line with what should stand there. The wanted cards are
 * derived from the task, so a restart, a lost connection or a skipped version heals by itself.
 */
import {
  type CardRow,
  closeAction,
  findCard,
  insertAction,
  insertCard,
  listCards,
  listOpenActions,
  markShown,
  reviseCard,
} from '../db/card.ts';
import { type Tx, transaction } from '../db/client.ts';
import { addJob, type JobPayloads } from '../db/job.ts';
import { listPeople } from '../db/person.ts';
import { digestOf } from '../engine/digest.ts';
import { lookAgain } from '../engine/look.ts';
import { loadView, type TaskView } from '../engine/view.ts';
import { redact } from '../redact.ts';
import type { Bot, Place, PostedCard } from './bot.ts';
import { type ActionDraft, Card, type CardDraft } from './card.ts';
import { nextLook } from './silence.ts';
import { cardsOf, type WantedCard } from './task-card.ts';

type Due = { row: CardRow; posted: PostedCard };

/** As a job: posts and updates all cards of a task. */
export async function deliverTask(bot: Bot, job: JobPayloads['deliver']): Promise<void> {
  const scope = { workspaceId: job.workspaceId };
  const due = await transaction(bot.engine.db, scope, async (tx) => {
    const view = await loadView(tx, job.taskId, bot.engine.now(), bot.engine.tools);
    if (!view) return [];
    const standing = new Map((await listCards(tx, job.taskId)).map((row) => [nameOf(row), row]));
    const wanted = await copiesOf(tx, view, cardsOf(view, bot.engine.now()));
    const rows: CardRow[] = [];
    for (const card of wanted) {
      const wish = { ...scope, taskId: job.taskId, ...card };
      rows.push(await keepCard(tx, standing.get(nameOf(card)), wish));
    }
    // What is no longer wanted stays to be read, but nothing on it can be pressed.
    const names = new Set(wanted.map(nameOf));
    for (const [name, row] of standing) {
      if (!names.has(name)) rows.push(await withoutActions(tx, row));
    }
    const later = nextLook(view, bot.engine.now());
    if (later) lookAgain(tx, view.task, later);
    return dueOf(tx, rows);
  });
  await show(bot, scope, due);
}

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
    const row = await findCard(tx, job.cardId);
    return row ? dueOf(tx, [row]) : [];
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
  const row = await keepCard(tx, undefined, { ...place, taskId: null, key, draft }, about);
  addJob(tx, 'post', { workspaceId: place.workspaceId, cardId: row.id });
}

type Wish = Place & {
  taskId: string | null;
  key: string;
  channel: string;
  draft: CardDraft;
};

async function keepCard(
  tx: Tx,
  standing: CardRow | undefined,
  wish: Wish,
  actionsOf: string | null = wish.taskId,
): Promise<CardRow> {
  const { draft: wanted, ...about } = wish;
  // As it will be stored: a card with a secret must compare equal with what stands there.
  const draft = redact(wanted);
  const isSame = standing !== undefined && digestOf(standing.card) === digestOf(draft);
  if (isSame && !draft.actions?.length) return standing;
  const row = standing ?? (await insertCard(tx, { ...about, card: draft }));
  const renewed = await keepActions(tx, row, draft.actions ?? [], actionsOf);
  // A button that was pressed and is wanted again has a new id, so the card must be shown anew.
  return standing && (!isSame || renewed) ? reviseCard(tx, row.id, draft) : row;
}

/** A button keeps its id for as long as it stands on the card. Tells whether there are new ones. */
async function keepActions(
  tx: Tx,
  row: CardRow,
  wanted: ActionDraft[],
  taskId: string | null,
): Promise<boolean> {
  const open = (await listOpenActions(tx, row.id)).filter((action) => action.consumedAt === null);
  const meaningOf = (verb: string, subject: unknown) => `${verb}:${digestOf(subject ?? {})}`;
  const names = wanted.map((action) => meaningOf(action.verb, action.subject));
  for (const action of open) {
    if (!names.includes(meaningOf(action.verb, action.subject))) await closeAction(tx, action.id);
  }
  let renewed = false;
  for (const [index, action] of wanted.entries()) {
    if (open.some((known) => meaningOf(known.verb, known.subject) === names[index])) continue;
    const { workspaceId, id: cardId } = row;
    await insertAction(tx, {
      workspaceId,
      cardId,
      taskId,
      verb: action.verb,
      subject: action.subject ?? {},
      repeatable: action.repeatable ?? false,
    });
    renewed = true;
  }
  return renewed;
}

async function withoutActions(tx: Tx, row: CardRow): Promise<CardRow> {
  const draft = row.card as CardDraft;
  if (!draft.actions?.length) return row;
  const closed = await reviseCard(tx, row.id, { ...draft, actions: [] });
  await keepActions(tx, closed, [], row.taskId);
  return closed;
}

async function dueOf(tx: Tx, rows: CardRow[]): Promise<Due[]> {
  const due: Due[] = [];
  for (const row of rows) {
    if (row.version > row.shownVersion)
      due.push({ row, posted: { id: row.id, version: row.version, card: await withIds(tx, row) } });
  }
  return due;
}

async function withIds(tx: Tx, row: CardRow): Promise<Card> {
  const draft = row.card as CardDraft;
  const open = await listOpenActions(tx, row.id);
  const actions = (draft.actions ?? []).map((action) => {
    const known = open.find(
      (candidate) =>
        candidate.consumedAt === null &&
        candidate.verb === action.verb &&
        digestOf(candidate.subject) === digestOf(action.subject ?? {}),
    );
    const { verb, subject, repeatable, ...shown } = action;
    return { ...shown, id: known?.id ?? '' };
  });
  return Card.parse({ ...draft, actions: actions.filter((action) => action.id !== '') });
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
  const place = { workspaceId: row.workspaceId, conversation: row.conversation };
  let reference = row.reference;
  if (reference) await channel.update(place, reference, posted);
  else reference = await channel.post(place, posted);
  const shown = reference;
  await transaction(bot.engine.db, scope, (tx) => markShown(tx, row.id, posted.version, shown));
}
