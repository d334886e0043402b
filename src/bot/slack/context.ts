/** What every listener works with. */

import type { Background } from '../background.ts';
import type { Bot } from '../bot.ts';
import type { Access } from './access.ts';

export type SlackContext = {
  bot: Bot;
  access: Access;
  background: Background;
  /** Of workspaces that are seen for the first time. */
  defaults: { locale: string; currency: string; timezone: string };
  /** The address of our own pages, without a trailing slash. */
  baseUrl: string;
};

/** As the channel is registered and as messages and tasks name it. */
export const slack = 'slack';
