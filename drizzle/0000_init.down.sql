-- Undoes 0000_init. Generated apps (schemas app_…) are removed by the program first.
DROP VIEW task_progress;
DROP FUNCTION factotum_add_job(text, json, text, text, timestamptz);
DROP TABLE actions, cards, apps, task_checks, approvals, calls, task_steps, runs, plans, task_events, tasks, messages, workspaces, processes;
DROP FUNCTION factotum_refuse_change();
DROP OWNED BY factotum_engine;
-- The role itself stays where another database of the server still uses it.
DO $$
BEGIN
  DROP ROLE factotum_engine;
EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN NULL;
END $$;
-- Forgotten, so that the migration can be applied again.
DELETE FROM drizzle.__drizzle_migrations;
