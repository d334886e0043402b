/** What Slack sends, signed as it signs. */
import { createHmac } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { team } from './slack-api.ts';

export const signingSecret = 'signing-secret-of-the-bench';
const appId = 'A0FACTOTUM';

/** One try to deliver: Slack repeats with the event's id and the number of the try. */
export type Delivery = { event: Record<string, unknown>; eventId: string; retry: number };

/** @returns milliseconds until it was acknowledged. @throws when it was refused */
export function sendEvent(address: string, { event, eventId, retry }: Delivery): Promise<number> {
  const body = {
    ...{ token: 'unused', team_id: team, api_app_id: appId, event, type: 'event_callback' },
    ...{ event_id: eventId, event_time: Math.floor(Date.now() / 1000) },
    authorizations: [{ enterprise_id: null, team_id: team, user_id: 'U0FACTOTUM', is_bot: true }],
  };
  const again = { 'X-Slack-Retry-Num': String(retry), 'X-Slack-Retry-Reason': 'http_timeout' };
  return send(address, JSON.stringify(body), 'application/json', retry > 0 ? again : {});
}

/** A button pressed on a message of ours; otherwise as above. */
export function sendPress(
  address: string,
  user: string,
  value: string,
  { channel, ts }: { channel: string; ts: string },
): Promise<number> {
  const payload = {
    ...{ type: 'block_actions', api_app_id: appId, team: { id: team }, trigger_id: '1.2.3' },
    user: { id: user, team_id: team },
    container: { type: 'message', message_ts: ts, channel_id: channel },
    channel: { id: channel },
    message: { ts },
    actions: [{ type: 'button', block_id: 'b', action_id: 'act:0', value, action_ts: '1.2' }],
  };
  const form = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return send(address, form, 'application/x-www-form-urlencoded');
}

async function send(
  address: string,
  body: string,
  type: string,
  headers: Record<string, string> = {},
): Promise<number> {
  const time = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', signingSecret).update(`v0:${time}:${body}`).digest('hex');
  const start = performance.now();
  const response = await fetch(`${address}/slack/events`, {
    method: 'POST',
    headers: {
      ...headers,
      'Content-Type': type,
      'X-Slack-Request-Timestamp': time,
      'X-Slack-Signature': `v0=${signature}`,
    },
    body,
  });
  await response.text();
  if (response.status !== 200) throw new Error(`A delivery was answered ${response.status}.`);
  return performance.now() - start;
}
