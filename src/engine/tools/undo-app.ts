/**
 * How every step of an app is taken back: a part is nothing without the app, and an app without its
 * pages or its search is broken, so whichever step comes first takes the whole app back or nothing.
 */
import { toApp } from '../../apps/app.ts';
import { removeUnused, useText } from '../../apps/removal.ts';
import { deleteApp, findAppByTask } from '../../db/app.ts';
import { transaction } from '../../db/client.ts';
import type { Tool, UndoResult } from './tool.ts';

const undoOf = (what: string, note: string): Tool['undo'] => ({
  can: true,
  what,
  async run({ db, scope, taskId, force }): Promise<UndoResult> {
    const row = await transaction(db, scope, (tx) => findAppByTask(tx, taskId));
    if (!row) return { outcome: 'reversed', note };
    const used = await removeUnused(db, toApp(row), force);
    if (used.length > 0) return { outcome: 'kept', note: useText(used) };
    // The row goes last: after an interruption it still leads here.
    await transaction(db, scope, (tx) => deleteApp(tx, row.id));
    return { outcome: 'reversed', note };
  },
});

export const undoApp = undoOf(
  'Removes the app and its tables.',
  'The app and its tables were removed.',
);
export const undoPart = undoOf('Goes with the app.', 'Went with the app.');
