-- Demo Data Export
-- Format: 1
-- Scenario: spring
-- Version: v1_2026-11-20
-- Generated: 2026-11-20T00:00:00Z
-- Source: sqlite
-- Engines: sqlite, postgres
-- Raw: sqlite >= 3.38, postgres >= 14
-- Definition: {"total":"customers","breakdown":{"orders":"status"}}
-- Table: {"name":"customers","columns":[["id","integer"],["email","text"],["name","text"],["is_demo","boolean"]],"key":["id"],"select":[[[["is_demo"],"in",[true]]]]}
-- Table: {"name":"orders","columns":[["id","integer"],["customer_id","integer"],["placed_at","timestamp"],["status","text"],["note","text"]],"key":["id"],"references":[{"columns":["customer_id"],"to":"customers","key":["id"],"child":true}]}
-- Table: {"name":"products","columns":[["sku","text"],["name","text"],["price_cents","integer"]],"key":["sku"]}
-- Table: {"name":"order_lines","columns":[["order_id","integer"],["line","integer"],["product_sku","text"],["quantity","integer"],["price_cents","integer"]],"key":["order_id","line"],"references":[{"columns":["order_id"],"to":"orders","key":["id"],"child":true},{"columns":["product_sku"],"to":"products","key":["sku"]}]}
-- Total Customers: 3
-- Total Records: 18

BEGIN;

-- Cleanup: rows of scenario spring
DELETE FROM "order_lines" WHERE "order_id" IN (SELECT "id" FROM "orders" WHERE "customer_id" IN (SELECT "id" FROM "customers" WHERE "is_demo" IN (TRUE)));
DELETE FROM "orders" WHERE "customer_id" IN (SELECT "id" FROM "customers" WHERE "is_demo" IN (TRUE));
DELETE FROM "customers" WHERE "is_demo" IN (TRUE);

-- customers (3 records)
INSERT INTO "customers" ("id", "email", "name", "is_demo") VALUES
  (1, 'ines@example.org', 'Ines Carvalho', TRUE)
, (2, 'garden@school.example', 'Tomasz Wójcik, school garden', TRUE)
, (3, 'ama@example.net', 'Ama Owusu', TRUE)
;

-- orders (4 records)
INSERT INTO "orders" ("id", "customer_id", "placed_at", "status", "note") VALUES
  (1, 1, '2026-04-02 07:15:00', 'sent', NULL)
, (2, 2, '2026-04-03 11:40:00', 'paid', 'Invoice to the school, please.
No plastic.')
, (3, 1, '2026-04-11 19:02:00', 'paid', NULL)
, (4, 3, '2026-04-12 08:30:00', 'open', NULL)
;

-- products (4 shared records)
INSERT INTO "products" ("sku", "name", "price_cents") VALUES
  ('BEAN-BLUE', 'Climbing bean ''Blauhilde''', 340)
, ('DILL', 'Dill', 190)
, ('SQUASH-UCHIKI', 'Squash ''Uchiki Kuri''', 420)
, ('TOM-BLACK', 'Tomato ''Black Cherry''', 390)
ON CONFLICT DO NOTHING
;

-- order_lines (7 records)
INSERT INTO "order_lines" ("order_id", "line", "product_sku", "quantity", "price_cents") VALUES
  (1, 1, 'TOM-BLACK', 2, 390)
, (1, 2, 'DILL', 1, 190)
, (2, 1, 'BEAN-BLUE', 12, 310)
, (2, 2, 'SQUASH-UCHIKI', 8, 380)
, (3, 1, 'BEAN-BLUE', 1, 340)
, (4, 1, 'TOM-BLACK', 1, 390)
, (4, 2, 'SQUASH-UCHIKI', 1, 420)
;

-- Verification
SELECT 'customers' AS "table", 3 AS "expected", COUNT(*) AS "actual" FROM "customers" WHERE "is_demo" IN (TRUE);
SELECT 'orders' AS "table", 4 AS "expected", COUNT(*) AS "actual" FROM "orders" WHERE "customer_id" IN (SELECT "id" FROM "customers" WHERE "is_demo" IN (TRUE));
SELECT 'order_lines' AS "table", 7 AS "expected", COUNT(*) AS "actual" FROM "order_lines" WHERE "order_id" IN (SELECT "id" FROM "orders" WHERE "customer_id" IN (SELECT "id" FROM "customers" WHERE "is_demo" IN (TRUE)));

COMMIT;
-- Content: sha256:8e8330424365dc543bfd520900cc4e5c2f10d62c5adcc42b7c70fdc575bc7b90
-- File: sha256:ce4c1a6847a18e48ca2f233d532523eaaa1846158a46529d7ef96f8702bc80cd
-- End of export
