/** `POST` and `GET /api/events`: what other programs publish, and what was published (F299, F303). */
import express, { type Request, type Router } from 'express';
import { z } from 'zod';
import { transaction } from '../../db/client.ts';
import { newId } from '../../db/id.ts';
import { listWorkflowEvents, type WorkflowEvent } from '../../db/workflow-event.ts';
import { publishEvent } from '../../engine/event/publish.ts';
import { invalid } from '../../errors.ts';
import type { Web } from '../context.ts';
import { parse } from './answer.ts';
import { text } from './text.ts';

const Key = text(200)
  .transform((value) => value.trim())
  .refine((value) => value !== '', 'must not be empty');

const PostEvent = z.strictObject({
  name: z.string(),
  payload: z.record(z.string(), z.unknown()).default({}),
  idempotency_key: Key.optional(),
});
const Filter = z.strictObject({
  name: text(120).optional(),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

export function eventApi(web: Web): Router {
  const router = express.Router();
  const { engine } = web.bot;
  const { workspaceId, personId } = web;

  router.post('/events', async (request, response) => {
    const { name, payload, idempotency_key: inBody } = parse(PostEvent, request.body);
    const key = keyOf(request, inBody);
    const { event } = await transaction(engine.db, { workspaceId }, (tx) =>
      publishEvent(tx, {
        ...{ workspaceId, name, payload, source: 'external', publishedBy: personId },
        // Keys of programs are told apart from those of tasks.
        idempotencyKey: `api:${key ?? newId('event')}`,
      }),
    );
    response.status(202).json({ event_id: event.id });
  });

  router.get('/events', async (request, response) => {
    const { name, before, limit } = parse(Filter, request.query);
    const filter = {
      limit,
      ...(name === undefined ? {} : { name }),
      ...(before ? { before } : {}),
    };
    const events = await transaction(engine.db, { workspaceId }, (tx) =>
      listWorkflowEvents(tx, filter),
    );
    response.json({ events: events.map(toEvent) });
  });
  return router;
}

/** In the header `Idempotency-Key`, or in the body. @throws INVALID where they differ */
function keyOf(request: Request, inBody: string | undefined): string | undefined {
  const header = request.get('Idempotency-Key');
  const inHeader = header === undefined ? undefined : parse(Key, header);
  if (inHeader !== undefined && inBody !== undefined && inHeader !== inBody)
    throw invalid('The header Idempotency-Key and idempotency_key in the body differ. Send one.');
  return inHeader ?? inBody;
}

function toEvent(event: WorkflowEvent) {
  return {
    id: event.id,
    /** For the next page: `before` this. */
    seq: event.seq,
    name: event.name,
    payload: event.payload,
    source: event.source,
    task_id: event.taskId,
    published_by: event.publishedBy,
    cause_id: event.causeId,
    depth: event.depth,
    created_at: event.createdAt.toISOString(),
    processed_at: event.processedAt?.toISOString() ?? null,
    taken: event.taken,
  };
}
