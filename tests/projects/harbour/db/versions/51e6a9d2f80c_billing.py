"""An invoice for each stay, or several"""

from alembic import op

revision = "51e6a9d2f80c"
down_revision = "d04b7e91c3aa"


def upgrade():
    op.execute("CREATE SCHEMA billing")
    op.execute("""
        CREATE TABLE billing.invoices (
            number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            flag char(2) NOT NULL,
            vessel integer NOT NULL,
            arrived date NOT NULL,
            amount numeric(12, 2) NOT NULL CONSTRAINT owed CHECK (amount >= 0),
            FOREIGN KEY (flag, vessel, arrived) REFERENCES quay.calls ON DELETE CASCADE
        )
    """)
    op.execute("CREATE INDEX invoices_of_call ON billing.invoices (flag, vessel, arrived)")


def downgrade():
    op.execute("DROP TABLE billing.invoices")
    op.execute("DROP SCHEMA billing")
