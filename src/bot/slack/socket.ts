/** The way in without a public address: Slack's events over a WebSocket that we open, and keep open. */
import { type App, type ReceiverEvent, SocketModeReceiver, webApi } from '@slack/bolt';
import { FactotumError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { isStranger } from './access.ts';
import { createLogger } from './logger.ts';

export type Socket = {
  receiver: SocketModeReceiver;
  /**
   * Returns with the first connection, or when Slack is not reached for now: it is tried again and again.
   * @throws NOT_READY when Slack refuses the token
   */
  start(): Promise<void>;
  stop(): Promise<void>;
};

const longestPauseMs = 30_000;

export function createSocket(
  appToken: string,
  log: Log,
  options: webApi.WebClientOptions = {},
): Socket {
  const receiver = createReceiver(appToken, log, options);
  const { client } = receiver;
  let isStopped = false;
  let wake = () => {};

  /** Resolves when the connection that it opens has ended. */
  const connect = async (onOpen: () => void): Promise<void> => {
    let onEnd = () => {};
    const ended = new Promise<void>((resolve) => {
      onEnd = resolve;
    });
    client.once('disconnected', onEnd);
    try {
      await client.start();
      onOpen();
      await ended;
    } finally {
      client.off('disconnected', onEnd);
    }
  };
  /** Slack ends each connection after some hours; a lost one is opened again, ever more slowly. */
  const keep = async (onTry: (error?: unknown) => void): Promise<void> => {
    for (let failures = 0; !isStopped; ) {
      try {
        await connect(() => {
          failures = 0;
          onTry();
        });
      } catch (error) {
        failures += 1;
        onTry(error ?? new Error('The connection was not opened.'));
      }
      if (!isStopped) await pause(failures);
    }
  };
  const pause = (failures: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(longestPauseMs, failures && 500 * 2 ** failures));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  let kept = Promise.resolve();
  return {
    receiver,
    async start() {
      const first = new Promise<unknown>((resolve) => {
        kept = keep((error) => {
          if (error) log.warn('slack.socket', { error: String(error) });
          resolve(error);
        });
      });
      const error = await first;
      if (!isRefused(error)) return;
      await this.stop();
      throw new FactotumError(
        'NOT_READY',
        'Slack does not accept SLACK_APP_TOKEN. Make an app-level token with the scope connections:write under Basic Information on the page of your app at api.slack.com/apps.',
        { cause: error },
      );
    },
    async stop() {
      isStopped = true;
      wake();
      await client.disconnect().catch((error: unknown) => {
        log.warn('slack.socket', { error: String(error) });
      });
      await kept;
    },
  };
}

const refusals = ['not_authed', 'invalid_auth', 'not_allowed_token_type', 'account_inactive'];
const isRefused = (error: unknown): boolean =>
  error instanceof webApi.WebAPIPlatformError && refusals.includes(error.data.error);

function createReceiver(
  appToken: string,
  log: Log,
  options: webApi.WebClientOptions,
): SocketModeReceiver {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: createLogger(log),
    // Its own reconnecting ends the program when Slack refuses it: nobody handles that failure.
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: { retryConfig: { retries: 0 }, ...options } },
    processEventErrorHandler: async ({ error }) => {
      // What was not stored is not acknowledged, so Slack sends it again.
      const known = isStranger(error);
      if (!known) log.error('slack.delivery', error);
      return known;
    },
  });
  const init = receiver.init.bind(receiver);
  receiver.init = (app) => init(storing(app));
  return receiver;
}

/** Bolt acknowledges an event before its listeners run. Over HTTP that answer waits for them; here it has to be held back. */
function storing(app: App): App {
  const processEvent = async (event: ReceiverEvent): Promise<void> => {
    if (event.body['event'] === undefined) return app.processEvent(event);
    await app.processEvent({ ...event, ack: async () => {} });
    await event.ack();
  };
  return Object.create(app, { processEvent: { value: processEvent } }) as App;
}
