/** Views of tasks by hand, for what is made from views alone. */
import type { Run } from '../../src/db/run.ts';
import type { Task } from '../../src/db/task.ts';
import type { ApprovalView, StepView, TaskView } from '../../src/engine/view.ts';
import { planOf, toolStep } from './engine.ts';

const started = new Date('2026-03-01T10:00:00Z');

export function taskOf(about: Partial<Task> = {}): Task {
  return {
    id: 'tsk_1',
    workspaceId: 'wsp_local',
    channel: 'web',
    conversation: 'c1',
    requestedBy: 'ana',
    title: 'Cellphone Store CRM',
    shortName: 'CRM',
    description: 'Create a CRM for my cellphone store',
    status: 'running',
    executionStatus: 'in_progress',
    phase: 'act',
    executionType: 'fully_automated',
    priority: 'medium',
    dueAt: null,
    assignedToType: null,
    assignedToId: null,
    workflowId: null,
    inputs: null,
    agentId: null,
    parentTaskId: null,
    restartedFromId: null,
    planVersion: 1,
    progress: 65,
    executionLog: [],
    automationRules: null,
    aiConfidence: 0.92,
    aiContext: null,
    question: null,
    startedAt: started,
    blockedAt: null,
    failedAt: null,
    completedAt: null,
    cancelledAt: null,
    blockedKind: null,
    blockedReason: null,
    failureReason: null,
    retryCount: 0,
    maxRetries: 3,
    estimatedMs: 300_000,
    actualMs: null,
    estimatedDurationMinutes: 5,
    actualDurationMinutes: null,
    result: null,
    budget: null,
    undoneAt: null,
    version: 7,
    createdAt: started,
    updatedAt: started,
    ...about,
  };
}

export function stepOf(order: number, name: string, about: Partial<StepView> = {}): StepView {
  return {
    id: `stp_${order}`,
    order,
    name,
    completedLabel: `${name} done`,
    detail: `Detail ${order}`,
    kind: 'tool',
    priority: 'medium',
    status: 'pending',
    substeps: [],
    durationMs: null,
    error: null,
    updatedAt: null,
    percent: 0,
    effect: null,
    allowed: null,
    until: null,
    children: [],
    ...about,
  };
}

const runOf = (about: Partial<Run> = {}): Run => ({
  id: 'run_1',
  workspaceId: 'wsp_local',
  taskId: 'tsk_1',
  planVersion: 1,
  mode: 'automatic',
  rehearsedRunId: null,
  continuesRunId: null,
  checksBefore: 'done',
  checksAfter: 'waiting',
  createdAt: started,
  finishedAt: null,
  ...about,
});

const part = (name: string, done = false) => ({ name, done });

/** The run of the documents: step 2 of 4, two of its four parts done, 65 %, three minutes left. */
export function viewOf(task: Partial<Task> = {}, about: Partial<TaskView> = {}): TaskView {
  return {
    task: taskOf(task),
    run: runOf(),
    plans: [
      {
        version: 1,
        changes: [],
        lasting: {},
        plan: planOf(
          [
            toolStep('tables', {
              name: 'Create database tables',
              priority: 'critical',
              detail: 'customers, products',
            }),
          ],
          {
            title: 'Cellphone Store CRM',
            estimatedMs: 300_000,
            creates: [
              { icon: '📋', text: '4 database tables (customers, products, sales, repairs)' },
            ],
          },
        ),
      },
    ],
    steps: [
      stepOf(1, 'Create database tables', {
        status: 'completed',
        priority: 'critical',
        percent: 100,
        durationMs: 15_000,
      }),
      stepOf(2, 'Generate application UI', {
        status: 'running',
        priority: 'high',
        percent: 65,
        substeps: [
          part('Customer list view', true),
          part('Product list view', true),
          part('Sales form'),
          part('Repair board'),
        ],
      }),
      stepOf(3, 'Add search and filters'),
      stepOf(4, 'Configure repair workflow'),
    ],
    currentStep: 2,
    percent: 65,
    etaMs: 180_000,
    waitMs: 0,
    eta: { lowMs: 120_000, midMs: 180_000, highMs: 240_000 },
    checks: [],
    approvals: [],
    artifacts: [],
    sends: [],
    app: undefined,
    undo: undefined,
    ...about,
  };
}

const asked = new Date('2026-03-01T10:02:30Z');

/** An approval that waits for the boss. */
export const approvalOf = (about: Partial<ApprovalView> = {}): ApprovalView => ({
  decisions: [],
  id: 'apr_1',
  workspaceId: 'wsp_local',
  taskId: 'tsk_1',
  stepId: 'stp_1',
  approvers: ['boss'],
  digest: '1a2b3c4d5e6f',
  timeoutSeconds: null,
  status: 'open',
  decidedBy: null,
  reason: null,
  decidedAt: null,
  stepIds: ['stp_1'],
  cause: 'plan',
  needed: 1,
  selfApproval: true,
  effect: null,
  onTimeout: 'escalate',
  escalateTo: [],
  askedAt: asked,
  remindedAt: null,
  dueAt: null,
  nextAt: null,
  performedAt: null,
  createdAt: asked,
  ...about,
});
