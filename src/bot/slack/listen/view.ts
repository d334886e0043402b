/** Dialogs that come back: a text for a button, a wish, one's settings. What is wrong is said in the dialog. */
import type { App, SlackViewAction, ViewOutput } from '@slack/bolt';
import { FactotumError, sentenceOf } from '../../../errors.ts';
import { click } from '../../click.ts';
import { type Caller, callerOf } from '../caller.ts';
import type { SlackContext } from '../context.ts';
import { fileWish } from '../file.ts';
import { publishHome } from '../home-model.ts';
import { callbacks } from '../modal.ts';
import { once } from '../once.ts';
import { saveSettings } from '../settings.ts';
import type { Spot } from '../speak.ts';
import { readMetadata, readSettings, readText } from '../submission.ts';

/** By block; nothing when all is well. */
type Errors = Record<string, string> | undefined;

export function register(app: Pick<App, 'view'>, slack: SlackContext): void {
  const handle = (callback: string, work: (caller: Caller, view: ViewOutput) => Promise<Errors>) =>
    app.view(callback, async ({ ack, body, view, context }) => {
      const caller = await callerIn(slack, body, context);
      const errors = caller ? await work(caller, view) : undefined;
      await (errors ? ack({ response_action: 'errors', errors }) : ack());
    });
  handle(callbacks.text, (caller, view) => answer(slack, caller, view));
  handle(callbacks.describe, (caller, view) => describe(slack, caller, view));
  handle(callbacks.settings, async (caller, view) => {
    const settings = readSettings(view);
    if ('errors' in settings) return settings.errors;
    await saveSettings(slack, caller, settings);
    return undefined;
  });
}

const callerIn = (
  slack: SlackContext,
  { user }: SlackViewAction,
  context: Parameters<typeof callerOf>[1],
) => callerOf(slack, { ...context, userId: user.id }, user.team_id);

/** The click that had to wait for its text. */
async function answer(slack: SlackContext, caller: Caller, view: ViewOutput): Promise<Errors> {
  const { action } = readMetadata(view);
  const press = async (): Promise<Errors> => {
    const outcome = await click(slack.bot, caller, String(action), { text: readText(view) });
    if (outcome.outcome !== 'done') return { text: outcome.message };
    slack.background.run('home', () => publishHome(slack, caller));
    return undefined;
  };
  // What was wrong can be mended and sent again.
  return told(slack, () => once(slack, caller, `view:${view.id}`, press, (errors) => !errors));
}

async function describe(slack: SlackContext, caller: Caller, view: ViewOutput): Promise<Errors> {
  const text = readText(view);
  if (!text) return { text: 'Write what you need, for example “Create a CRM for my bakery”.' };
  const { channel, thread } = readMetadata(view);
  const spot: Spot | undefined =
    channel && thread ? { channel: String(channel), thread: String(thread) } : undefined;
  return told(slack, async () => {
    await fileWish(slack, caller, { text, key: `view:${view.id}`, spot });
    return undefined;
  });
}

async function told(slack: SlackContext, work: () => Promise<Errors>): Promise<Errors> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FactotumError) return { text: sentenceOf(error) };
    slack.bot.engine.log.error('slack.view', error);
    return { text: 'Something went wrong on my side. Please send it again.' };
  }
}
