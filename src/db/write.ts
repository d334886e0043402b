/**
 * Writes of rows that are known, put together as one statement: each is a part of a WITH that takes its
 * rows as JSON, so that the text is the same however often and the server keeps its plan. Pure.
 */

/** Values by the names that the columns have in Postgres. */
export type Values = Record<string, unknown>;
/** What the columns of a table hold, by the same names. */
type Types = Record<string, string>;
/** Takes up a value and returns how the text names it. */
export type Param = (value: unknown) => string;

export type Write =
  | {
      kind: 'insert';
      table: string;
      types: Types;
      rows: Values[];
      /** "(id) do update set …", where the row may be there already. */
      conflict: string | undefined;
      /** Columns that the database computes. */
      computed: Record<string, string>;
    }
  | {
      kind: 'change';
      table: string;
      types: Types;
      /** How the row is known to be, its id among it: it must be found so. */
      was: Values;
      change: Values;
      /** Columns that the change is added to, instead of replacing what is there. */
      added: readonly string[];
      computed: Record<string, string>;
    }
  | { kind: 'each'; statement: Statement; rows: Values[] };

/** A statement about rows that it is given, each with what one part of a transaction has to say. */
export type Statement = {
  /** What is given, with types: "id text, percent integer". */
  columns: string;
  /** @param given what to select from, as `given` */
  text: (given: string) => string;
};

/** Takes a write up. One statement changes a row once: a second change of it becomes part of the first. */
export function addWrite(writes: Write[], write: Write): void {
  if (write.kind === 'insert') {
    const same = writes.find(
      (each) =>
        each.kind === 'insert' && each.table === write.table && each.conflict === write.conflict,
    );
    if (same?.kind === 'insert') putRows(same.rows, write.rows);
    else writes.push({ ...write, rows: [...write.rows] });
  } else if (write.kind === 'each') {
    const same = writes.find((each) => each.kind === 'each' && each.statement === write.statement);
    if (same?.kind === 'each') same.rows.push(...write.rows);
    else writes.push({ ...write, rows: [...write.rows] });
  } else if (write.kind !== 'change' || !joined(writes, write)) {
    writes.push(write);
  }
}

/** A row that is put once more is as it was put last. */
function putRows(rows: Values[], more: Values[]): void {
  for (const row of more) {
    const known = rows.find((each) => each['id'] !== undefined && each['id'] === row['id']);
    if (known) Object.assign(known, row);
    else rows.push(row);
  }
}

type Change = Extract<Write, { kind: 'change' }>;

/** Whether it became part of an earlier write of the same row. */
function joined(writes: Write[], { table, was, change, added, computed }: Change): boolean {
  const { id } = was;
  for (const earlier of writes) {
    if (earlier.kind === 'each' || earlier.table !== table) continue;
    if (earlier.kind === 'insert') {
      const row = earlier.rows.find((each) => each['id'] === id);
      if (!row) continue;
      assertKnown(table, row, was);
      Object.assign(row, change);
      return true;
    }
    if (earlier.was['id'] !== id) continue;
    assertKnown(table, { ...earlier.was, ...earlier.change }, was);
    const known = { ...was, ...earlier.was };
    for (const name of Object.keys(earlier.change)) if (!(name in earlier.was)) delete known[name];
    earlier.was = known;
    for (const [name, value] of Object.entries(change)) {
      const before = earlier.change[name];
      const isMore = added.includes(name) && Array.isArray(before) && Array.isArray(value);
      earlier.change[name] = isMore ? [...before, ...value] : value;
    }
    earlier.computed = { ...earlier.computed, ...computed };
    return true;
  }
  return false;
}

function assertKnown(table: string, row: Values, was: Values): void {
  for (const [name, value] of Object.entries(was)) {
    if (name in row && row[name] !== value)
      throw new Error(`A row of ${table} is written twice, the second time as it was before.`);
  }
}

/** @returns the parts of the WITH, and what has to be selected so that each has found its rows */
export function partsOf(groups: Alike[], param: Param): { parts: string[]; musts: string[] } {
  const parts: string[] = [];
  const musts: string[] = [];
  for (const [index, like] of groups.entries()) {
    const [write] = like;
    const name = `w${index + 1}`;
    parts.push(`${name} as (${textOf(like, param)} returning 1)`);
    const found = `(select count(*) from ${name})`;
    const isFenced = write.kind === 'change';
    musts.push(
      isFenced ? `factotum_must(${found}, ${param(like.length)}, '${write.table}')` : found,
    );
  }
  return { parts, musts };
}

