-- Undoes 0011_agents.
DROP TABLE agents;
ALTER TABLE calls DROP COLUMN parent_id;
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
