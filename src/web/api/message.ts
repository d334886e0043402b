/** `POST /api/messages`, `GET /api/conversations/{id}`, `POST /api/actions`. */
import express, { type Router } from 'express';
import { z } from 'zod';
import { click } from '../../bot/click.ts';
import { toMessageView } from '../../bot/message.ts';
import { longestMessage, receive } from '../../bot/receive.ts';
import { transaction } from '../../db/client.ts';
import { listMessages } from '../../db/message.ts';
import type { Web } from '../context.ts';
import { parse } from './answer.ts';

/** A name for a conversation: what the web chat makes up, or what a program chooses. */
export const ConversationId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$/,
    'must be 1 to 100 letters, digits, or one of _ . : -',
  );

const PostMessage = z.object({
  conversation: ConversationId,
  text: z.string(),
  /** The sender's own id; the same id twice is one message. */
  id: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\0]*$/, 'must have no null character')
    .optional(),
});

const PostAction = z.object({
  id: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\0]*$/, 'must have no null character'),
  input: z.object({ text: z.string().max(20_000).optional() }).optional(),
});

export function messageApi(web: Web): Router {
  const router = express.Router();
  const { bot, workspaceId } = web;
  const actor = { workspaceId, id: web.personId };

  router.post('/messages', async (request, response) => {
    const { conversation, text, id } = parse(PostMessage, request.body);
    const { messageId } = await receive(bot, {
      workspaceId,
      channel: 'web',
      conversation,
      author: web.personId,
      text,
      externalId: id,
    });
    response.status(202).json({ message_id: messageId });
  });

  router.get('/conversations/:conversation', async (request, response) => {
    const conversation = parse(ConversationId, request.params.conversation);
    const rows = await transaction(bot.engine.db, actor, (tx) => listMessages(tx, conversation));
    response.json({ messages: rows.map(toMessageView) });
  });

  router.post('/actions', async (request, response) => {
    const { id, input } = parse(PostAction, request.body);
    response.json(await click(bot, actor, id, input ?? {}));
  });
  return router;
}

/** The largest body that the API reads: a message of the longest kind, each character escaped. */
export const bodyLimit = longestMessage * 6 + 2000;
