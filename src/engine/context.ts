/** What every verb of the engine works with. Dependencies are arguments; nothing is global. */
import type { Database } from '../db/client.ts';
import type { Scope } from '../db/opening.ts';
import type { Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import type { Log } from '../log.ts';
import type { BudgetSettings } from './budget/settings.ts';
import type { Model } from './model/model.ts';
import type { Stops } from './stop.ts';
import type { Tool } from './tools/tool.ts';

export type Engine = {
  db: Database;
  log: Log;
  now: () => Date;
  model: Model;
  budget: BudgetSettings;
  tools: ReadonlyMap<string, Tool>;
  stops: Stops;
  /** Renders a page of the program itself, without HTTP, as a visitor of `path` would get it. */
  renderPage: (scope: Scope, path: string) => Promise<{ status: number; body: string }>;
  /**
   * Shows the cards of a task within the transaction that holds it, where all of them are kept in our own database;
   * without it, and where it returns false, that is left to the job `deliver`. It waits for nobody.
   */
  showCards?: (tx: Tx, task: Pick<Task, 'id' | 'workspaceId' | 'channel'>) => Promise<boolean>;
};

/** Who asks for something: a person as the channel names them, or the engine itself. */
export type Actor = { workspaceId: string; id: string };
export const engineActor = 'factotum';
