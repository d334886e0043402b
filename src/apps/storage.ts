/**
 * How much an app takes in the database with its first records, in bytes. PostgreSQL gives out pages of
 * 8 kB:
 * - a table: its first page, its maps of free and of visible space (24 + 8 kB), the index of its long
 *   values, the sequence of its ids, and some 24 kB of catalog entries for columns, checks and triggers;
 * - an index: its head and its first page; one over words a page more.
 * The test beside this file holds it to real apps.
 */
import { columnFields, isMany, manyFields, oneFields } from './column.ts';
import { indexedFields } from './filter-schema.ts';
import type { AppSpec, Entity } from './spec.ts';

const page = 8 * 1024;
const tableBytes = 7 * page + 3 * page;
const indexBytes = 2 * page;
const wordIndexBytes = 3 * page;

/** Of tables, links and history, without any search. */
export function tablesBytes(spec: Pick<AppSpec, 'entities'>): number {
  const sizes = spec.entities.map((entity) => {
    const links = manyFields(entity).length;
    // Each link is a table with a key and an index for the way back.
    return tableBytes + indexBytes * indexesOf(entity) + links * (tableBytes + 2 * indexBytes);
  });
  const history = tableBytes + 2 * indexBytes;
  return sizes.reduce((sum, size) => sum + size, history);
}

/** The primary key, one for records without a title, one for each unique field and each link. */
function indexesOf(entity: Entity): number {
  const title = entity.fields.find((field) => field.key === entity.title[0]);
  const unique = columnFields(entity).filter((field) => field.unique && field.type !== 'boolean');
  return 1 + (title && !isMany(title) ? 1 : 0) + unique.length + oneFields(entity).length;
}

/** Of the indexes for search and for what lists are filtered and sorted by. */
export function searchBytes(spec: Pick<AppSpec, 'entities' | 'views'>): number {
  const sizes = spec.entities.map((entity) => {
    // Links have theirs from the beginning.
    const sorted = indexedFields(spec, entity).filter((field) => field.type !== 'relation');
    const isSearched = entity.fields.some((field) => field.search);
    return indexBytes * sorted.length + (isSearched ? wordIndexBytes : 0);
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** "~1MB": to the nearest megabyte; below half of one, "less than 1MB". */
export function printStorage(bytes: number): string {
  const megabytes = Math.round(bytes / 1024 ** 2);
  return megabytes === 0 ? 'less than 1MB' : `~${megabytes}MB`;
}
