-- Undoes 0002_execution.
DROP INDEX tasks_parent_index;
DROP FUNCTION create_subtask(text, text, text, text, text, timestamptz, text, text, text);
DROP FUNCTION block_task_execution(text, text, text);
DROP FUNCTION fail_task_execution(text, text, boolean);
DROP FUNCTION complete_task_execution(text, jsonb);
DROP FUNCTION start_task_execution(text, text, text);
DROP FUNCTION get_executable_tasks(text, text);
DROP FUNCTION add_execution_log_entry(text, jsonb);
DROP FUNCTION factotum_move_tracked(tasks, text, text, jsonb);
DROP FUNCTION factotum_hold_tracked(text);
DROP FUNCTION factotum_record(tasks, jsonb, text, text);
DROP FUNCTION factotum_actor();
DROP FUNCTION factotum_next_status(text, text);
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
