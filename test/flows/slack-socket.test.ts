/** Slack over a WebSocket that the program opens, against a peer on this machine. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { start } from '../../src/start.ts';
import { testDatabase } from '../support/database.ts';
import { newTs } from '../support/slack-delivery.ts';

const db = await testDatabase();
type Ack = { envelope_id: string; payload?: { text?: string } };

/** The two methods that are asked before anything is sent, and the socket. */
async function peer() {
  const sockets: WebSocket[] = [];
  const acks: Ack[] = [];
  let refusal: Record<string, unknown> | undefined;
  const http = createServer((request, response) => {
    const { port } = http.address() as AddressInfo;
    const methods: Record<string, object> = {
      '/api/auth.test': { ok: true, team: 'Shop', team_id: 'T1', user_id: 'U0BOT', bot_id: 'B1' },
      '/api/apps.connections.open': refusal ?? { ok: true, url: `ws://127.0.0.1:${port}/link` },
    };
    request.resume();
    response.setHeader('Content-Type', 'application/json');
    response.end(
      JSON.stringify(
        methods[request.url ?? ''] ?? { ok: true, channel: 'D1', ts: '1.1', messages: [] },
      ),
    );
  });
  const server = new WebSocketServer({ server: http });
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('message', (data) => acks.push(JSON.parse(String(data)) as Ack));
    socket.send(
      JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A1' } }),
    );
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    for (const socket of sockets) socket.terminate();
    server.close();
    http.close();
    http.closeAllConnections();
  });
  let count = 0;
  const send = (type: string, payload: object, retry_attempt = 0) => {
    count += 1;
    const envelope_id = `env-${count}`;
    const about = { accepts_response_payload: type !== 'events_api', retry_attempt };
    sockets.at(-1)?.send(JSON.stringify({ type, envelope_id, payload, ...about }));
    return envelope_id;
  };
  return {
    sockets,
    acks,
    apiUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}/api/`,
    refuse(answer: Record<string, unknown> | undefined) {
      refusal = answer;
    },
    event: (event: object, retry?: number) =>
      send(
        'events_api',
        {
          ...{
            type: 'event_callback',
            team_id: 'T1',
            api_app_id: 'A1',
            event,
            event_id: `Ev${count}`,
          },
          event_time: Math.floor(Date.now() / 1000),
          authorizations: [
            {
              team_id: 'T1',
              enterprise_id: null,
              user_id: 'U0BOT',
              is_bot: true,
              is_enterprise_install: false,
            },
          ],
        },
        retry,
      ),
    command: (text: string) =>
      send('slash_commands', {
        ...{ command: '/factotum', text, team_id: 'T1', user_id: 'U1', channel_id: 'C1' },
        ...{ trigger_id: '1.2.3', is_enterprise_install: 'false', api_app_id: 'A1' },
      }),
    /** Waits until an envelope is acknowledged. */
    async ack(id: string): Promise<Ack> {
      await expect.poll(() => acks.some((ack) => ack.envelope_id === id), patient).toBe(true);
      return acks.find((ack) => ack.envelope_id === id) ?? { envelope_id: '' };
    },
  };
}
type Peer = Awaited<ReturnType<typeof peer>>;

/** What went wrong, by the names in the log. */
const failures: string[] = [];
const patient = { timeout: 20_000 };
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function program({ apiUrl }: Peer) {
  const environment = {
    ...{ DATABASE_URL: db.url, PORT: '0', FACTOTUM_TIMEZONE: 'UTC', SLACK_API_URL: apiUrl },
    ...{ SLACK_BOT_TOKEN: 'xoxb-of-tests', SLACK_APP_TOKEN: 'xapp-of-tests' },
  };
  const log = createLog({ quiet: true });
  const factotum = await start(readConfig(environment, []), {
    ...log,
    error: (event) => failures.push(event),
  });
  stops.push(factotum.stop);
  return factotum;
}

const message = (about: object = {}) => ({
  ...{ type: 'message', channel_type: 'im', channel: 'D1', user: 'U1', text: 'help', team: 'T1' },
  ts: newTs(),
  ...about,
});
const heard = (ts: string) =>
  db.raw`select conversation from messages where channel = 'slack' and external_id = ${`D1:${ts}`}`;

test('a message is stored before it is acknowledged, once however often it comes', async () => {
  const slack = await peer();
  await program(slack);
  const event = message();
  await slack.ack(slack.event(event));
  expect(await heard(event.ts)).toEqual([{ conversation: `D1:${event.ts}` }]);
  await slack.ack(slack.event(event, 1));
  expect(await heard(event.ts)).toHaveLength(1);
});

test('what could not be stored is not acknowledged, so that Slack sends it again', async () => {
  const slack = await peer();
  await program(slack);
  await db.raw`alter table messages rename to messages_away`;
  const event = message();
  const failed = slack.event(event);
  await expect.poll(() => failures, patient).toContain('slack.delivery');
  await db.raw`alter table messages_away rename to messages`;
  await slack.ack(slack.event(event, 1));
  expect(slack.acks.map(({ envelope_id }) => envelope_id)).not.toContain(failed);
  expect(await heard(event.ts)).toHaveLength(1);
});

test('a command is answered in its acknowledgement', async () => {
  const slack = await peer();
  await program(slack);
  const { payload } = await slack.ack(slack.command('help'));
  expect(payload?.text).toContain('/factotum list');
});

test('a connection that Slack renews, and one that is lost, are opened again', async () => {
  const slack = await peer();
  await program(slack);
  slack.sockets.at(-1)?.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
  await expect.poll(() => slack.sockets.length, patient).toBe(2);
  await slack.ack(slack.event(message()));
  slack.sockets.at(-1)?.terminate();
  await expect.poll(() => slack.sockets.length, patient).toBe(3);
  await slack.ack(slack.event(message()));
});

test('a token that Slack refuses stops the start with the cure', async () => {
  const slack = await peer();
  slack.refuse({ ok: false, error: 'invalid_auth' });
  await expect(program(slack)).rejects.toThrow(/SLACK_APP_TOKEN.*connections:write/);
});

test('while Slack is not to be had the program runs, and connects when it is', async () => {
  const slack = await peer();
  slack.refuse({ ok: false, error: 'internal_error' });
  const { address } = await program(slack);
  expect((await fetch(`${address}/healthz`)).status).toBe(200);
  expect(slack.sockets).toHaveLength(0);
  slack.refuse(undefined);
  await expect.poll(() => slack.sockets.length, patient).toBe(1);
  await slack.ack(slack.event(message()));
});
