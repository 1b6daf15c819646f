-- SPDX-License-Identifier: MIT
-- A small web shop with planted faults. Each is marked FAULT with the check that finds it and the place;
-- quickstart.sh proves that the reports name them all. Every row is computed: only the times, which are
-- relative to the present, differ from run to run.
PRAGMA foreign_keys = OFF;
BEGIN;

CREATE TABLE customers (
    customer_id INTEGER PRIMARY KEY,
    first_name  TEXT NOT NULL,
    last_name   TEXT NOT NULL,
    email       TEXT NOT NULL,
    city        TEXT,
    fax         TEXT, -- nobody has ever filled it; FAULT completeness.all_null customers(fax)
    created_at  TEXT NOT NULL
);

CREATE TABLE products (
    product_id INTEGER PRIMARY KEY,
    sku        TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    price      NUMERIC NOT NULL,
    stock      INTEGER NOT NULL -- some rows hold text; FAULT validity.declared_type products(stock)
);

CREATE TABLE orders (
    order_id    INTEGER PRIMARY KEY,
    -- Some customers do not exist. FAULT integrity.orphans orders(customer_id)
    customer_id INTEGER NOT NULL REFERENCES customers (customer_id),
    status      TEXT NOT NULL,
    currency    TEXT NOT NULL, -- FAULT distribution.constant orders(currency)
    ordered_at  TEXT NOT NULL
);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE INDEX orders_customer_id ON orders (customer_id); -- FAULT schema.duplicate_index orders(customer_id)
CREATE INDEX orders_by_time ON orders (ordered_at);

CREATE TABLE order_items (
    order_id   INTEGER NOT NULL REFERENCES orders (order_id),
    line       INTEGER NOT NULL,
    -- No index begins with it. FAULT schema.foreign_key_index order_items(product_id)
    product_id INTEGER NOT NULL REFERENCES products (product_id),
    quantity   INTEGER NOT NULL,
    price      NUMERIC NOT NULL,
    PRIMARY KEY (order_id, line)
);

CREATE TABLE payments ( -- FAULT schema.primary_key payments
    order_id INTEGER NOT NULL REFERENCES orders (order_id),
    method   TEXT NOT NULL,
    amount   NUMERIC NOT NULL,
    paid_at  TEXT
);
CREATE INDEX payments_by_order ON payments (order_id);

CREATE TABLE returns ( -- FAULT table.not_empty returns
    return_id INTEGER PRIMARY KEY,
    order_id  INTEGER NOT NULL REFERENCES orders (order_id),
    reason    TEXT
);
CREATE INDEX returns_by_order ON returns (order_id);

-- The feed broke weeks ago, and one row of 2099 hides it.
-- FAULT freshness.max_age events(occurred_at)
-- FAULT freshness.future_rows events(occurred_at)
CREATE TABLE events (
    event_id    INTEGER PRIMARY KEY,
    customer_id INTEGER REFERENCES customers (customer_id),
    kind        TEXT NOT NULL,
    occurred_at TEXT NOT NULL
);
CREATE INDEX events_by_customer ON events (customer_id);

CREATE TEMPORARY TABLE first_names (n INTEGER PRIMARY KEY, name TEXT);
INSERT INTO first_names (n, name) VALUES
    (0, 'Ada'), (1, 'Bela'), (2, 'Chiara'), (3, 'Deniz'), (4, 'Élodie'), (5, 'Farid'), (6, 'Grace'),
    (7, 'Hanna'), (8, 'Ivo'), (9, 'Jun'), (10, 'Katya');
CREATE TEMPORARY TABLE last_names (n INTEGER PRIMARY KEY, name TEXT);
INSERT INTO last_names (n, name) VALUES
    (0, 'Lovelace'), (1, 'Nagy'), (2, 'Rossi'), (3, 'Yılmaz'), (4, 'Dubois'), (5, 'Haddad'),
    (6, 'Hopper'), (7, 'Müller'), (8, 'Novak'), (9, 'Tanaka'), (10, 'Petrova'), (11, 'O''Brien'),
    (12, 'van der Berg');
CREATE TEMPORARY TABLE cities (n INTEGER PRIMARY KEY, name TEXT);
INSERT INTO cities (n, name) VALUES
    (0, 'Bologna'), (1, 'Porto'), (2, 'Gdańsk'), (3, 'Utrecht'), (4, 'Aarhus'), (5, NULL);

WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 1200)
INSERT INTO customers
SELECT i, f.name, l.name, lower(substr('abcdefghijkl', i % 11 + 1, 1)) || i || '@example.org', c.name,
       NULL, datetime('now', '-' || (900 - i * 3 / 5) || ' days', '-' || (i * 37 % 1440) || ' minutes')
FROM numbers
JOIN first_names f ON f.n = i % 11
JOIN last_names l ON l.n = i % 13
JOIN cities c ON c.n = i % 6;
-- 25 customers signed up again under a new number. FAULT duplicates.surplus customers(email)
INSERT INTO customers
SELECT customer_id + 10000, first_name, last_name, email, city, fax, datetime(created_at, '+3 hours')
FROM customers WHERE customer_id % 48 = 0;

WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 150)
INSERT INTO products
SELECT n, printf('SKU-%04d', n), printf('%s %d', rtrim(substr('Lamp ChairTableShelfStool', n % 5 * 5 + 1, 5)), n),
       round(5 + n * 7919 % 20000 / 100.0, 2), n * 31 % 240
FROM numbers;
UPDATE products SET stock = CASE product_id % 3 WHEN 0 THEN 'n/a' ELSE '12 pcs' END
WHERE product_id IN (17, 42, 60, 99, 121);

WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 8000)
INSERT INTO orders
SELECT n, n * 7 % 1200 + 1,
       CASE WHEN n > 7900 THEN 'open' WHEN n % 29 = 0 THEN 'cancelled' ELSE 'delivered' END, 'EUR',
       datetime('now', '-' || ((8000 - n) * 65 + n % 13) || ' minutes')
FROM numbers;
UPDATE orders SET customer_id = 5000 + order_id % 9 WHERE order_id % 211 = 0;

INSERT INTO order_items
SELECT o.order_id, line.n, (o.order_id * 11 + line.n * 17) % 150 + 1, o.order_id % 4 + 1,
       round(5 + o.order_id * line.n % 9000 / 100.0, 2)
FROM orders o
JOIN (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3) line ON line.n <= o.order_id % 3 + 1;

INSERT INTO payments
SELECT o.order_id, CASE o.order_id % 3 WHEN 0 THEN 'card' WHEN 1 THEN 'transfer' ELSE 'invoice' END,
       sum(i.quantity * i.price),
       CASE WHEN o.status = 'open' THEN NULL ELSE datetime(o.ordered_at, '+2 hours') END
FROM orders o JOIN order_items i USING (order_id)
WHERE o.status <> 'cancelled'
GROUP BY o.order_id;

WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000)
INSERT INTO events
SELECT n, CASE WHEN n % 4 = 0 THEN NULL ELSE n % 1200 + 1 END,
       CASE n % 3 WHEN 0 THEN 'visit' WHEN 1 THEN 'search' ELSE 'basket' END,
       datetime('now', '-40 days', '-' || ((5000 - n) * 7) || ' minutes')
FROM numbers;
INSERT INTO events VALUES (5001, 1, 'visit', '2099-12-31 23:59:59');

COMMIT;
