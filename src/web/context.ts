/** What the pages and the API work with. */
import type { Bot } from '../bot/bot.ts';
import type { SignalHub } from '../engine/signal.ts';
import type { Access } from './guard.ts';

export type Web = {
  bot: Bot;
  hub: SignalHub;
  /** Whose rows this server shows: the local workspace. */
  workspaceId: string;
  /** How the person at the web chat is named. */
  personId: string;
  access: Access;
  isQueueReady: () => boolean;
};
