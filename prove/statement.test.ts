import { describe, expect, test } from 'vitest';
import { commitOf, hasWritten, isCommit, mayWrite, nameOf } from './statement.ts';

const takeJob = `with j as (select id from graphile_worker._private_jobs for update skip locked),
  q as (update graphile_worker._private_job_queues as job_queues set locked_by = $1 from j)
  update graphile_worker._private_jobs as jobs set attempts = attempts + 1 from j returning *`;
const endJob = `with j as (delete from graphile_worker._private_jobs as jobs where id = $1 returning *)
  update graphile_worker._private_job_queues as job_queues set locked_by = null from j`;
const named = (text: string, values: (string | null)[] = []) => nameOf({ text, values });

describe('a statement has written', () => {
  test.each([
    ['insert into cards values ($1)', 'INSERT 0 1'],
    ['update cards set version = 2', 'UPDATE 3'],
    ['create table if not exists app.customers ()', 'CREATE TABLE'],
    ["do 'begin end'", 'DO'],
    ["select factotum_finish('[]', '[]', '[]')", 'SELECT 1'],
    ["select graphile_worker.add_job('step')", 'SELECT 1'],
    ['select graphile_worker.force_unlock_workers($1)', 'SELECT 1'],
    ['with made as (insert into cards values (1) returning id) select * from made', 'SELECT 1'],
    [takeJob, 'UPDATE 1'],
    [endJob, 'UPDATE 0'],
    ['copy customers from stdin', 'COPY 5'],
  ])('%s → %s', (text, tag) => {
    expect(mayWrite(text)).toBe(true);
    expect(hasWritten(text, tag)).toBe(true);
  });
});

describe('a statement has written nothing', () => {
  test.each([
    ['update cards set version = 2 where false', 'UPDATE 0'],
    ['insert into workspaces values (1) on conflict do nothing', 'INSERT 0 0'],
    [takeJob, 'UPDATE 0'],
    ['select * from tasks for update', 'SELECT 1'],
    ['with open as (select 1) select * from open', 'SELECT 1'],
    ['begin', 'BEGIN'],
    ['LISTEN "jobs:insert"; LISTEN "worker:migrate";', 'LISTEN'],
    ["select set_config('role', 'factotum_engine', true)", 'SELECT 1'],
    ['select pg_advisory_lock(7)', 'SELECT 1'],
  ])('%s → %s', (text, tag) => {
    expect(hasWritten(text, tag)).toBe(false);
  });
});

test('a commit is known by its first word', () => {
  expect([' COMMIT', 'end;', 'commit'].map(isCommit)).toEqual([true, true, true]);
  expect(['select 1 as commit', 'rollback', 'ending'].map(isCommit)).toEqual([false, false, false]);
});

describe('a statement is called the same in every run', () => {
  test.each([
    ['insert into "cards" ("id", "key") values ($1, $2)', 'insert cards'],
    ['update "cards" set "shown_version" = $1 where "id" = $2', 'update cards.shown_version'],
    ['delete from "processes" where "id" = $1', 'delete processes'],
    [takeJob, 'update _private_job_queues.locked_by'],
    [endJob, 'delete _private_jobs'],
    [
      'create table if not exists "app_7b3c9x2m4k8v1q6w5z0d".customers (id bigint)',
      'create table app.customers',
    ],
    [
      'create or replace function "app_7b3c9x2m4k8v1q6w5z0d"._fold(text)',
      'create function app._fold',
    ],
    ['create unique index if not exists _unique on app.t (id)', 'create index _unique'],
  ])('%s', (text, name) => {
    expect(named(text)).toBe(name);
  });

  test('also the one that carries events and jobs', () => {
    const events = [{ event: 'complete' }, { event: 'start' }];
    const values = [JSON.stringify(events), JSON.stringify([{ kind: 'step' }]), '["x"]'];
    const text = 'select factotum_finish($1::text::json, $2::text::json, $3::text::json)';
    expect(named(text, values)).toBe('finish(events complete start; jobs step)');
    expect(named(text, ['[]', '[]', '["x"]'])).toBe('finish(signals)');
  });
});

test('a commit is of the same kind whatever is told along the way', () => {
  const quiet = commitOf(['update task_steps.progress']);
  const told = commitOf([
    'update task_steps.progress',
    'update tasks.progress',
    'finish(jobs deliver)',
  ]);
  expect(told.kind).toBe(quiet.kind);
  expect(told.name).not.toBe(quiet.name);
  const ended = commitOf(['update task_steps.progress', 'finish(events complete; jobs deliver)']);
  expect(ended.kind).not.toBe(quiet.kind);
  const many = commitOf(['create table app.a', 'create index _a', 'create index _b']);
  expect(many.name).toBe('create table app.a and 2 more');
});
