/** `/` the newest conversation, `/new` a fresh one, `/c/{id}` one of them. */
import { randomBytes } from 'node:crypto';
import express, { type Router } from 'express';
import { toMessageView } from '../../bot/message.ts';
import { receive } from '../../bot/receive.ts';
import { listApps } from '../../db/app.ts';
import { transaction } from '../../db/client.ts';
import { listMessages } from '../../db/message.ts';
import { listTasks } from '../../db/task.ts';
import { parse } from '../api/answer.ts';
import { ConversationId } from '../api/message.ts';
import type { Web } from '../context.ts';
import { printDocument } from '../ui/document.tsx';
import { themeOf } from '../ui/theme.tsx';
import { ChatPage } from './page.tsx';
import { TasksPage } from './tasks.tsx';

export function chatPages(web: Web): Router {
  const router = express.Router();
  const { bot, workspaceId } = web;

  router.get('/', async (_request, response) => {
    const tasks = await transaction(bot.engine.db, web, (tx) => listTasks(tx, { limit: 20 }));
    const newest = tasks.find((task) => task.channel === 'web');
    response.redirect(303, newest ? `/c/${newest.conversation}` : '/new');
  });
  router.get('/new', (_request, response) => {
    response.redirect(303, `/c/${randomBytes(6).toString('hex')}`);
  });
  router.get('/c/:conversation', async (request, response) => {
    const conversation = parse(ConversationId, request.params.conversation);
    const page = await transaction(bot.engine.db, web, async (tx) => {
      const messages = (await listMessages(tx, conversation)).map(toMessageView);
      return { messages, tasks: await listTasks(tx, { limit: 30 }), apps: await listApps(tx) };
    });
    const theme = themeOf(request.headers.cookie);
    response
      .set('Cache-Control', 'no-store')
      .type('html')
      .send(printDocument(<ChatPage conversation={conversation} theme={theme} {...page} />));
  });
  router.get('/tasks', async (request, response) => {
    const lists = await transaction(bot.engine.db, web, async (tx) => ({
      tasks: await listTasks(tx),
      apps: await listApps(tx),
    }));
    const theme = themeOf(request.headers.cookie);
    const page = <TasksPage {...lists} now={bot.engine.now()} theme={theme} />;
    response.set('Cache-Control', 'no-store').type('html').send(printDocument(page));
  });
  // Without JavaScript the composer is an ordinary form.
  router.post(
    '/c/:conversation',
    express.urlencoded({ extended: false, limit: '2mb' }),
    async (request, response) => {
      const conversation = parse(ConversationId, request.params['conversation']);
      const body: Record<string, unknown> = request.body ?? {};
      await receive(bot, {
        workspaceId,
        channel: 'web',
        conversation,
        author: web.personId,
        text: String(body['text'] ?? ''),
      });
      response.redirect(303, `/c/${conversation}`);
    },
  );
  return router;
}
