"""数据库迁移 Alembic migrations of the store, run by monitor.store.migrate."""
