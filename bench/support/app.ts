/** The smallest app that a check can look at. */
import { createApp } from '../../src/db/app.ts';
import type { Tx } from '../../src/db/tx.ts';

/** @returns its slug: its page is asked for under that */
export async function createRowsApp(
  tx: Tx,
  actor: { workspaceId: string; id: string },
  taskId: string,
): Promise<string> {
  const name = taskId.replace('tsk_', 'bench-');
  const spec = {
    specVersion: 1,
    slug: name,
    name,
    entities: [
      {
        ...{ id: 'e_row', key: 'rows', label: 'Rows', singular: 'Row', title: ['name'] },
        fields: [{ id: 'f_name', key: 'name', label: 'Name', type: 'text' }],
      },
    ],
    views: [
      {
        ...{ id: 'v_row', key: 'rows', label: 'Rows', kind: 'list', entity: 'rows' },
        columns: ['name'],
      },
    ],
  };
  await createApp(tx, { ...actor, taskId, slug: name, name, spec });
  return name;
}
