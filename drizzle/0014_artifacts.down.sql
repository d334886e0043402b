-- Undoes 0013_artifacts. What tasks have written goes; that they wrote it stays in their history.
DROP TABLE artifact_sends;
DROP TABLE artifacts;
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
