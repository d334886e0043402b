-- Undoes 0003_running_steps.
DROP INDEX task_steps_running_index;
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
