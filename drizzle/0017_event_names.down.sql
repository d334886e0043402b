-- Undoes 0017_event_names. Workflows still say in their texts which events they publish and wait for.
ALTER TABLE workflows DROP COLUMN awaits;
ALTER TABLE workflows DROP COLUMN publishes;
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
