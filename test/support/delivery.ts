/** A delivered app on a test engine: the real tools, the real pages, no queue. */
import { type App, toApp } from '../../src/apps/app.ts';
import { findAppBySlug, findAppByTask } from '../../src/db/app.ts';
import { planApp } from '../../src/engine/plan-app.ts';
import { installedTools } from '../../src/engine/tools/index.ts';
import { renderAppPage } from '../../src/web/app/route.ts';
import { ana, type testEngine } from './engine.ts';

type Bench = Awaited<ReturnType<typeof testEngine>>;

/** Has a sentence understood and built; `further` steps come after those of the app. */
export async function deliverApp(
  bench: Bench,
  wish: string,
  further: unknown[] = [],
): Promise<string> {
  const id = await proposeApp(bench, wish, further);
  await bench.accept(id);
  await bench.runJobs(id);
  const { status, blockedReason } = await bench.task(id);
  if (status !== 'completed') throw new Error(`The task is ${status}: ${blockedReason}`);
  return id;
}

async function proposeApp(bench: Bench, wish: string, further: unknown[] = []): Promise<string> {
  const { engine, db } = bench;
  for (const [name, tool] of installedTools) bench.install(name, tool);
  engine.renderPage = (scope, path) => {
    const findApp = async (slug: string) => {
      const row = await bench.read((tx) => findAppBySlug(tx, slug));
      return row?.workspaceId === scope.workspaceId ? toApp(row) : undefined;
    };
    return renderAppPage({ db, now: engine.now, findApp }, path);
  };
  const context = { now: engine.now(), locale: 'en-US', currency: 'USD', timezone: 'UTC' };
  const found = await engine.model.understand(wish, context);
  if (found.kind !== 'app') throw new Error(`"${wish}" was not understood.`);
  const plan = planApp(found.spec, found, installedTools, new Map());
  return bench.propose([...plan.steps, ...further], {
    ...plan,
    steps: [...plan.steps, ...further],
  });
}

/** @throws when the task has none */
export async function appOfTask(bench: Bench, taskId: string): Promise<App> {
  const row = await bench.read((tx) => findAppByTask(tx, taskId));
  if (!row || row.workspaceId !== ana.workspaceId) throw new Error(`${taskId} has no app.`);
  return toApp(row);
}
