-- Undoes 0006_sessions. Whom the histories of apps name stays there: an older program leaves it alone.
DROP TABLE sessions;
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
