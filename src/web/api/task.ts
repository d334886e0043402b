/** `POST` and `GET /api/tasks`, `/api/tasks/{id}`, `/api/tasks/{id}/progress` in the words of F222–F225. */
import express, { type Router } from 'express';
import { transaction } from '../../db/client.ts';
import { listTasks, type Task } from '../../db/task.ts';
import { fileTask } from '../../engine/intake.ts';
import { CreateTaskInput } from '../../engine/task-contract.ts';
import { loadView, type PlanView, type StepView, type TaskView } from '../../engine/view.ts';
import { notFound } from '../../errors.ts';
import type { Web } from '../context.ts';
import { parse } from './answer.ts';
import { assertStorable } from './json.ts';

export function taskApi(web: Web): Router {
  const router = express.Router();
  const { engine } = web.bot;
  const scope = { workspaceId: web.workspaceId };
  const viewOf = async (id: string): Promise<TaskView> => {
    const isId = /^tsk_\w+$/.test(id);
    const view =
      isId &&
      (await transaction(engine.db, scope, (tx) => loadView(tx, id, engine.now(), engine.tools)));
    if (!view) throw notFound(`There is no task ${id.slice(0, 40)}.`);
    return view;
  };

  router.post('/tasks', async (request, response) => {
    assertStorable(request.body);
    const input = parse(CreateTaskInput, request.body);
    const id = await fileTask(engine, { ...scope, id: web.personId }, 'web', input);
    response.status(201).json({ task_id: id });
  });
  router.get('/tasks', async (_request, response) => {
    const tasks = await transaction(engine.db, scope, (tx) => listTasks(tx));
    response.json({ tasks: tasks.map(toSummary) });
  });
  router.get('/tasks/:id', async (request, response) => {
    response.json(toDetail(await viewOf(request.params.id)));
  });
  router.get('/tasks/:id/progress', async (request, response) => {
    response.json(toProgress(await viewOf(request.params.id)));
  });
  return router;
}

const timeOf = (date: Date | null) => date?.toISOString() ?? null;

function toSummary(task: Task) {
  return {
    task_id: task.id,
    title: task.title,
    short_name: task.shortName,
    status: task.status,
    execution_status: task.executionStatus,
    phase: task.phase,
    execution_type: task.executionType,
    priority: task.priority,
    progress: task.status === 'completed' ? 100 : task.progress,
    plan_version: task.planVersion,
    blocked_kind: task.blockedKind,
    blocked_reason: task.blockedReason,
    created_at: timeOf(task.createdAt),
    started_at: timeOf(task.startedAt),
    completed_at: timeOf(task.completedAt),
  };
}

function toDetail(view: TaskView) {
  const plan = view.plans.at(-1);
  return {
    ...toSummary(view.task),
    description: view.task.description,
    conversation: view.task.conversation,
    ai_confidence: view.task.aiConfidence,
    ai_context: view.task.aiContext,
    estimated_duration_minutes: view.task.estimatedDurationMinutes,
    actual_duration_minutes: view.task.actualDurationMinutes,
    execution_log: view.task.executionLog,
    result: view.task.result,
    plan: plan && toPlan(plan),
    checks: view.checks.map(({ label, before, after }) => ({ label, before, after })),
    app: view.app && {
      name: view.app.name,
      url: `/apps/${view.app.slug}`,
      status: view.app.status,
    },
  };
}

function toPlan({ version, changes, plan }: PlanView) {
  return {
    version,
    changes,
    title: plan.title,
    confidence: plan.confidence,
    understood: plan.understood,
    guessed: plan.guessed,
    risk: plan.risk,
    risks: plan.risks,
    estimated_ms: plan.estimatedMs,
    creates: plan.creates,
    steps: plan.steps.map(({ name, kind, priority, detail }, index) => ({
      order: index + 1,
      name,
      kind,
      priority,
      detail,
    })),
    checks: plan.checks.map((check) => check.label),
    subject: plan.subject,
  };
}

function toProgress(view: TaskView) {
  return {
    task_id: view.task.id,
    title: view.task.title,
    status: view.task.status,
    progress: view.percent,
    current_step: view.currentStep,
    total_steps: view.steps.length,
    started_at: timeOf(view.task.startedAt),
    eta_seconds: view.etaMs === null ? null : Math.ceil(view.etaMs / 1000),
    steps: view.steps.map(toStep),
  };
}

function toStep(step: StepView) {
  return {
    order: step.order,
    name: step.name,
    status: step.status,
    progress: step.percent,
    ...(step.durationMs === null ? {} : { duration_ms: step.durationMs }),
    substeps: step.substeps.map(({ name, done }) => ({ name, done })),
  };
}
