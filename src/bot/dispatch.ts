/**
 * Reads a message and turns it into an engine verb or an answer. It runs as a job; the
 * message is marked as handled in the transaction that acts on it or answers it.
 */
import { listAgents } from '../db/agent.ts';
import { transaction } from '../db/client.ts';
import { listMeasured } from '../db/estimate.ts';
import type { JobPayloads } from '../db/job.ts';
import { findMessage } from '../db/message.ts';
import { findPerson } from '../db/person.ts';
import { listPolicies } from '../db/policy.ts';
import { sumReservations } from '../db/reservation.ts';
import { listStandingApprovals } from '../db/standing-approval.ts';
import { listOpenTasks, listTasks } from '../db/task.ts';
import { getWorkspace } from '../db/workspace.ts';
import { budgetOfPerson } from '../engine/budget/reserve.ts';
import type { Spent } from '../engine/model/model.ts';
import { readIntent } from '../engine/model/offline/intent.ts';
import { FactotumError, sentenceOf } from '../errors.ts';
import { accuracyAnswer } from './accuracy-answer.ts';
import { agentsAnswer } from './agent-answer.ts';
import { alter } from './alter.ts';
import { helpAnswer, listAnswer, text } from './answer.ts';
import type { Bot } from './bot.ts';
import { periodCostAnswer, periodOf } from './cost-answer.ts';
import { describe } from './describe.ts';
import { draft, redraft } from './draft.ts';
import { tellEvents } from './event.ts';
import { track } from './found.ts';
import { offerThread } from './found-thread.ts';
import { tellMemory } from './memory.ts';
import { setNotify } from './notify.ts';
import { policiesAnswer, standingApprovalsAnswer } from './rule-answer.ts';
import { steer, steeringOf } from './steer.ts';
import { say, type Turn } from './turn.ts';
import { orchestrate } from './workflow.ts';
import { handlePasted } from './workflow-pasted.ts';

export async function dispatch(bot: Bot, job: JobPayloads['ingest']): Promise<void> {
  const scope = { workspaceId: job.workspaceId };
  const turn = await transaction(bot.engine.db, scope, async (tx): Promise<Turn | undefined> => {
    const message = await findMessage(tx, job.messageId);
    if (!message || message.handledAt) return undefined;
    const workspace = await getWorkspace(tx, job.workspaceId);
    const open = await listOpenTasks(tx, message.conversation);
    const { locale, currency } = workspace;
    // "Tomorrow at nine" is by the clock of whoever says it.
    const author = await findPerson(tx, message.author, message.channel);
    const timezone = author?.timezone ?? workspace.timezone;
    const spent: Spent[] = [];
    const context = {
      ...{ now: bot.engine.now(), locale, currency, timezone },
      spent: (one: Spent) => spent.push(one),
      budget: budgetOfPerson(bot.engine, { ...scope, id: message.author }),
    };
    return {
      bot,
      actor: { ...scope, id: message.author },
      message,
      intent: readIntent(message.text),
      context,
      spent,
      open,
      mine: workspace.kind === 'local' ? {} : { requestedBy: message.author },
    };
  });
  if (!turn) return;
  try {
    await answer(turn);
  } catch (error) {
    // The program stops, or its database is away: the job is repeated, and the message answered then.
    if (error instanceof FactotumError && error.code === 'NOT_READY' && error.transient)
      throw error;
    if (error instanceof FactotumError && error.code !== 'INTERNAL') {
      await say(turn, text(sentenceOf(error)));
      return;
    }
    bot.engine.log.error('dispatch.failed', error, { messageId: job.messageId });
    await say(
      turn,
      text(
        'Something went wrong on my side and your message was not carried out. It is logged; please try again.',
      ),
    );
  }
}

async function answer(turn: Turn): Promise<void> {
  const { intent, bot } = turn;
  if (intent.kind === 'help') return say(turn, helpAnswer());
  if (intent.kind === 'thanks')
    return say(turn, text('You’re welcome. Tell me when there is something else to do.'));
  if (intent.kind === 'list') {
    const tasks = await transaction(bot.engine.db, turn.actor, (tx) => listTasks(tx, turn.mine));
    return say(turn, listAnswer(tasks));
  }
  if (intent.kind === 'accuracy') {
    const measured = await transaction(bot.engine.db, turn.actor, (tx) => listMeasured(tx));
    return say(turn, accuracyAnswer(measured));
  }
  if (intent.kind === 'costs') {
    const { now, timezone } = turn.context;
    const period = periodOf(intent.text, now, timezone);
    const sum = await transaction(bot.engine.db, turn.actor, (tx) => sumReservations(tx, period));
    return say(turn, periodCostAnswer(period, sum));
  }
  if (intent.kind === 'policies')
    return say(turn, policiesAnswer(await transaction(bot.engine.db, turn.actor, listPolicies)));
  if (intent.kind === 'standing_approvals') {
    const rows = await transaction(bot.engine.db, turn.actor, listStandingApprovals);
    return say(turn, standingApprovalsAnswer(rows, turn.context));
  }
  if (intent.kind === 'agents') {
    const known = await transaction(bot.engine.db, turn.actor, listAgents);
    const answered = agentsAnswer(known, intent.reference);
    if (answered) return say(turn, answered);
  }
  if (intent.kind === 'track') return track(turn);
  if (intent.kind === 'thread') return offerThread(turn);
  if (await setNotify(turn)) return;
  if (await handlePasted(turn)) return;
  const verb = steeringOf(intent);
  if (verb) return steer(turn, verb);
  if (await tellEvents(turn)) return;
  if (await tellMemory(turn)) return;
  if (await orchestrate(turn)) return;
  if (await draft(turn)) return;
  if (await alter(turn)) return;
  if (await redraft(turn)) return;
  return describe(turn);
}
