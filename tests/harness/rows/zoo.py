"""
Schemas of keys of every form, small enough to be read and to be proved in a moment.
"""

ZOO = {
    "shop": """
        CREATE TABLE customers (
            id uuid PRIMARY KEY,
            email varchar(255) NOT NULL UNIQUE CHECK (email LIKE '%@%'),
            state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'active', 'gone'))
        );
        CREATE TABLE orders (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            customer uuid NOT NULL REFERENCES customers ON DELETE CASCADE ON UPDATE CASCADE,
            friend uuid REFERENCES customers ON DELETE SET NULL ON UPDATE RESTRICT,
            total numeric(10, 2) NOT NULL CHECK (total > 0)
        );
        CREATE TABLE lines (
            order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE,
            n int NOT NULL CHECK (n > 0),
            note text,
            size int GENERATED ALWAYS AS (n * 2) STORED,
            PRIMARY KEY (order_id, n)
        );
    """,
    "tenants": """
        CREATE TABLE tenants (id int PRIMARY KEY);
        CREATE TABLE orders (
            tenant int NOT NULL REFERENCES tenants ON DELETE CASCADE ON UPDATE CASCADE,
            id int,
            PRIMARY KEY (tenant, id)
        );
        CREATE TABLE goods (
            tenant int NOT NULL REFERENCES tenants ON DELETE CASCADE ON UPDATE CASCADE,
            id int,
            up int,
            PRIMARY KEY (tenant, id),
            FOREIGN KEY (tenant, up) REFERENCES goods ON DELETE SET NULL (up)
        );
        CREATE TABLE lines (
            tenant int NOT NULL,
            order_id int,
            good int,
            FOREIGN KEY (tenant, order_id) REFERENCES orders ON DELETE CASCADE ON UPDATE CASCADE,
            FOREIGN KEY (tenant, good) REFERENCES goods ON DELETE RESTRICT
        );
    """,
    "trees": """
        CREATE TABLE nodes (
            id int PRIMARY KEY,
            up int REFERENCES nodes ON DELETE CASCADE ON UPDATE CASCADE,
            root int NOT NULL REFERENCES nodes ON UPDATE CASCADE,
            next int UNIQUE REFERENCES nodes ON DELETE SET NULL ON UPDATE SET NULL
        );
    """,
    "a circle of keys that are required": """
        CREATE TABLE chickens (id int PRIMARY KEY, egg int NOT NULL);
        CREATE TABLE eggs (id int PRIMARY KEY, chicken int NOT NULL REFERENCES chickens
            ON DELETE CASCADE ON UPDATE CASCADE);
        ALTER TABLE chickens ADD FOREIGN KEY (egg) REFERENCES eggs ON UPDATE CASCADE;
    """,
    "diamonds": """
        CREATE TABLE a (id int PRIMARY KEY);
        CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a ON DELETE CASCADE);
        CREATE TABLE c (
            id int PRIMARY KEY,
            b int REFERENCES b ON DELETE CASCADE,
            a int REFERENCES a ON DELETE NO ACTION,
            x int REFERENCES a ON DELETE CASCADE,
            y int REFERENCES a ON DELETE RESTRICT,
            z int REFERENCES a ON DELETE SET NULL
        );
    """,
    "looked at later": """
        CREATE TABLE a (id int PRIMARY KEY, b int);
        CREATE TABLE b (
            id int PRIMARY KEY,
            a int NOT NULL REFERENCES a ON DELETE NO ACTION DEFERRABLE INITIALLY DEFERRED,
            other int REFERENCES a ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
            third int REFERENCES a ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED
        );
        ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b ON DELETE SET NULL DEFERRABLE;
    """,
    "all or nothing": """
        CREATE TABLE pairs (a int, b text, PRIMARY KEY (a, b));
        CREATE TABLE users (
            id int PRIMARY KEY,
            a int,
            b text DEFAULT '2x',
            c text,
            FOREIGN KEY (a, b) REFERENCES pairs MATCH FULL
                ON DELETE SET NULL (a) ON UPDATE CASCADE,
            FOREIGN KEY (a, c) REFERENCES pairs MATCH FULL ON DELETE SET NULL ON UPDATE SET DEFAULT
        );
    """,
    "defaults": """
        CREATE TABLE a (id int PRIMARY KEY);
        CREATE TABLE b (
            id int PRIMARY KEY,
            one int DEFAULT 20001 REFERENCES a ON DELETE SET DEFAULT ON UPDATE SET DEFAULT,
            two int NOT NULL DEFAULT 20002 REFERENCES a ON DELETE SET DEFAULT,
            alone int UNIQUE DEFAULT 20001 REFERENCES a ON DELETE SET DEFAULT
        );
    """,
    "unique columns": """
        CREATE TYPE mood AS ENUM ('glad', 'sad');
        CREATE TABLE people (id int PRIMARY KEY, email text UNIQUE, mood mood UNIQUE);
        CREATE TABLE letters (
            email text REFERENCES people (email) ON DELETE CASCADE ON UPDATE CASCADE,
            mood mood REFERENCES people (mood) ON DELETE SET NULL ON UPDATE CASCADE
        );
    """,
    "one to one and many to many": """
        CREATE TABLE a (id int PRIMARY KEY);
        CREATE TABLE b (id int PRIMARY KEY REFERENCES a ON DELETE CASCADE ON UPDATE CASCADE);
        CREATE TABLE c (id int PRIMARY KEY REFERENCES b ON DELETE CASCADE ON UPDATE CASCADE);
        CREATE TABLE ties (
            a int REFERENCES a ON DELETE CASCADE ON UPDATE CASCADE,
            c int REFERENCES c ON DELETE CASCADE ON UPDATE CASCADE,
            PRIMARY KEY (a, c)
        );
    """,
    "values that are handed on": """
        CREATE TABLE c (id int PRIMARY KEY, code text UNIQUE);
        CREATE TABLE b (
            id int PRIMARY KEY,
            code text UNIQUE REFERENCES c (code) ON DELETE CASCADE ON UPDATE CASCADE
        );
        CREATE TABLE a (code text REFERENCES b (code) ON DELETE SET NULL ON UPDATE CASCADE);
    """,
    "names": """
        CREATE TABLE "Order Items" ("select" int PRIMARY KEY, "50%" int);
        CREATE TABLE "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" (
            "Order Id" int CONSTRAINT "the ""key"" of it"
                REFERENCES "Order Items" ON DELETE CASCADE,
            "%(id)s" int CONSTRAINT "%s" REFERENCES "Order Items" ON DELETE SET NULL
        );
    """,
}
