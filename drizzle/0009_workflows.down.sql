-- Undoes 0009_workflows.
DROP VIEW workflow_executions;
DROP INDEX tasks_workflow_index;
ALTER TABLE tasks DROP COLUMN inputs;
DROP TABLE workflows;
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
