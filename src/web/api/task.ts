/** `/api/tasks` and `/api/tasks/{id}` in the words of the AE document, progress in those of F222–F225. */
import express, { type Router } from 'express';
import { z } from 'zod';
import { transaction } from '../../db/client.ts';
import { sumReservations } from '../../db/reservation.ts';
import {
  executionStatuses,
  executionTypes,
  findTask,
  priorities,
  taskStatuses,
} from '../../db/task.ts';
import { listTaskPage } from '../../db/task-list.ts';
import { editTask } from '../../engine/edit.ts';
import { fileTask } from '../../engine/intake.ts';
import { CreateTaskInput, TaskId, UpdateTaskInput } from '../../engine/task-contract.ts';
import { loadView, type TaskView } from '../../engine/view.ts';
import { invalid, notFound } from '../../errors.ts';
import { assertStorable } from '../../storable.ts';
import type { Web } from '../context.ts';
import { parse } from './answer.ts';
import { toDetail, toProgress, toSummary } from './task-answer.ts';

/** Several words behind one name, as "ready,running". */
const wordsOf = <const T extends readonly string[]>(words: T) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(words)).min(1));

const Filter = z.strictObject({
  status: wordsOf(taskStatuses).optional(),
  execution_status: wordsOf(executionStatuses).optional(),
  execution_type: z.enum(executionTypes).optional(),
  priority: z.enum(priorities).optional(),
  /** `none` means tasks that are no part of another. */
  parent_task_id: z.union([z.literal('none'), TaskId]).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** The `next_cursor` of the page before. */
  cursor: TaskId.optional(),
});

export function taskApi(web: Web): Router {
  const router = express.Router();
  const { engine } = web.bot;
  const actor = { workspaceId: web.workspaceId, id: web.personId };
  const viewOf = async (id: string): Promise<TaskView> => {
    const view =
      TaskId.safeParse(id).success &&
      (await transaction(engine.db, actor, (tx) => loadView(tx, id, engine.now(), engine.tools)));
    if (!view) throw notFound(`There is no task ${id.slice(0, 40)}.`);
    return view;
  };

  const detailOf = async (id: string) => {
    const view = await viewOf(id);
    const taskId = view.task.id;
    const sum = await transaction(engine.db, actor, (tx) => sumReservations(tx, { taskId }));
    return toDetail(view, sum);
  };

  router.post('/tasks', async (request, response) => {
    assertStorable(request.body);
    const input = parse(CreateTaskInput, request.body);
    const id = await fileTask(engine, actor, 'web', input);
    response.status(201).json({ task_id: id });
  });
  router.get('/tasks', async (request, response) => {
    const { limit, cursor, status, execution_status, execution_type, priority, parent_task_id } =
      parse(Filter, request.query);
    const parentTaskId = parent_task_id === 'none' ? null : parent_task_id;
    const tasks = await transaction(engine.db, actor, async (tx) => {
      if (cursor !== undefined && !(await findTask(tx, cursor)))
        throw invalid('cursor: is none that this server has given.');
      const filter = {
        statuses: status,
        executionStatuses: execution_status,
        executionType: execution_type,
        priority,
        parentTaskId,
      };
      return listTaskPage(tx, filter, limit, cursor);
    });
    const page = tasks.slice(0, limit);
    const next = tasks.length > limit ? (page.at(-1)?.id ?? null) : null;
    response.json({ tasks: page.map(toSummary), next_cursor: next });
  });
  router.get('/tasks/:id', async (request, response) => {
    response.json(await detailOf(request.params.id));
  });
  router.patch('/tasks/:id', async (request, response) => {
    assertStorable(request.body);
    const input = parse(UpdateTaskInput, request.body);
    const { id } = (await viewOf(request.params.id)).task;
    await editTask(engine, actor, id, input);
    response.json(await detailOf(id));
  });
  router.get('/tasks/:id/progress', async (request, response) => {
    response.json(toProgress(await viewOf(request.params.id)));
  });
  return router;
}
