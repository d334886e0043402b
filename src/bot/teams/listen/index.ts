/** Everything that is heard from Teams, by its kind. What is not ours is answered, and does nothing. */
import { z } from 'zod';
import type { TeamsContext } from '../context.ts';
import { readSpoken } from '../identity.ts';
import { overhear, takeBack } from '../overhear.ts';
import { openWorkspace, remember } from '../remember.ts';
import type { Answer } from '../wire.ts';
import { press } from './action.ts';
import { makeTask, offerTask, searchTasks } from './extension.ts';
import { change } from './lifecycle.ts';
import { hear } from './message.ts';

const Heard = z.object({
  type: z.string(),
  name: z.string().nullish(),
  value: z.unknown().optional(),
  id: z.string().nullish(),
});

const taken: Answer = { status: 200 };

/** @throws what keeps it from being stored: whoever delivers it is told, and delivers it again */
export async function listen(context: TeamsContext, activity: unknown): Promise<Answer> {
  const heard = Heard.safeParse(activity).data;
  if (!heard) return { status: 400 };
  const spoken = readSpoken(activity, context.workspaceOf);
  const { type, name, value } = heard;
  if (type === 'conversationUpdate' || type === 'installationUpdate')
    return change(context, activity);
  if (!spoken) return taken;
  await openWorkspace(context, spoken);
  switch (type === 'invoke' ? name : type) {
    case 'message':
      await remember(context, activity, spoken);
      return hear(context, spoken, value, activity);
    // Of a message that was said before: an edit has its words as they are now.
    case 'messageUpdate':
      await overhear(context, spoken);
      return taken;
    case 'messageDelete':
      await takeBack(context, spoken);
      return taken;
    case 'adaptiveCard/action':
      return press(context, spoken, value);
    case 'composeExtension/fetchTask':
      return offerTask(value);
    case 'composeExtension/submitAction':
      return makeTask(context, spoken, activity, value);
    case 'composeExtension/query':
      return searchTasks(context, spoken, value);
    default:
      return type === 'invoke' ? { status: 501 } : taken;
  }
}
