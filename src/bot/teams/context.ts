/** What every listener works with. */
import type { Actor } from '../../engine/context.ts';
import type { Background } from '../background.ts';
import type { Bot } from '../bot.ts';
import type { WorkspaceOf } from './gate.ts';
import type { Spoken } from './identity.ts';
import type { Wire } from './wire.ts';

export type TeamsContext = {
  bot: Bot;
  wire: Wire;
  background: Background;
  workspaceOf: WorkspaceOf;
  /** Of workspaces that are seen for the first time. */
  defaults: { locale: string; currency: string; timezone: string };
  /** The address of our own pages, without a trailing slash. */
  baseUrl: string;
};

/** As the channel is registered and as messages and tasks name it. */
export const teams = 'teams';

export const actorOf = ({ workspaceId, personId }: Spoken): Actor => ({
  workspaceId,
  id: personId,
});
