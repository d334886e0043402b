-- Undoes 0016_shown.
DROP FUNCTION factotum_drop_job(text);
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
