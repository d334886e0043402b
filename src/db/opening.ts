/** The beginning of a transaction: its role and workspace, what it locks and what it reads, all sent with its BEGIN. */
import type { Send } from './begin.ts';

/** Whose rows a transaction may see: row-level security compares this with `workspace_id`. */
export type Scope = { workspaceId: string };

/** What a transaction begins with, sent with its BEGIN: what it locks, and what it reads then. */
export type Opening = {
  /**
   * The rows of these tasks are locked, besides those that somebody else holds, whose rows are left out of what is read:
   * each row that is read has its `task`. For several parts (`part.ts`).
   */
  tasks?: string[];
  /** The row of this task is locked. */
  task?: string;
  /** The cards of this task: one transaction at a time has the turn to show them, and they are locked. */
  cardsOf?: string;
  text: string;
  values: string[];
};
/** Rows as the driver returns them. */
export type Rows = Record<string, unknown>[];

/** What opens a transaction of the engine; it gives what `opening` has read. */
export const openingOf =
  ({ workspaceId }: Scope, opening?: Opening): Send<Rows> =>
  async (sql) => {
    const { task = null, cardsOf = null } = opening ?? {};
    // Nothing that is read together with BEGIN is used unless each of these statements has succeeded.
    const opened = sql`select factotum_open(${workspaceId}, ${task}, ${cardsOf})`.execute();
    const held =
      opening?.tasks &&
      sql.unsafe(holding, [JSON.stringify(opening.tasks)], { prepare: true }).execute();
    const read = opening && sql.unsafe<Rows>(opening.text, opening.values, { prepare: true });
    const [, rows, free] = await Promise.all([opened, read, held]);
    if (!free) return rows ?? [];
    const ids = new Set(free.map(({ id }) => id));
    return (rows ?? []).filter((row) => ids.has((row['task'] as { id: string }).id));
  };

/** Each found by its key; sent with BEGIN, and seen by what is read after it. */
const holding = `select id from tasks where id = any(array(select json_array_elements_text($1::json))) order by id
  for no key update skip locked`;
