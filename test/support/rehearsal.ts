/** A plan of the offline model and its tools, called one after the other as a run would call them. */

import { toApp } from '../../src/apps/app.ts';
import { findAnyAppBySlug } from '../../src/db/app.ts';
import { type Database, transaction } from '../../src/db/client.ts';
import { createOfflineModel } from '../../src/engine/model/offline/offline.ts';
import { createRecorder } from '../../src/engine/outside.ts';
import { planApp } from '../../src/engine/plan-app.ts';
import { installedTools } from '../../src/engine/tools/index.ts';
import type { ToolContext } from '../../src/engine/tools/tool.ts';
import { type Plan, type ToolStep, walk } from '../../src/engine/workflow/plan.ts';
import { renderAppPage } from '../../src/web/app/route.ts';

export async function planOfWish(wish: string): Promise<Plan> {
  const context = { now: new Date(), locale: 'en-US', currency: 'USD', timezone: 'UTC' };
  const found = await createOfflineModel().understand(wish, context);
  if (found.kind !== 'app') throw new Error('The sentence was not understood.');
  return planApp(found.spec, found, installedTools, new Map());
}

export function toolSteps(plan: Plan): ToolStep[] {
  return [...walk(plan.steps)].filter((step): step is ToolStep => step.kind === 'tool');
}

type Work = { taskId: string; rehearsalRunId: string | null; plan: Plan };

/** What a tool is called with; `seen` grows by the addresses of the pages that it looked at. */
export function contextOf(db: Database, scope: { workspaceId: string }, work: Work, toolDb = db) {
  const seen: string[] = [];
  const recorder = createRecorder();
  const deps = {
    db,
    now: () => new Date(),
    findApp: async (slug: string) => {
      const row = await transaction(db, scope, (tx) => findAnyAppBySlug(tx, slug));
      return row && toApp(row);
    },
  };
  const context: ToolContext = {
    ...{ db: toolDb, scope, taskId: work.taskId, rehearsalRunId: work.rehearsalRunId },
    ...{ idempotencyKey: 'key', subject: work.plan.subject, outside: recorder },
    signal: new AbortController().signal,
    substep: async (_, run) => run(),
    renderPage: (path) => {
      seen.push(path);
      return renderAppPage(deps, path);
    },
  };
  return { context, seen, recorder };
}

/** Calls the tool of one step. */
export async function callStep(context: ToolContext, step: ToolStep): Promise<unknown> {
  const tool = installedTools.get(step.tool);
  if (!tool) throw new Error(`There is no tool ${step.tool}.`);
  return tool.run(context, step.input);
}
