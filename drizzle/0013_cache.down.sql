-- Undoes 0015_cache.
DROP INDEX "calls_cache_index";
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
