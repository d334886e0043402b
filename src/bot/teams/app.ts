/** Teams as a whole: the way in, the listeners, and the channel that the cards go out by. */
import type { Engine } from '../../engine/context.ts';
import { FactotumError } from '../../errors.ts';
import { createBackground } from '../background.ts';
import type { Bot, Channel } from '../bot.ts';
import { createTeamsChannel } from './channel.ts';
import { type TeamsContext, teams } from './context.ts';
import { createEndpoint, type Mount } from './endpoint.ts';
import { workspaceIdOf } from './identity.ts';
import { listen } from './listen/index.ts';
import { createProbe } from './probe.ts';
import { createWire, type SdkSettings } from './sdk.ts';
import { createTab } from './tab.ts';

export type TeamsSettings = {
  /** The bot's registration; without it everything stays on this machine. */
  app: SdkSettings['app'];
  /** The tenants that are let in, with the workspace of each; in local mode every one is. */
  tenants: ReadonlyMap<string, string>;
  /** Where Teams posts to. */
  path: string;
  defaults: TeamsContext['defaults'];
  /** For tests: another signer. */
  trial?: SdkSettings['trial'];
};

export type Teams = {
  channel: Channel;
  /** The workspace whose apps our pages show: of the bot's own tenant, or of the only one that is let in. */
  home: string | undefined;
  /** Takes what Teams sends from now on. */
  open(bot: Bot): void;
  mount: Mount;
  /**
   * Asks the endpoint at this address of ours whether it refuses what nobody has signed.
   * @throws NOT_READY when it does not; it is then shut
   */
  probe(address: string): Promise<void>;
  close(): Promise<void>;
};

/** @param baseUrl where our own pages are, without a trailing slash: links on cards lead there */
export function createTeams(engine: Engine, settings: TeamsSettings, baseUrl: () => string): Teams {
  const { db, log, now } = engine;
  const { app, tenants, path, defaults, trial } = settings;
  const isLocal = app === undefined;
  const wire = createWire({ app, isLocal, ...(trial ? { trial } : {}) });
  const background = createBackground(log, teams);
  const workspaceOf = (tenantId: string) =>
    tenants.get(tenantId.toLowerCase()) ??
    (isLocal && tenants.size === 0 ? workspaceIdOf(tenantId.toLowerCase()) : undefined);
  let context: TeamsContext | undefined;
  const endpoint = createEndpoint({
    ...{ log, wire, path },
    gate: { workspaceOf, isLocal, ...(trial ? { isServiceUrl: trial.isServiceUrl } : {}) },
    tab: createTab({ botId: app?.id, baseUrl }),
    hear: async (activity) => {
      // Whoever delivers it now delivers it again.
      if (!context) throw new FactotumError('NOT_READY', 'Factotum is starting.');
      return listen(context, activity);
    },
  });
  const probe = app && createProbe({ now, log, path, tenantId: app.tenantId, appId: app.id });
  return {
    channel: createTeamsChannel({ db, log, now, wire, baseUrl }),
    home: tenants.size === 1 ? [...tenants.values()][0] : app && tenants.get(app.tenantId),
    open(bot) {
      context = { bot, wire, background, workspaceOf, defaults, baseUrl: baseUrl() };
    },
    mount: endpoint.mount,
    async probe(address) {
      try {
        await probe?.(address);
      } catch (error) {
        endpoint.shut();
        throw error;
      }
    },
    close: () => background.settle(),
  };
}
