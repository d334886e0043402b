/** What App Home shows to one person: their own tasks, and the approvals that are theirs to decide. */

import { findAppByTask } from '../../db/app.ts';
import { type Approval, listOpenApprovals } from '../../db/approval.ts';
import { type CardRow, listOpenActions, listTaskCards } from '../../db/card.ts';
import { transaction } from '../../db/client.ts';
import type { StepStatus } from '../../db/step.ts';
import { findTask, listTasks, type Task } from '../../db/task.ts';
import type { Tx } from '../../db/tx.ts';
import { means, namesOf } from '../../engine/person.ts';
import { redact } from '../../redact.ts';
import { postedOf, same } from '../keep-card.ts';
import { stateLabel } from '../words.ts';
import type { Caller } from './caller.ts';
import { slack as channelName, type SlackContext } from './context.ts';
import { type HomeModel, type HomeTask, renderHome } from './home.ts';

/** A few more than are shown, so that the rest is counted. */
const mostTasks = 50;

export async function publishHome(slack: SlackContext, caller: Caller): Promise<void> {
  const { db } = slack.bot.engine;
  const model = await transaction(db, caller, (tx) => loadHome(tx, caller));
  const client = await slack.access.clientFor(caller.workspaceId);
  await client.views.publish({ user_id: caller.user, view: renderHome(model, slack) });
}

async function loadHome(tx: Tx, caller: Pick<Caller, 'id'>): Promise<HomeModel> {
  const tasks = await listTasks(tx, { requestedBy: caller.id, limit: mostTasks });
  const shown: HomeTask[] = [];
  for (const task of tasks) shown.push(await taskOf(tx, task));
  // Titles are shown as they were given, and not by way of a card.
  return redact({ tasks: shown, approvals: await approvalsOf(tx, caller) });
}

const statusOf: Partial<Record<Task['status'], StepStatus>> = {
  completed: 'completed',
  failed: 'failed',
  cancelled: 'skipped',
  paused: 'paused',
  approval_pending: 'approval',
  running: 'running',
  queued: 'running',
};

async function taskOf(tx: Tx, task: Task): Promise<HomeTask> {
  const app = task.status === 'completed' ? await findAppByTask(tx, task.id) : undefined;
  const isUnderWay = ['queued', 'running', 'paused', 'approval_pending'].includes(task.status);
  return {
    title: task.title,
    state: stateLabel(task),
    status: statusOf[task.status] ?? 'pending',
    ...(isUnderWay ? { percent: task.progress } : {}),
    ...(app?.status === 'live' ? { app: `/apps/${app.slug}` } : {}),
  };
}

/** With the buttons of the card that stands where the person is spoken to, else of the one in the thread. */
async function approvalsOf(tx: Tx, caller: Pick<Caller, 'id'>): Promise<HomeModel['approvals']> {
  const names = await namesOf(tx, caller);
  const waiting: HomeModel['approvals'] = [];
  for (const approval of await listOpenApprovals(tx)) {
    const task = await findTask(tx, approval.taskId);
    const isMine = (named: Approval, requestedBy: string) =>
      named.approvers.length > 0
        ? named.approvers.some((name) => means(names, name))
        : means(names, requestedBy);
    if (!task || !isMine(approval, task.requestedBy)) continue;
    const cards = await listTaskCards(tx, task.id, `approval:${approval.id}`);
    const card = preferred(cards, task);
    if (!card) continue;
    const posted = postedOf(same({ row: card, open: await listOpenActions(tx, card.id) }));
    // Once it is decided or the task has moved on, nothing on it can be pressed.
    if (posted.card.actions.length > 0) waiting.push({ posted, task: task.title });
  }
  return waiting;
}

const preferred = (cards: CardRow[], task: Task): CardRow | undefined =>
  cards.find(
    ({ channel, conversation }) => channel === channelName && !conversation.includes(':'),
  ) ?? cards.find(({ conversation }) => conversation === task.conversation);
