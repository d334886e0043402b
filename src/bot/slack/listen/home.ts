/** App Home is drawn anew whenever somebody opens it; the agent pane offers what can be said. */
import type { App } from '@slack/bolt';
import { callerOf } from '../caller.ts';
import type { SlackContext } from '../context.ts';
import { publishHome } from '../home-model.ts';
import { prompts } from '../prompt.ts';

export function register(app: Pick<App, 'event'>, slack: SlackContext): void {
  app.event('app_home_opened', async ({ event, context }) => {
    const { tab, channel, user: userId } = event;
    slack.background.run('home', async () => {
      const caller = await callerOf(slack, { ...context, userId }, undefined);
      if (!caller) return;
      if (tab === 'home') return publishHome(slack, caller);
      // The agent pane is the messages tab; a thread must not be named there (Slack's method page).
      const client = await slack.access.clientFor(caller.workspaceId);
      await client.assistant.threads.setSuggestedPrompts({
        ...{ channel_id: channel, title: 'What do you need?' },
        prompts: [...prompts],
      });
    });
  });
}
