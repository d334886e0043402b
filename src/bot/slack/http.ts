/**
 * The way in over HTTP: signed requests at /slack/events, and the pages to install the app. Bolt checks the
 * signature over the raw body, so this stands before everything that reads bodies, cookies or tokens.
 */
import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  ExpressReceiver,
  type Installation,
  type InstallationStore,
  type webApi,
} from '@slack/bolt';
import type { Log } from '../../log.ts';
import type { SealKeys } from '../../seal.ts';
import { isStranger, quiet } from './access.ts';
import { createLogger } from './logger.ts';
import { paths, scopes } from './surface.ts';

/** A handler as every HTTP server of Node can call it; `next` is for requests that are not Slack's. */
export type Mount = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

type OAuth = {
  clientId: string;
  clientSecret: string;
  keys: SealKeys;
  store: InstallationStore;
  publicUrl: string;
  /** Where Slack asks the person, when it is not slack.com. */
  authorizationUrl?: string | undefined;
};

type Deps = {
  log: Log;
  now: () => Date;
  /** Without it no events are taken over HTTP. */
  signingSecret?: string | undefined;
  oauth?: OAuth | undefined;
  options?: webApi.WebClientOptions | undefined;
};

/** Slack's own limit of time between signing and arriving, either way. */
const skewSeconds = 5 * 60;
/** Slack sends views of up to 250 kB, twice in one payload, and encodes them for a form. */
const bodyLimit = '2mb';

export function createHttp(deps: Deps): { receiver: ExpressReceiver; mount: Mount } {
  const { log, now, signingSecret, oauth } = deps;
  const logger = createLogger(log);
  const receiver = new ExpressReceiver({
    signingSecret: signingSecret ?? unused,
    endpoints: signingSecret ? { events: paths.events } : {},
    bodyLimit,
    // Events are answered when they are stored: what is lost before is sent again by Slack.
    processBeforeResponse: true,
    processEventErrorHandler: async ({ error, response }) => {
      const known = isStranger(error);
      if (!known) log.error('slack.delivery', error);
      if (!response.headersSent) {
        response.statusCode = known ? 200 : 500;
        response.end();
      }
      return true;
    },
    logger,
  });
  // One of its own: Bolt would take the tokens for events from the one that installs.
  const installer = oauth && new ExpressReceiver({ ...installing(oauth, deps.options), logger });
  const router = mountOf(receiver);
  const pages = installer ? mountOf(installer) : undefined;
  return {
    receiver,
    mount(request, response, next) {
      // Whatever the path: only Slack's requests carry a time, and a page of ours needs none.
      if (isFromFuture(request, now())) {
        response.writeHead(401).end();
        request.resume();
        return;
      }
      // A body that was refused unread would be in the way of the next request on the connection.
      response.once('finish', () => {
        if (!request.complete) request.resume();
      });
      router(request, response, () => (pages ? pages(request, response, next) : next()));
    },
  };
}

/** For a receiver that has no address at which it takes events. */
const unused = 'no events are taken';

/** Express handlers take what Node’s server gives. */
const mountOf = ({ router }: ExpressReceiver): Mount => router as unknown as Mount;

/** Bolt refuses old timestamps only; one from the future could be replayed until then. */
function isFromFuture({ headers }: IncomingMessage, now: Date): boolean {
  const signed = headers['x-slack-request-timestamp'];
  return signed !== undefined && !(Number(signed) <= now.getTime() / 1000 + skewSeconds);
}

function installing(oauth: OAuth, options: webApi.WebClientOptions = {}) {
  const { clientId, clientSecret, keys, store, publicUrl, authorizationUrl } = oauth;
  const [key] = keys;
  return {
    signingSecret: unused,
    endpoints: {},
    clientId,
    clientSecret,
    // From the key that all programs of one installation share; Slack's pages come back to any of them.
    stateSecret: createHmac('sha256', key?.key ?? '')
      .update('slack oauth state')
      .digest('hex'),
    scopes: Object.keys(scopes),
    redirectUri: publicUrl + paths.redirect,
    installationStore: store,
    installerOptions: {
      directInstall: true,
      installPath: paths.install,
      redirectUriPath: paths.redirect,
      clientOptions: { ...quiet, ...options },
      ...(authorizationUrl ? { authorizationUrl } : {}),
      callbackOptions: {
        success: (
          installation: Installation,
          _: unknown,
          __: unknown,
          response: ServerResponse,
        ) => {
          const where = installation.team?.name ?? installation.enterprise?.name ?? 'Slack';
          say(
            response,
            200,
            `Factotum is installed in ${where}. Open it in Slack and say what you need.`,
          );
        },
        failure: (_: unknown, __: unknown, ___: unknown, response: ServerResponse) => {
          say(
            response,
            400,
            `Factotum was not installed: Slack’s answer was late, was for another browser, or was no. Begin again at ${publicUrl}${paths.install}`,
          );
        },
      },
    },
  };
}

function say(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  });
  response.end(`${words}\n`);
}
