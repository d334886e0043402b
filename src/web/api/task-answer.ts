/** A task, its plan and its progress as JSON, in the words of the AE and the Progress Tracking documents. */
import type { Sum } from '../../db/reservation.ts';
import type { Task } from '../../db/task.ts';
import { AutomationRule, type Task as TaskAnswer } from '../../engine/task-contract.ts';
import type { PlanView, StepView, TaskView } from '../../engine/view.ts';
import { toBudget, toCost } from './cost.ts';

const timeOf = (date: Date | null) => date?.toISOString() ?? null;

/** Rules are checked when they are stored; what an older program stored and is none is not shown. */
const Rules = AutomationRule.array().nullable().catch(null);

export function toSummary(task: Task): TaskAnswer {
  return {
    task_id: task.id,
    title: task.title,
    short_name: task.shortName,
    description: task.description,
    conversation: task.conversation,
    status: task.status,
    execution_status: task.executionStatus,
    phase: task.phase,
    execution_type: task.executionType,
    priority: task.priority,
    due_at: timeOf(task.dueAt),
    progress: task.status === 'completed' ? 100 : task.progress,
    plan_version: task.planVersion,
    assigned_to_type: task.assignedToType,
    assigned_to_id: task.assignedToId,
    workflow_id: task.workflowId,
    agent_id: task.agentId,
    parent_task_id: task.parentTaskId,
    restarted_from_id: task.restartedFromId,
    automation_rules: Rules.parse(task.automationRules),
    ai_confidence: task.aiConfidence,
    ai_context: task.aiContext,
    blocked_kind: task.blockedKind,
    blocked_reason: task.blockedReason,
    failure_reason: task.failureReason,
    retry_count: task.retryCount,
    max_retries: task.maxRetries,
    estimated_duration_minutes: task.estimatedDurationMinutes,
    actual_duration_minutes: task.actualDurationMinutes,
    execution_log: task.executionLog,
    result: task.result,
    version: task.version,
    created_at: timeOf(task.createdAt),
    updated_at: timeOf(task.updatedAt),
    started_at: timeOf(task.startedAt),
    blocked_at: timeOf(task.blockedAt),
    failed_at: timeOf(task.failedAt),
    completed_at: timeOf(task.completedAt),
    cancelled_at: timeOf(task.cancelledAt),
    undone_at: timeOf(task.undoneAt),
  };
}

/** @param sum what it and its parts have cost */
export function toDetail(view: TaskView, sum: Sum) {
  const plan = view.plans.at(-1);
  return {
    ...toSummary(view.task),
    budget: view.task.budget && toBudget(view.task.budget),
    cost: toCost(sum),
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
    ...(plan.estimate && {
      estimated_range_ms: { low: plan.estimate.lowMs, high: plan.estimate.highMs },
    }),
    ...(plan.most && { at_most: toBudget(plan.most) }),
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

export function toProgress(view: TaskView) {
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
