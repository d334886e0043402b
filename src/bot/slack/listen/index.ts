/** Everything that is listened to. */
import type { App } from '@slack/bolt';
import type { SlackContext } from '../context.ts';
import * as action from './action.ts';
import * as command from './command.ts';
import * as home from './home.ts';
import * as lifecycle from './lifecycle.ts';
import * as message from './message.ts';
import * as shortcut from './shortcut.ts';
import * as view from './view.ts';

export type Listeners = Pick<App, 'event' | 'action' | 'command' | 'shortcut' | 'view'>;

export function register(app: Listeners, slack: SlackContext): void {
  for (const part of [message, command, shortcut, action, view, home, lifecycle])
    part.register(app, slack);
}
