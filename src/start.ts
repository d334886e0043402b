/** Puts the layers together: database, engine, bot, web. The one place where all of them meet. */
import { toApp } from './apps/app.ts';
import { prepareDatabase } from './apps/extension.ts';
import type { Bot } from './bot/bot.ts';
import { deliverPost, deliverTask, showWithin } from './bot/deliver.ts';
import { dispatch } from './bot/dispatch.ts';
import { createStoredChannel } from './bot/message.ts';
import { createSlack, type Slack } from './bot/slack/app.ts';
import type { Mount } from './bot/slack/http.ts';
import { createTeams, type Teams } from './bot/teams/app.ts';
import { createEntraIdentity } from './bot/teams/entra.ts';
import type { Config } from './config.ts';
import { endAbandoned } from './db/abandoned.ts';
import { findAnyAppBySlug } from './db/app.ts';
import { connect, type Database, systemTransaction, transaction } from './db/client.ts';
import { startEmbedded, writeAddress } from './db/embedded.ts';
import { limitsOf } from './db/limit.ts';
import { migrate } from './db/migrate.ts';
import { forgetSessions } from './db/session.ts';
import { ensureWorkspace, localWorkspaceId } from './db/workspace.ts';
import { advance } from './engine/advance.ts';
import type { BudgetSettings } from './engine/budget/settings.ts';
import type { Engine } from './engine/context.ts';
import { discard } from './engine/discard.ts';
import { startBridge } from './engine/event/bridge.ts';
import { deliverEvents } from './engine/event/deliver.ts';
import { handleEvent } from './engine/event/handle.ts';
import { executePart } from './engine/execute.ts';
import type { Model } from './engine/model/model.ts';
import { createOfflineModel } from './engine/model/offline/offline.ts';
import { createOpenAiModel } from './engine/model/openai/openai.ts';
import { listenSignals, type SignalHub } from './engine/signal.ts';

import { createStops } from './engine/stop.ts';
import { gather } from './engine/subtask.ts';
import { sweep } from './engine/sweep.ts';
import { installedTools } from './engine/tools/index.ts';
import { runUndo } from './engine/undo.ts';
import { inTurns, runChecks, runStep } from './engine/work.ts';
import { type Handlers, startWorker } from './engine/worker.ts';
import { FactotumError } from './errors.ts';
import type { Log } from './log.ts';
import { renderAppPage } from './web/app/route.ts';
import type { SignIn } from './web/context.ts';
import { serve } from './web/server.ts';

export type Factotum = {
  /** Empty in a worker, which does not listen. */
  address: string;
  bot: Bot;
  hub: SignalHub;
  /** Stops taking requests, finishes the jobs in hand and closes the database. */
  stop(): Promise<void>;
};

