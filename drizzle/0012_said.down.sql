-- Undoes 0014_said.sql.
DROP INDEX "actions_room_index";
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
