/** `POST` and `GET /api/tasks/execute`, word for word as the AE document has them (F232–F238). */
import express, { type Response, type Router } from 'express';
import { z } from 'zod';
import { transaction } from '../../db/client.ts';
import { listExecutable } from '../../db/execution.ts';
import { executionTypes } from '../../db/task.ts';
import { executeTask } from '../../engine/execute.ts';
import type { Subtask } from '../../engine/model/model.ts';
import { type Outcome, waitForRest } from '../../engine/outcome.ts';
import { notFound } from '../../errors.ts';
import { assertStorable } from '../../storable.ts';
import type { Web } from '../context.ts';
import { parse } from './answer.ts';
import { toSummary } from './task-answer.ts';

const Execute = z.strictObject({ taskId: z.string().min(1).max(100) });
const Filter = z.strictObject({
  execution_type: z.enum(executionTypes).optional(),
  /** The caller's own workspace; there is no other to ask for. */
  org_id: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** How long a call waits for the end of what it began, in milliseconds. */
const patienceMs = 60_000;

export function executeApi(web: Web): Router {
  const router = express.Router();
  const { engine } = web.bot;
  const { workspaceId, personId } = web;
  const actor = { workspaceId, id: personId };

  router.post('/tasks/execute', async (request, response) => {
    assertStorable(request.body);
    const { taskId } = parse(Execute, request.body);
    const execution = await executeTask(engine, actor, taskId);
    if (execution.kind === 'parts') return decomposed(response, execution.subtasks);
    if (execution.kind === 'stopped') return settled(response, execution);
    // Whoever has gone away is not waited for; the task goes on.
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const options = { ms: patienceMs, signal: gone.signal };
    settled(response, await waitForRest(engine, web.hub, actor, taskId, options));
  });

  router.get('/tasks/execute', async (request, response) => {
    const { execution_type, org_id, limit } = parse(Filter, request.query);
    if (org_id !== undefined && org_id !== workspaceId)
      throw notFound(`There is no organization ${org_id.slice(0, 40)} here.`);
    const tasks = await transaction(engine.db, actor, (tx) =>
      listExecutable(tx, workspaceId, execution_type ?? null, limit),
    );
    response.json({ tasks: tasks.map(toSummary) });
  });
  return router;
}

function decomposed(response: Response, parts: Subtask[]): void {
  const subtasks = parts.map(({ title, executionType }) => ({
    title,
    execution_type: executionType,
  }));
  const noun = subtasks.length === 1 ? 'subtask' : 'subtasks';
  const message = `Task decomposed into ${subtasks.length} ${noun}`;
  response.json({ success: true, strategy: 'decompose', subtasks, message });
}

function settled(response: Response, outcome: Outcome): void {
  if (outcome.kind === 'running') {
    const message = 'Task is still running';
    response.status(202).json({ success: true, strategy: 'immediate', message });
  } else if (outcome.kind === 'done') {
    const { result } = outcome;
    const message = 'Task executed successfully';
    response.json({ success: true, strategy: 'immediate', result, message });
  } else {
    const { reason } = outcome;
    const message = 'Task blocked - requires human action';
    response.json({ success: false, strategy: 'blocked', reason, message });
  }
}
