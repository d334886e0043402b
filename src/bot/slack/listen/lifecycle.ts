/** The app is removed from a workspace, or its tokens are taken back: they are thrown away at once. */
import type { App } from '@slack/bolt';
import { workspaceIdOf } from '../access.ts';
import type { SlackContext } from '../context.ts';

type Where = {
  teamId?: string | undefined;
  enterpriseId?: string | undefined;
  isEnterpriseInstall: boolean;
};

export function register(app: Pick<App, 'event'>, slack: SlackContext): void {
  const end = async (
    where: Where,
    why: 'uninstalled' | 'tokens_revoked',
    { event_time }: { event_time: number },
  ) => {
    const { teamId, enterpriseId, isEnterpriseInstall } = where;
    const id = isEnterpriseInstall ? enterpriseId : teamId;
    if (!id) return;
    // Slack gives the second; the installation may be of the same one.
    await slack.access.revoke(workspaceIdOf(id), why, new Date(event_time * 1000 + 999));
    slack.bot.engine.log.info('slack.revoked', { workspace: id, why });
  };
  app.event('app_uninstalled', ({ context, body }) => end(context, 'uninstalled', body));
  app.event('tokens_revoked', async ({ event, context, body }) => {
    // Users' own tokens are not used here.
    if ((event.tokens.bot ?? []).length > 0) await end(context, 'tokens_revoked', body);
  });
}
