/** What the pages and the API work with. */
import type { Bot } from '../bot/bot.ts';
import type { IdentityProvider } from '../bot/identity.ts';
import type { Mount } from '../bot/slack/http.ts';
import type { SignalHub } from '../engine/signal.ts';
import type { SealKeys } from '../seal.ts';
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
  /** How people of other workspaces come to the pages that are theirs. */
  signIn?: SignIn | undefined;
  isQueueReady: () => boolean;
  /** What else has to be in order: each throws NOT_READY with a sentence. */
  probes?: (() => Promise<void>)[];
  /** Requests of platforms, which prove themselves in ways of their own: they pass no guard. */
  mount?: Mount | undefined;
};

export type SignIn = {
  providers: IdentityProvider[];
  /** Where people and providers reach us, without a slash at its end. */
  publicUrl: string;
  /** Seal what a browser keeps while somebody is at the provider. */
  keys: SealKeys;
};
