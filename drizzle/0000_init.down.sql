-- Undoes 0000_init. Generated apps (schemas app_…) are removed by the program first.
DROP VIEW task_progress;
DROP FUNCTION factotum_add_job(text, json, text, text, timestamptz);
DROP TABLE actions, cards, apps, task_checks, approvals, calls, task_steps, runs, plans, task_events, tasks, messages, workspaces, processes;
DROP FUNCTION factotum_refuse_change();
-- The role stays where another database of the server still uses it.
DO $$
BEGIN
  EXECUTE 'DROP OWNED BY factotum_engine';
  DROP ROLE factotum_engine;
EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN NULL;
END $$;