/** Writes of the same kind; of changes, all that change the same columns of a table and know the same of its rows. */
export type Alike = [Change, ...Change[]] | [Exclude<Write, Change>];

export function alike(writes: Write[]): Alike[] {
  const groups: Alike[] = [];
  const byShape = new Map<string, [Change, ...Change[]]>();
  for (const write of writes) {
    if (write.kind !== 'change') {
      groups.push([write]);
      continue;
    }
    const { table, was, change, added, computed } = write;
    const shape = JSON.stringify([table, sorted(was), sorted(change), added, computed]);
    const like = byShape.get(shape);
    if (like) {
      like.push(write);
      continue;
    }
    const first: [Change, ...Change[]] = [write];
    byShape.set(shape, first);
    groups.push(first);
  }
  return groups;
}

const sorted = (values: Values): string[] => Object.keys(values).sort();

function textOf(like: Alike, param: Param): string {
  const [write] = like;
  switch (write.kind) {
    case 'each':
      return write.statement.text(listOf('given', write.statement.columns, write.rows, param));
    case 'insert':
      return insertOf(write, param);
    case 'change':
      return changeOf(like as [Change, ...Change[]], param);
  }
}

function insertOf(
  { table, types, rows, conflict, computed }: Extract<Write, { kind: 'insert' }>,
  param: Param,
): string {
  const names = [...new Set(rows.flatMap(Object.keys))];
  const quoted = names.map((name) => `"${name}"`);
  const all = [...quoted, ...Object.keys(computed).map((name) => `"${name}"`)].join(', ');
  const values = [...quoted, ...Object.values(computed)].join(', ');
  const columns = names.map((name) => `"${name}" ${types[name]}`).join(', ');
  const otherwise = conflict ? ` on conflict ${conflict}` : '';
  return `insert into "${table}" (${all}) select ${values} from ${recordsOf('given', columns, rows, param)}${otherwise}`;
}

const recordsOf = (name: string, columns: string, rows: Values[], param: Param): string =>
  `json_to_recordset(${param(JSON.stringify(rows))}::text::json) as ${name}(${columns})`;

/**
 * The server takes a list of rows to be a hundred, and would rather read a whole small table than look up so many. Of a
 * number that it does not know when it makes its plan it takes a tenth, whatever it is: twice that, and it is one.
 */
function listOf(name: string, columns: string, rows: Values[], param: Param): string {
  const limit = `limit ${param(rows.length)}`;
  const records = recordsOf(name, columns, rows, param);
  return `(select * from (select * from ${records} ${limit}) as ${name} ${limit}) as ${name}`;
}

function changeOf(like: [Change, ...Change[]], param: Param): string {
  const [{ table, types, was, change, added, computed }] = like;
  const changing = sorted(change);
  const known = sorted(was);
  const sets = changing.map((name) =>
    added.includes(name)
      ? `"${name}" = known."${name}" || next."${name}"`
      : `"${name}" = next."${name}"`,
  );
  for (const [name, value] of Object.entries(computed)) sets.push(`"${name}" = ${value}`);
  const update = `update "${table}" as known set ${sets.join(', ')} from`;
  const columns = changing.map((name) => `"${name}" ${types[name]}`);
  if (like.length === 1) {
    const next = `json_to_record(${param(JSON.stringify(change))}::text::json) as next(${columns.join(', ')})`;
    const wheres = known.map((name) =>
      was[name] === null ? `known."${name}" is null` : `known."${name}" = ${param(was[name])}`,
    );
    return `${update} ${next} where ${wheres.join(' and ')}`;
  }
  const before = (name: string) => `"was ${name}"`;
  const both = [...known.map((name) => `${before(name)} ${types[name]}`), ...columns].join(', ');
  const rows = like.map(({ was, change }) => {
    const row: Values = { ...change };
    for (const name of known) row[`was ${name}`] = was[name];
    return row;
  });
  const wheres = known.map((name) =>
    name === 'id'
      ? `known."id" = next.${before('id')}`
      : `known."${name}" is not distinct from next.${before(name)}`,
  );
  return `${update} ${listOf('next', both, rows, param)} where ${wheres.join(' and ')}`;
}
