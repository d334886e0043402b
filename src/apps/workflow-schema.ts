/** Status moves, enforced by the database: a forged one is refused there too. */
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import { columnOf, inSchema, tableOf } from './column.ts';
import { ddl } from './ddl.ts';
import { ownName, quoteLiteral, quoteName } from './identifier.ts';
import type { Entity, FieldOf } from './spec.ts';

/** SQLSTATE of a forbidden move and of a record that starts anywhere but at the start. */
export const refusedMove = 'FT001';
export const refusedStart = 'FT002';

/** The trigger on one status field. */
export function createWorkflow(
  db: Database,
  app: App,
  entity: Entity,
  field: FieldOf<'status'>,
): Promise<void> {
  return ddl(db, async (run) => {
    const table = tableOf(app, entity);
    const column = columnOf(entity, field);
    const name = ownName('flow', entity.key, field.key);
    const moves = field.options.flatMap((option) =>
      option.next.map((next) => `(${quoteLiteral(option.key)}, ${quoteLiteral(next)})`),
    );
    const allowed =
      moves.length > 0 ? `(old.${column}, new.${column}) in (${moves.join(', ')})` : 'false';
    const body = `begin
      if tg_op = 'INSERT' then
        if new.${column} is distinct from ${quoteLiteral(field.initial)} then
          raise exception 'a record may not start in this status' using errcode = ${quoteLiteral(refusedStart)};
        end if;
      elsif new.${column} is distinct from old.${column} and not (${allowed}) then
        raise exception 'this status may not follow' using errcode = ${quoteLiteral(refusedMove)};
      end if;
      return new;
    end`;
    await run(
      `create or replace function ${inSchema(app, name)}() returns trigger language plpgsql as ${quoteLiteral(body)}`,
    );
    await run(
      `create or replace trigger ${quoteName(name)} before insert or update on ${table} for each row execute function ${inSchema(app, name)}()`,
    );
  });
}
