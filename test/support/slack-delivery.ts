/** What Slack sends, in the shapes that it sends them, signed as it signs them. */
import { createHmac, randomBytes } from 'node:crypto';
import { app, type SlackWorkspace } from './slack-workspace.ts';

export const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5';
const random = () => randomBytes(5).toString('hex').toUpperCase();
let clock = 100;
/** Each message has a `ts` of its own. */
export function newTs(): string {
  clock += 100;
  return `1764072000.${String(clock).padStart(6, '0')}`;
}

export type Signing = {
  secret?: string;
  /** In seconds, or whatever else is to stand there. */
  timestamp?: number | string;
  signature?: string;
  headers?: Record<string, string>;
};

export function createDelivery(address: string, workspace: SlackWorkspace) {
  const { teamId } = workspace;

  async function post(body: string, type: string, signing: Signing = {}): Promise<Response> {
    const timestamp = String(signing.timestamp ?? Math.floor(Date.now() / 1000));
    const hmac = createHmac('sha256', signing.secret ?? signingSecret);
    const signature =
      signing.signature ?? `v0=${hmac.update(`v0:${timestamp}:${body}`).digest('hex')}`;
    return fetch(`${address}/slack/events`, {
      method: 'POST',
      headers: {
        'Content-Type': type,
        'User-Agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'X-Slack-Request-Timestamp': timestamp,
        'X-Slack-Signature': signature,
        ...signing.headers,
      },
      body,
    });
  }
  const form = (values: Record<string, string>, signing?: Signing) =>
    post(new URLSearchParams(values).toString(), 'application/x-www-form-urlencoded', signing);
  const payload = (value: object, signing?: Signing) =>
    form({ payload: JSON.stringify(value) }, signing);
  const who = (user: string, team = teamId) => ({
    id: user,
    username: 'ana',
    name: 'ana',
    team_id: team,
  });
  const common = (user: string, team?: string) => ({
    api_app_id: app.id,
    token: 'verification-token-that-nobody-uses',
    team: { id: teamId, domain: 'phone-shop' },
    enterprise: null,
    is_enterprise_install: false,
    user: who(user, team),
  });

  return {
    post,
    /** An event with its envelope; `about` overrides parts of the envelope. */
    event(event: object, about: Record<string, unknown> = {}, signing?: Signing) {
      const envelope = {
        token: 'verification-token-that-nobody-uses',
        team_id: teamId,
        context_team_id: teamId,
        context_enterprise_id: null,
        api_app_id: app.id,
        event,
        type: 'event_callback',
        event_id: `Ev${random()}`,
        event_time: Math.floor(Date.now() / 1000),
        authorizations: [
          {
            enterprise_id: null,
            team_id: teamId,
            user_id: app.botUser,
            is_bot: true,
            is_enterprise_install: false,
          },
        ],
        is_ext_shared_channel: false,
        event_context: `4-${random()}`,
        ...about,
      };
      return post(JSON.stringify(envelope), 'application/json', signing);
    },
    /** A button on a message of ours. */
    press(
      user: string,
      button: { action_id?: string; value?: string; url?: string },
      place: { channel: string; ts: string; thread?: string; team?: string; trigger?: string },
      signing?: Signing,
    ) {
      const { channel, ts, thread } = place;
      return payload(
        {
          type: 'block_actions',
          ...common(user, place.team),
          container: {
            type: 'message',
            message_ts: ts,
            channel_id: channel,
            is_ephemeral: false,
            ...(thread ? { thread_ts: thread } : {}),
          },
          trigger_id: place.trigger ?? `1.2.${random()}`,
          channel: { id: channel, name: 'shop' },
          message: {
            type: 'message',
            user: app.botUser,
            bot_id: app.botId,
            app_id: app.id,
            team: teamId,
            ts,
            text: 'A card',
            ...(thread ? { thread_ts: thread } : {}),
          },
          state: { values: {} },
          response_url: 'http://127.0.0.1:9/never',
          actions: [
            {
              type: 'button',
              block_id: 'crd:1:0',
              action_id: 'act:0',
              text: { type: 'plain_text', text: 'Accept', emoji: false },
              action_ts: '1764072000.000001',
              ...button,
            },
          ],
        },
        signing,
      );
    },
    submit(
      user: string,
      view: { id?: string; callback_id: string; private_metadata?: string; values: object },
      signing?: Signing,
    ) {
      const { values, ...rest } = view;
      return payload(
        {
          type: 'view_submission',
          ...common(user),
          trigger_id: `1.2.${random()}`,
          view: {
            id: `V${random()}`,
            team_id: teamId,
            type: 'modal',
            blocks: [],
            private_metadata: '{}',
            state: { values },
            hash: '1764072000.abc',
            app_id: app.id,
            bot_id: app.botId,
            app_installed_team_id: teamId,
            ...rest,
          },
          response_urls: [],
        },
        signing,
      );
    },
    command(user: string, text: string, about: Record<string, string> = {}, signing?: Signing) {
      return form(
        {
          token: 'verification-token-that-nobody-uses',
          team_id: teamId,
          team_domain: 'phone-shop',
          channel_id: workspace.shop,
          channel_name: 'shop',
          user_id: user,
          user_name: 'ana',
          command: '/factotum',
          text,
          api_app_id: app.id,
          is_enterprise_install: 'false',
          response_url: 'http://127.0.0.1:9/never',
          trigger_id: `1.2.${random()}`,
          ...about,
        },
        signing,
      );
    },
    messageShortcut(
      user: string,
      message: { text: string; ts: string; user: string },
      trigger: string,
      about: Record<string, unknown> = {},
    ) {
      return payload({
        type: 'message_action',
        ...common(user),
        action_ts: '1764072000.000002',
        callback_id: 'make_task',
        trigger_id: trigger,
        response_url: 'http://127.0.0.1:9/never',
        message_ts: message.ts,
        channel: { id: workspace.shop, name: 'shop' },
        message: { type: 'message', team: teamId, client_msg_id: random(), ...message },
        ...about,
      });
    },
    globalShortcut(user: string, trigger: string) {
      return payload({
        type: 'shortcut',
        ...common(user),
        action_ts: '1764072000.000003',
        callback_id: 'new_task',
        trigger_id: trigger,
      });
    },
    /** A message in the shop's channel, as its event says it. */
    message: (about: Record<string, unknown> = {}) => ({
      type: 'message',
      user: workspace.ana,
      ts: newTs(),
      client_msg_id: `${random()}-${random()}`,
      text: 'Create a CRM for my cellphone store',
      team: teamId,
      blocks: [],
      channel: workspace.shop,
      event_ts: '1764072000.000001',
      channel_type: 'channel',
      ...about,
    }),
  };
}
