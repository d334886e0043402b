/**
 * What people do with a text that a task has written: change it, which makes a version more, and send a version,
 * which is a task of its own that somebody approves (R11). An approval counts for the version that it showed.
 */
import {
  type Artifact,
  findArtifact,
  insertArtifact,
  insertSend,
  listArtifacts,
  listSends,
} from '../db/artifact.ts';
import { transaction } from '../db/client.ts';
import { appendEvents } from '../db/event.ts';
import { namedId } from '../db/id.ts';
import { findPlan } from '../db/plan.ts';
import { appendLog, findTask, insertTaskOnce, type Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { conflict, FactotumError, invalid, notFound } from '../errors.ts';
import { acceptProposed } from './accept.ts';
import type { Actor, Engine } from './context.ts';
import { digestOf } from './digest.ts';
import { assertMaySteer, onOwnTask } from './hold.ts';
import { contextOf } from './intake.ts';
import { checkMark, longestDraft, missingIn } from './model/draft.ts';
import type { Question, Spent } from './model/model.ts';
import { announce, appendTaskEvent, moveTask } from './move.ts';
import { planSend, sourceOf } from './plan-draft.ts';
import { recordSpent } from './spent.ts';
import { cancelTask, isOver } from './steer.ts';
import { proposePlan } from './task.ts';
import { readPlan } from './workflow/plan.ts';

export type Edited = { kind: 'edited'; version: number; changes: string[] };
type Words = { text: string; subject?: string | undefined; recipient?: string | undefined };

/**
 * Stores what somebody wrote as the next version; the same words again are no version.
 * @param base the version that was seen; with another one nothing is changed
 * @throws CONFLICT when somebody else was faster, INVALID on an empty or endless text
 */
export async function editArtifact(
  engine: Engine,
  actor: Actor,
  taskId: string,
  words: Words,
  base?: number,
): Promise<Edited> {
  const text = words.text.replace(/\r\n?/g, '\n').trim();
  if (text === '') throw invalid('The text is empty. Write what it is to say.');
  if (text.length > longestDraft)
    throw invalid(`The text has ${text.length} characters; up to ${longestDraft} are kept.`);
  const changes = [`Edited by ${actor.id}.`];
  return keep(engine, actor, taskId, base, { ...words, text, unverified: [], changes });
}

/**
 * Changes it in words: "make it shorter".
 * @returns a question where the words are not understood
 */
export async function reviseArtifact(
  engine: Engine,
  actor: Actor,
  taskId: string,
  change: string,
  base?: number,
): Promise<Edited | Question> {
  const { known, source, context } = await transaction(engine.db, actor, async (tx) => {
    const task = await taskFor(tx, actor, taskId);
    const row = await findPlan(tx, taskId);
    return {
      known: await newest(tx, task),
      // What people wrote themselves, and what was found to say no more than that, is known too.
      source: [
        sourceOf(row && readPlan(row)),
        task.description,
        ...(await listArtifacts(tx, taskId))
          .filter(({ unverified }) => unverified.length === 0)
          .map(({ text, subject }) => `${subject ?? ''}\n${text}`),
      ].join('\n'),
      context: await contextOf(tx, engine, actor),
    };
  });
  if (base !== undefined && base !== known.version) throw overtaken(known);
  const spent: Spent[] = [];
  const { kind: artifact, text, subject, recipient, version } = known;
  const standing = {
    ...{ artifact, text, source },
    ...(subject === null ? {} : { subject }),
    ...(recipient === null ? {} : { recipient }),
  };
  const revised = await engine.model.redraft(standing, change, {
    ...context,
    spent: (one) => spent.push(one),
  });
  if (revised.kind === 'question') return revised;
  const still = known.unverified.filter((each) => revised.text.includes(`${each} ${checkMark}`));
  const unverified = [...new Set([...still, ...revised.unverified])];
  return keep(engine, actor, taskId, version, { ...revised, unverified, spent });
}

const overtaken = ({ version }: Artifact) =>
  conflict(`The draft was changed meanwhile: it is at version ${version} now. Look at it again.`);

type Next = Words & { unverified: string[]; changes: string[]; spent?: Spent[] };

async function keep(
  engine: Engine,
  actor: Actor,
  taskId: string,
  base: number | undefined,
  next: Next,
): Promise<Edited> {
  const { edited, outdated } = await onOwnTask(engine, actor, taskId, async (tx, task) => {
    const known = await newest(tx, task);
    if (base !== undefined && base !== known.version) throw overtaken(known);
    await recordSpent(tx, taskId, next.spent ?? []);
    const {
      text,
      subject = known.subject,
      recipient = known.recipient,
      changes,
      unverified,
    } = next;
    const isSame =
      text === known.text && subject === known.subject && recipient === known.recipient;
    if (isSame) {
      const same: Edited = { kind: 'edited', version: known.version, changes: [] };
      return { edited: same, outdated: [] };
    }
    const { workspaceId, kind, title } = known;
    const about = { workspaceId, taskId, kind, title, recipient, subject };
    const version = await insertArtifact(tx, {
      ...about,
      text,
      unverified,
      changes,
      madeBy: actor.id,
    });
    const digest = digestOf({ text, subject, recipient });
    appendTaskEvent(tx, task, 'edit_draft', actor.id, { version, digest });
    appendLog(tx, taskId, { event: 'draft_changed', version, changes, actor: actor.id });
    announce(tx, task);
    const sends = await listSends(tx, taskId);
    const made: Edited = { kind: 'edited', version, changes };
    return { edited: made, outdated: sends.filter((send) => !isOver(send)) };
  });
  // What was asked about is no longer what would be sent: it is not sent any more.
  for (const { sendTaskId } of outdated)
    await cancelTask(engine, actor, sendTaskId).catch((error: unknown) => {
      if (!(error instanceof FactotumError) || error.code !== 'CONFLICT') throw error;
    });
  return edited;
}

/** What sending a text comes to: a task that waits for its approval, or what this installation lacks. */
export type Sending = { kind: 'sending'; taskId: string } | { kind: 'blocked'; reason: string };

const noMailbox =
  'Requires access to mailbox: no e-mail account is connected here, so nothing was sent';

/**
 * Asks to send the newest version; the same version to the same place is asked about once.
 * @param to "channel:conversation", the person's own word
 * @throws CONFLICT while something has to be filled in, INVALID for a place that is none
 */
export async function sendArtifact(
  engine: Engine,
  actor: Actor,
  taskId: string,
  { to, version }: { to: string; version?: number | undefined },
): Promise<Sending> {
  const place = to.trim();
  return onOwnTask(engine, actor, taskId, async (tx, task): Promise<Sending> => {
    const known = await newest(tx, task);
    if (version !== undefined && version !== known.version) throw overtaken(known);
    // Conversations of Teams have an @ as well, behind the name of the channel.
    if (/^[^\s:]+@[^\s:]+\.[^\s:]+$/.test(place) || /^mailto:/i.test(place)) {
      appendLog(tx, taskId, { event: 'send_refused', reason: noMailbox, actor: actor.id });
      return { kind: 'blocked', reason: noMailbox };
    }
    const missing = missingIn(`${known.subject ?? ''}\n${known.text}`);
    if (missing.length > 0)
      throw conflict(
        `The draft still has ${missing.length === 1 ? 'a place' : `${missing.length} places`} to fill in: ${missing.slice(0, 8).join(', ')}. Edit it first.`,
      );
    if (!/^[a-z]+:[^\s\0]{1,180}$/.test(place))
      throw invalid(
        `"${place.slice(0, 60)}" is no place that I can post to. Name one as channel:conversation, for example web:shop, or “here”.`,
      );
    return { kind: 'sending', taskId: await fileSend(tx, engine, actor, task, known, place) };
  });
}

async function fileSend(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  task: Task,
  { version, title, text }: Artifact,
  to: string,
): Promise<string> {
  const { workspaceId, id: taskId, channel, conversation } = task;
  const earlier = (await listSends(tx, taskId)).filter(
    (send) => send.version === version && send.recipient === to,
  );
  const open = earlier.find((send) => !isOver(send));
  if (open) return open.sendTaskId;
  if (earlier.some(({ status }) => status === 'completed'))
    throw conflict(`Version ${version} was sent to ${to} already.`);
  const id = namedId('task', workspaceId, 'send', taskId, `${version}`, to, `${earlier.length}`);
  const name = `Send “${title}” to ${to}`.slice(0, 200);
  const filed = await insertTaskOnce(tx, {
    ...{ id, workspaceId, channel, conversation, requestedBy: actor.id },
    ...{ title: name, shortName: 'sending', description: name },
  });
  if (!filed) return id;
  appendEvents(tx, [{ workspaceId, taskId: id, event: 'create', to: 'draft', actor: actor.id }]);
  await insertSend(tx, { sendTaskId: id, workspaceId, taskId, version, recipient: to });
  const planning = moveTask(tx, engine, filed, { event: 'plan', actor: actor.id });
  const proposed = await proposePlan(tx, engine, planning, planSend({ title: name, to, text }), []);
  await acceptProposed(tx, engine, actor, proposed);
  appendTaskEvent(tx, task, 'send_draft', actor.id, { version, to, task: id });
  announce(tx, task);
  return id;
}

async function taskFor(tx: Tx, actor: Actor, taskId: string): Promise<Task> {
  const task = await findTask(tx, taskId);
  if (!task) throw notFound('There is no such task.');
  await assertMaySteer(tx, actor, task);
  return task;
}

async function newest(tx: Tx, task: Task): Promise<Artifact> {
  const known = await findArtifact(tx, task.id);
  if (!known) throw notFound(`${task.title} has written nothing that could be changed or sent.`);
  return known;
}
