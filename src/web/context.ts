/** What the pages and the API work with. */
import type { Bot } from '../bot/bot.ts';
import type { Mount } from '../bot/slack/http.ts';
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
  /** Whose apps are shown here besides: a workspace of the same owner. */
  guests?: () => Promise<string[]>;
  isQueueReady: () => boolean;
  /** Requests of platforms, which prove themselves in ways of their own: they pass no guard. */
  mount?: Mount | undefined;
};
