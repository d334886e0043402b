-- Undoes 0005_waiting_cards.
DROP INDEX cards_waiting_index;
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
