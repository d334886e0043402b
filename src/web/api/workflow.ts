/** `/api/workflows`: saved, looked at, checked while they are written (F295), started and deleted. */
import express, { type Router } from 'express';
import { z } from 'zod';
import { transaction } from '../../db/client.ts';
import {
  listExecutions,
  listVersions,
  listWorkflows,
  type WorkflowExecution,
  type WorkflowRow,
} from '../../db/workflow.ts';
import { acceptPlan } from '../../engine/accept.ts';
import { getWorkflow, removeWorkflow, saveWorkflows } from '../../engine/workflow-save.ts';
import { missingInputs, startWorkflow } from '../../engine/workflow-start.ts';
import {
  isSound,
  longestText,
  lookHere,
  readText,
  toProblemView,
  warningsOf,
} from '../../engine/workflow-text.ts';
import { invalid } from '../../errors.ts';
import { assertStorable } from '../../storable.ts';
import type { Web } from '../context.ts';
import { parse } from './answer.ts';

const Text = z.strictObject({
  text: z.string().max(longestText, `must have at most ${longestText} characters`),
});
const Version = z.strictObject({ version: z.coerce.number().int().positive().optional() });
const Page = z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(100) });
const PostRun = z.strictObject({
  inputs: z
    .record(z.string().max(200), z.json())
    .refine((inputs) => JSON.stringify(inputs).length <= 100_000, 'must have at most 100000 bytes')
    .default({}),
  /** Without one the newest. */
  version: z.int().positive().optional(),
  /** Where its cards stand; without one in a conversation of its own. */
  conversation: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$/,
      'must be 1 to 100 letters, digits, or one of _ . : -',
    )
    .optional(),
  id: z.string().min(1).max(200).optional(),
  /** Whether it begins at once, instead of waiting for somebody who accepts its plan. */
  accept: z.boolean().default(false),
});

export function workflowApi(web: Web): Router {
  const router = express.Router();
  const { engine } = web.bot;
  const actor = { workspaceId: web.workspaceId, id: web.personId };
  const inside = <T>(work: Parameters<typeof transaction<T>>[2]) =>
    transaction(engine.db, actor, work);

  router.get('/workflows', async (_request, response) => {
    const rows = await inside(listWorkflows);
    response.json({ workflows: rows.map(toSummary) });
  });
  router.post('/workflows', async (request, response) => {
    const { text } = parse(Text, request.body);
    assertStorable(text);
    const { saved, warnings } = await inside(async (tx) => ({
      saved: await saveWorkflows(tx, engine, actor, text),
      warnings: warningsOf(text, await lookHere(tx, engine)),
    }));
    response
      .status(saved.some(({ isNew }) => isNew) ? 201 : 200)
      .json({ workflows: saved.map(({ row }) => toSummary(row)), warnings });
  });
  router.post('/workflows/validate', async (request, response) => {
    const { text } = parse(Text, request.body);
    const here = await inside((tx) => lookHere(tx, engine));
    const { checked, workflows, problems } = readText(text, here);
    response.json({
      valid: isSound(problems) && workflows.length > 0,
      runnable: problems.every(({ severity }) => severity === 'warning'),
      workflows: workflows.map(({ name, inputs, runs }) => ({ name, inputs, runs })),
      problems: problems.map((problem) => toProblemView(checked.source, problem)),
    });
  });
  router.get('/workflows/:name', async (request, response) => {
    const { version } = parse(Version, request.query);
    const { row, versions } = await inside(async (tx) => ({
      row: await getWorkflow(tx, request.params.name, version),
      versions: await listVersions(tx, request.params.name),
    }));
    response.json({
      ...toSummary(row),
      text: row.text,
      versions: versions.map((one) => ({
        version: one.version,
        created_by: one.createdBy,
        created_at: one.createdAt.toISOString(),
      })),
    });
  });
  router.delete('/workflows/:name', async (request, response) => {
    const { row, versions } = await inside((tx) =>
      removeWorkflow(tx, request.params.name, engine.now()),
    );
    response.json({ name: row.name, versions });
  });
  router.post('/workflows/:name/runs', async (request, response) => {
    assertStorable(request.body ?? {});
    const { accept, inputs, version, conversation, id } = parse(PostRun, request.body);
    const task = await inside(async (tx) => {
      const workflow = await getWorkflow(tx, request.params.name, version);
      const missing = missingInputs(workflow, inputs);
      if (missing.length > 0)
        throw invalid(`inputs: “${workflow.name}” needs ${missing.join(', ')} as well.`);
      return startWorkflow(tx, engine, actor, {
        ...{ workflow, inputs, id, channel: 'web', conversation },
        description: `Run the workflow “${workflow.name}”`,
      });
    });
    if (accept && task.status === 'ready')
      await acceptPlan(engine, actor, task.id, task.planVersion);
    response.status(201).json({ task_id: task.id });
  });
  router.get('/workflows/:name/runs', async (request, response) => {
    const { limit } = parse(Page, request.query);
    const rows = await inside(async (tx) => {
      await getWorkflow(tx, request.params.name);
      const ids = (await listVersions(tx, request.params.name)).map((version) => version.id);
      return listExecutions(tx, ids, limit);
    });
    response.json({ runs: rows.map(toExecution) });
  });
  return router;
}

export function toSummary(row: WorkflowRow) {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    inputs: row.inputs,
    runs: row.runs,
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
  };
}

function toExecution(row: WorkflowExecution) {
  return {
    task_id: row.id,
    workflow_id: row.workflowId,
    workflow: row.workflow,
    version: row.version,
    status: row.status,
    inputs: row.inputs,
    current_step: row.currentStep,
    state: row.state,
    error: row.error,
    started_by: row.startedBy,
    created_at: row.createdAt.toISOString(),
    started_at: row.startedAt?.toISOString() ?? null,
    updated_at: row.updatedAt.toISOString(),
    finished_at: row.finishedAt?.toISOString() ?? null,
  };
}
