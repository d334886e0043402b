/** Pressed buttons, on messages and in App Home. All are acknowledged; what they may do is decided in `click`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { App, BlockAction, ButtonAction, webApi } from '@slack/bolt';
import { transaction } from '../../../db/client.ts';
import { Card } from '../../card.ts';
import { type ClickOutcome, click, detailsOf } from '../../click.ts';
import { findButton } from '../../keep-card.ts';
import { parseValue } from '../button.ts';
import { type Caller, callerOf } from '../caller.ts';
import type { SlackContext } from '../context.ts';
import { homeActions } from '../home.ts';
import { publishHome } from '../home-model.ts';
import { describeModal, detailsModal, textModal } from '../modal.ts';
import { openSettings } from '../settings.ts';
import { type Spot, whisper } from '../speak.ts';

/** Slack gives three seconds, and a decision may have to wait for a lock. */
const ackWithinMs = 2000;

type Pressed = BlockAction<ButtonAction>;
const broken = 'Something went wrong on my side, and nothing was decided. Please press it again.';

export function register(app: Pick<App, 'action'>, slack: SlackContext): void {
  // One listener for all ids: a button of an old version, or of nobody, is acknowledged as well.
  app.action<Pressed>(/^/, async ({ ack, action, body, context }) => {
    const pressed = slack.background.run('press', async () => {
      const { team_id } = body.user;
      const caller = await callerOf(slack, { ...context, userId: body.user.id }, team_id);
      if (caller) await press(slack, caller, action, body);
    });
    // Once it is decided: whoever presses while the program dies sees that it failed, and presses again.
    await Promise.race([pressed, sleep(ackWithinMs, undefined, { ref: false })]);
    await ack();
  });
}

async function press(
  slack: SlackContext,
  caller: Caller,
  action: ButtonAction,
  body: Pressed,
): Promise<void> {
  if (action.action_id.startsWith('link:')) return;
  const client = await slack.access.clientFor(caller.workspaceId);
  if (action.action_id === homeActions.settings)
    return openSettings(slack, caller, client, body.trigger_id);
  if (action.action_id === homeActions.describe) return describe(client, body.trigger_id);
  if (!action.action_id.startsWith('act:')) return;
  const spot = spotOf(body);
  try {
    const outcome = await decide(slack, caller, client, action, body);
    if (outcome && outcome.outcome !== 'done') await whisper(slack, caller, spot, outcome.message);
  } catch (error) {
    slack.bot.engine.log.error('slack.click', error, { action: action.value });
    await whisper(slack, caller, spot, broken);
  }
  if (!spot) await publishHome(slack, caller);
}

/** Undefined where a dialog goes on with it. */
async function decide(
  slack: SlackContext,
  caller: Caller,
  client: webApi.WebClient,
  { value }: ButtonAction,
  { trigger_id }: Pressed,
): Promise<ClickOutcome | undefined> {
  const { bot } = slack;
  const pressed = parseValue(value);
  // Nobody has written that on a card: it is refused like any id that is not known.
  if (!pressed) return click(bot, caller, value ?? '', {});
  const { id: actionId, version } = pressed;
  const found = await transaction(bot.engine.db, caller, (tx) => findButton(tx, actionId));
  const isOpen = found && !found.action.closedAt && !found.action.consumedAt;
  const { verb, taskId } = found?.action ?? {};
  const input = found?.draft?.input;
  if (!isOpen) return click(bot, caller, actionId, {});
  if (verb === 'another') await describe(client, trigger_id);
  else if (verb === 'details' && taskId) {
    const draft = await detailsOf(bot, caller, taskId);
    const view = detailsModal(Card.parse({ ...draft, actions: [] }), slack);
    await client.views.open({ trigger_id, view });
  } else if (input) {
    const label = found.draft?.label ?? 'Answer';
    const view = textModal({ action: actionId, version, label, input });
    await client.views.open({ trigger_id, view });
  } else return click(bot, caller, actionId, {});
  return undefined;
}

async function describe(client: webApi.WebClient, trigger_id: string): Promise<void> {
  await client.views.open({ trigger_id, view: describeModal({ metadata: {} }) });
}

/** Where the button stands; undefined in App Home. */
function spotOf({ container, channel, message }: Pressed): Spot | undefined {
  const id = channel?.id ?? container['channel_id'];
  if (typeof id !== 'string') return undefined;
  const thread = message?.['thread_ts'] ?? container['thread_ts'];
  return { channel: id, thread: typeof thread === 'string' ? thread : undefined };
}
