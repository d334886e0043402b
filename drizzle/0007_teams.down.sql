-- Undoes 0007_teams.
DROP TABLE conversations;
ALTER TABLE people DROP COLUMN account;
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
