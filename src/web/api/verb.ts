/** `POST /api/tasks/{id}/verbs/{verb}`: everything that a button or a phrase does to a task. */
import express, { type Request, type Router } from 'express';
import { z } from 'zod';
import { runModes } from '../../db/task.ts';
import { performVerb, taskVerbs, type VerbOutcome } from '../../engine/verb.ts';
import { notFound } from '../../errors.ts';
import type { Web } from '../context.ts';
import { parse } from './answer.ts';
import { text } from './text.ts';

const PostVerb = z.object({
  version: z.int().positive().optional(),
  mode: z.enum(runModes).optional(),
  approval: text(100).optional(),
  step: text(100).optional(),
  text: text(20_000).optional(),
  rest: z.boolean().optional(),
  confirmed: z.boolean().optional(),
  force: z.boolean().optional(),
  retry: z.boolean().optional(),
});

export function verbApi(web: Web): Router {
  const router = express.Router();
  const actor = { workspaceId: web.workspaceId, id: web.personId };

  router.post('/tasks/:id/verbs/:verb', async (request, response) => {
    const { id } = request.params;
    const verb = taskVerbs.find((known) => known === request.params.verb);
    if (!verb)
      throw notFound(
        `There is no verb ${request.params.verb.slice(0, 40)}. There are: ${taskVerbs.join(', ')}.`,
      );
    const input = parse(PostVerb, isEmpty(request) ? {} : request.body);
    if (!/^tsk_\w+$/.test(id)) throw notFound(`There is no task ${id.slice(0, 40)}.`);
    response.json(toAnswer(await performVerb(web.bot.engine, actor, id, verb, input)));
  });
  return router;
}

/** Most verbs need no more than their name. */
function isEmpty({ headers }: Request): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
}

function toAnswer({ message, taskId, question }: VerbOutcome) {
  return {
    message,
    ...(taskId ? { task_id: taskId } : {}),
    ...(question ? { question: { text: question.text, suggestions: question.suggestions } } : {}),
  };
}