/** @throws FactotumError with a sentence that says what to do, with nothing left running */
export async function start(config: Config, log: Log): Promise<Factotum> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse())
      await close().catch((error) => log.error('stop', error));
  };
  try {
    const db = await openDatabase(config, log, closers);
    const stopping = new AbortController();
    const model = modelOf(config, log, stopping.signal);
    const engine: Engine = {
      ...createEngine(db, log, model, config.budget),
      showCards: (tx, task) => showWithin(bot, tx, task),
    };
    // Known before the first job makes a link of it, unless any free port is taken.
    const own = config.port ? `http://${hostsOf(config, config.port)[0]}` : '';
    let address = config.publicUrl?.replace(/\/$/, '') ?? own;
    const slack = slackOf(config, engine, () => address);
    const teams = teamsOf(config, engine, () => address);
    const channels = new Map(
      [
        ...['web', 'terminal'].map((name) => createStoredChannel(db, name)),
        ...(slack ? [slack.channel] : []),
        ...(teams ? [teams.channel] : []),
      ].map((channel) => [channel.name, channel]),
    );
    const signIn = signInOf(config, slack);
    const bot: Bot = { engine, channels };
    const hub = await listenSignals(db);
    closers.push(() => hub.stop());
    hub.subscribe((signal) => {
      if (signal.kind === 'stop') engine.stops.stop(signal.taskId);
    });

    const handlers: Handlers = {
      ingest: (job) => dispatch(bot, job),
      advance: (job) => advance(engine, job.workspaceId, job.taskId),
      gather: (job) => gather(engine, job),
      part: (job) => executePart(engine, job),
      step: (job, signal) => runStep(engine, job, signal, inTurns()),
      check: (job, signal) => runChecks(engine, job, signal, inTurns()),
      deliver: (job) => deliverTask(bot, job),
      post: (job) => deliverPost(bot, job),
      discard: (job) => discard(engine, job),
      undo: (job) => runUndo(engine, job),
      events: (job) => deliverEvents(engine, job),
      handle: (job) => handleEvent(engine, job),
    };
    const { role } = config;
    const worker = await startWorker(db, log, handlers, {
      role,
      sweep: async () => {
        await slack?.sweep();
        if (signIn) await systemTransaction(db, (tx) => forgetSessions(tx, engine.now()));
        return sweep(engine);
      },
    });
    closers.push(() => worker.stop());
    // Before the worker waits for its jobs: what a model has not answered yet is asked at the next start.
    closers.push(async () => stopping.abort());

    if (config.redis) closers.push(await startBridge(engine, hub, config.redis));

    // A worker is reached through the database only.
    if (role === 'worker') return { address: '', bot, hub, stop };

    let slackMount: Mount | undefined;
    const probes: (() => Promise<void>)[] = [];
    const access = { hosts: [] as string[], token: config.token };
    const web = {
      bot,
      hub,
      workspaceId: localWorkspaceId,
      personId: 'you',
      access,
      guests: async () => [await slack?.home(), teams?.home].filter((id) => id !== undefined),
      signIn,
      isQueueReady: worker.isReady,
      probes,
      mount: chain([(...asked) => (slackMount ? slackMount(...asked) : asked[2]()), teams?.mount]),
    };
    const server = await serve(web, config.host, config.port);
    closers.push(() => server.stop());
    access.hosts.push(...hostsOf(config, server.port));
    address ||= `http://${access.hosts[0]}`;
    if (slack) {
      closers.push(() => slack.close());
      slackMount = await slack.open(bot, address);
    }
    if (teams) {
      closers.push(() => teams.close());
      teams.open(bot);
      const own = `http://${config.host === '0.0.0.0' ? '127.0.0.1' : hostInUrl(config.host)}:${server.port}`;
      await teams.probe(own);
      probes.push(() => teams.probe(own));
    }
    if (!config.databaseUrl) await writeAddress(config.home, address);
    return { address, bot, hub, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openDatabase(
  config: Config,
  log: Log,
  closers: (() => Promise<unknown>)[],
): Promise<Database> {
  let url = config.databaseUrl;
  if (!url) {
    const server = await startEmbedded(config.home, { log });
    closers.push(() => server.stop());
    url = server.url;
  }
  const db = connect(url, undefined, limitsOf(config.databaseTimeoutSeconds));
  closers.push(() => db.close());
  const { locale, currency, timezone } = config;
  const local = { kind: 'local', name: 'Local', locale, currency, timezone } as const;
  const prepare = async () => {
    await prepareDatabase(db);
    await systemTransaction(db, (tx) => ensureWorkspace(tx, { id: localWorkspaceId, ...local }));
  };
  try {
    await migrate(db);
    // What a program that was stopped still holds is free once its connection is ended.
    await prepare().catch(async (error) => {
      if (!(await endAbandoned(db))) throw error;
      await prepare();
    });
  } catch (cause) {
    if (cause instanceof FactotumError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FactotumError(
      'NOT_READY',
      `The database cannot be used: ${reason}. Check DATABASE_URL and that the server runs.`,
      { cause },
    );
  }
  return db;
}

/** @param address where our own pages are */
function slackOf(config: Config, engine: Engine, address: () => string): Slack | undefined {
  const { slack, locale, currency, timezone } = config;
  if (!slack) return undefined;
  return createSlack(engine, { ...slack, defaults: { locale, currency, timezone } }, address);
}

/** How people of the workspaces that installed the app, and of the tenants that are let in, come to their pages. */
function signInOf(
  { slack: settings, teams, locale, currency, timezone }: Config,
  slack: Slack | undefined,
): SignIn | undefined {
  const providers = [
    ...(settings?.oauth && slack?.identity ? [slack.identity] : []),
    ...(teams?.app && teams.signIn
      ? [
          createEntraIdentity({
            ...{ app: teams.app, tenants: teams.tenants },
            defaults: { locale, currency, timezone },
          }),
        ]
      : []),
  ];
  const about = settings?.oauth ?? teams?.signIn;
  if (!about || providers.length === 0) return undefined;
  return { providers, publicUrl: about.publicUrl, keys: about.keys };
}

/** @param address where our own pages are */
function teamsOf(config: Config, engine: Engine, address: () => string): Teams | undefined {
  const { teams, locale, currency, timezone } = config;
  if (!teams) return undefined;
  return createTeams(engine, { ...teams, defaults: { locale, currency, timezone } }, address);
}

/** Each takes the requests that are its own, and leaves the others to the next. */
const chain =
  (mounts: (Mount | undefined)[]): Mount =>
  (request, response, next) =>
    mounts
      .filter((mount) => mount !== undefined)
      .reduceRight<() => void>((after, mount) => () => mount(request, response, after), next)();

/** An IPv6 address stands in brackets. */
const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** @param signal aborted when the program stops */
function modelOf(config: Config, log: Log, signal: AbortSignal): Model {
  if (!config.model) return createOfflineModel();
  return createOpenAiModel(config.model, { log, signal, now: () => new Date() });
}

function createEngine(db: Database, log: Log, model: Model, budget: BudgetSettings): Engine {
  const now = () => new Date();
  return {
    db,
    log,
    now,
    model,
    budget,
    tools: installedTools,
    stops: createStops(),
    renderPage: (scope, path) =>
      renderAppPage(
        {
          db,
          now,
          findApp: async (slug) => {
            const row = await transaction(db, scope, (tx) => findAnyAppBySlug(tx, slug));
            return row && toApp(row);
          },
        },
        path,
      ),
  };
}

/** The names that requests may use for this server; the first is the one that is shown. */
function hostsOf(config: Config, port: number): string[] {
  const shown = config.host === 'localhost' || config.host === '::1' ? 'localhost' : '127.0.0.1';
  // As a browser would name them: without the port where it is the usual one.
  const own = [shown, '127.0.0.1', 'localhost', '[::1]'].map(
    (name) => new URL(`http://${name}:${port}`).host,
  );
  const named = config.publicUrl ? [new URL(config.publicUrl).host] : [];
  return [...new Set([...own, ...named])];
}
