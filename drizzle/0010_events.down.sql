-- Undoes 0010_events.
DROP VIEW bot_shared_memory;
DROP TABLE agent_memory_history, agent_memory;
DROP TABLE event_bridges, event_starts, event_handlers, event_receipts, event_waits, workflow_events;
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
