/** What Slack sends, in the shapes that it really has, signed as it signs. */
import { createHmac, randomBytes } from 'node:crypto';

export type Receiver = { url: string; secret: string };
export type Sender = { team: string; app: string; bot: string };

/** An id as Slack makes them. */
const newId = (prefix: string) => prefix + randomBytes(5).toString('hex').toUpperCase();

export function eventOf({ team, app, bot }: Sender, event: Record<string, unknown>) {
  return {
    token: 'verification',
    team_id: team,
    api_app_id: app,
    event: { ...event, event_ts: event['ts'] },
    type: 'event_callback',
    event_id: newId('Ev'),
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team,
        user_id: bot,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: newId('4-'),
  };
}

export function clickOf(
  { team, app }: Sender,
  click: {
    user: string;
    channel: string;
    message: { ts: string; thread_ts?: string };
    button: { action_id: string; block_id: string; label: string; value: string };
    trigger: string;
  },
) {
  const { user, channel, message, button, trigger } = click;
  const { action_id, block_id, value, label } = button;
  const thread = message.thread_ts ? { thread_ts: message.thread_ts } : {};
  return {
    type: 'block_actions',
    user: { id: user, username: user.toLowerCase(), name: user.toLowerCase(), team_id: team },
    api_app_id: app,
    token: 'verification',
    container: {
      ...{ type: 'message', message_ts: message.ts, channel_id: channel, is_ephemeral: false },
      ...thread,
    },
    trigger_id: trigger,
    team: { id: team, domain: 'store' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel, name: 'store' },
    message,
    state: { values: {} },
    actions: [
      {
        ...{ action_id, block_id, value, type: 'button' },
        text: { type: 'plain_text', text: label, emoji: true },
        action_ts: `${Date.now() / 1000}`,
      },
    ],
  };
}

/** Events are JSON, everything that people press is a form with one field. */
export async function deliver(to: Receiver, payload: { type: string }): Promise<void> {
  const isEvent = payload.type === 'event_callback';
  const json = JSON.stringify(payload);
  const body = isEvent ? json : new URLSearchParams({ payload: json }).toString();
  const time = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', to.secret).update(`v0:${time}:${body}`).digest('hex');
  const response = await fetch(to.url, {
    method: 'POST',
    headers: {
      'content-type': isEvent ? 'application/json' : 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(time),
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  });
  await response.text();
  if (!response.ok) throw new Error(`The program answers Slack with ${response.status}.`);
}
