"""迁移环境 runs migrations on the connection that monitor.store hands over; there is no other way in."""

from alembic import context

from monitor.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    transactional_ddl=True,
)
context.run_migrations()
