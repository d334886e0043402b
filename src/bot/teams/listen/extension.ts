/**
 * “Make this a task” in the menu of a message, and the search for tasks beside the text field. Teams waits five
 * seconds, and tries what was sent twice more.
 */
import { z } from 'zod';
import { claim, release } from '../../../db/claim.ts';
import { transaction } from '../../../db/client.ts';
import { listTasks } from '../../../db/task.ts';
import { digestOf } from '../../../engine/digest.ts';
import { loadView } from '../../../engine/view.ts';
import { sentenceOf } from '../../../errors.ts';
import { hideSecrets } from '../../../secret.ts';
import { statusAnswer } from '../../answer.ts';
import { Card } from '../../card.ts';
import { receive } from '../../receive.ts';
import { stateLabel } from '../../words.ts';
import { actorOf, type TeamsContext, teams } from '../context.ts';
import { openDirect } from '../direct.ts';
import { readPlace, type Spoken } from '../identity.ts';
import { renderCard, renderWords } from '../render.ts';
import { plainOfHtml } from '../said.ts';
import { extension } from '../surface.ts';
import { taskForm, wishIn } from '../task-form.ts';
import { plainText } from '../text.ts';
import type { Answer } from '../wire.ts';

const cardType = 'application/vnd.microsoft.card.adaptive';
const answer = (body: object): Answer => ({ status: 200, body });
/** Shown in the dialog, which stays open until it is closed. */
const told = (value: string): Answer => answer({ task: { type: 'message', value } });

const Offered = z.object({
  commandId: z.string(),
  messagePayload: z
    .looseObject({
      id: z.string().nullish(),
      body: z.looseObject({ content: z.string() }).nullish(),
    })
    .nullish(),
});

/** The dialog with the words of the message in it, to be sent as they are or changed. */
export async function offerTask(value: unknown): Promise<Answer> {
  const read = Offered.safeParse(value).data;
  if (read?.commandId !== extension.makeTask) return told('This command is not known here.');
  const { id, body } = read.messagePayload ?? {};
  const content = taskForm(plainOfHtml(body?.content ?? ''), id ?? '');
  return answer({
    task: {
      type: 'continue',
      value: {
        title: 'Make this a task',
        height: 'medium',
        width: 'medium',
        card: { contentType: cardType, content },
      },
    },
  });
}

/** Files it as said by this person in their own chat, where it is then talked about. */
export async function makeTask(
  context: TeamsContext,
  spoken: Spoken,
  activity: unknown,
  value: unknown,
): Promise<Answer> {
  const wish = wishIn(value);
  if (!wish) return told('Write what you need, for example “Create a CRM for my bakery”.');
  const { db, log } = context.bot.engine;
  const actor = actorOf(spoken);
  const key = `teams:task:${actor.id}:${wish.message}:${digestOf(wish.text)}`;
  const isFresh = await transaction(db, actor, (tx) => claim(tx, actor.workspaceId, key));
  if (!isFresh) return told(filed);
  try {
    const place = readPlace(activity, context.workspaceOf);
    const conversation = place && (await openDirect(context, place, spoken));
    if (!conversation) throw new Error('There is no chat with this person.');
    const where = {
      serviceUrl: place.serviceUrl,
      bot: place.bot,
      tenantId: place.tenantId,
      conversation,
    };
    await context.wire.send(where, renderWords(`“${wish.text}”`, context));
    const said = { author: actor.id, text: wish.text, externalId: key };
    await receive(context.bot, { ...actor, channel: teams, conversation, ...said });
    return told(filed);
  } catch (error) {
    await transaction(db, actor, (tx) => release(tx, key));
    log.warn('teams.make_task', { error: String(error) });
    return told(
      `That did not work: ${sentenceOf(error)} Open a chat with Factotum, and say it there.`,
    );
  }
}
const filed = 'I answer you in our chat.';

const Searched = z.object({
  commandId: z.string(),
  parameters: z.array(z.object({ name: z.string(), value: z.unknown().optional() })).nullish(),
});
/** As many as Teams shows at once. */
const mostFound = 20;
const mostLooked = 200;

/** The person's own tasks, the newest first; each as a card of how it is now, without buttons. */
export async function searchTasks(
  { bot, baseUrl }: TeamsContext,
  spoken: Spoken,
  value: unknown,
): Promise<Answer> {
  const read = Searched.safeParse(value).data;
  const asked = read?.parameters?.find(({ name }) => name === extension.searchWords)?.value;
  const words = typeof asked === 'string' ? asked.toLowerCase().split(/\s+/).filter(Boolean) : [];
  const { db, now, tools } = bot.engine;
  const attachments = await transaction(db, actorOf(spoken), async (tx) => {
    const tasks = await listTasks(tx, { requestedBy: spoken.personId, limit: mostLooked });
    const found = tasks
      .filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)))
      .slice(0, mostFound);
    const shown: object[] = [];
    for (const task of found) {
      const view = await loadView(tx, task.id, now(), tools);
      if (!view) continue;
      const card = Card.parse({ ...statusAnswer(view), actions: [] });
      const { card: content } = renderCard({ id: 'found', version: 0, card }, { baseUrl });
      const preview = {
        title: plainText(hideSecrets(task.title), 100),
        text: plainText(stateLabel(task), 100),
      };
      shown.push({
        ...{ contentType: cardType, content },
        preview: { contentType: 'application/vnd.microsoft.card.thumbnail', content: preview },
      });
    }
    return shown;
  });
  if (attachments.length === 0)
    return answer({
      composeExtension: { type: 'message', text: 'There is no such task of yours.' },
    });
  return answer({ composeExtension: { type: 'result', attachmentLayout: 'list', attachments } });
}
