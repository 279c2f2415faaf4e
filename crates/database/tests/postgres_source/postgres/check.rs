//! What a check of a whole PostgreSQL database finds, and that it finds nothing where nothing is wrong.

use insta::assert_snapshot;

use super::engine::{db, open};
use super::suite::check::{findings, report};
use super::suite::support::message;

#[track_caller]
fn found(sql: &str) -> String {
    findings(db(sql).source().as_mut(), &[])
}

#[test]
fn a_database_in_which_nothing_is_wrong_has_no_findings() {
    let db = db("CREATE TABLE p (id SERIAL PRIMARY KEY, code TEXT UNIQUE, a INTEGER, b INTEGER, UNIQUE (a, b));
        CREATE TABLE c (id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, p INTEGER REFERENCES p, code TEXT REFERENCES p (code),
          a INTEGER, b INTEGER, FOREIGN KEY (a, b) REFERENCES p (a, b), CHECK (a > 0));
        CREATE TABLE parts (id INTEGER, day DATE, p INTEGER REFERENCES p, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        INSERT INTO p (code, a, b) VALUES ('x', 1, 1), (NULL, 1, NULL), (NULL, 1, NULL);
        INSERT INTO c (p, code, a, b) VALUES (1, 'x', 1, 1), (NULL, NULL, 9, NULL);
        INSERT INTO parts VALUES (1, '2026-05-05', 1)");
    let before = db.0.content();
    assert_snapshot!(report(db.source().as_mut(), &[]), @"
    c: rows 2, foreign 3, unique 1, full-text 0, sequences 1, columns 0
    p: rows 3, foreign 0, unique 3, full-text 0, sequences 1, columns 0
    parts: rows 1, foreign 1, unique 1, full-text 0, sequences 0, columns 0
    ");
    assert_eq!(db.0.content(), before, "a check never writes");
}

#[test]
fn rows_that_refer_to_nothing_are_found_whether_or_not_the_key_was_validated() {
    assert_snapshot!(found("CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER, b TEXT, UNIQUE (a, b));
        CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER, q BIGINT, a INTEGER, b TEXT, f INTEGER, g TEXT);
        INSERT INTO p VALUES (1, 1, 'x'); INSERT INTO c VALUES (1, 1, 1, 1, 'x', 1, 'x'), (2, 9, NULL, 1, 'y', NULL, NULL), (3, NULL, NULL, NULL, 'z', 1, NULL);
        ALTER TABLE c ADD CONSTRAINT late FOREIGN KEY (p) REFERENCES p NOT VALID,
          ADD CONSTRAINT pair FOREIGN KEY (a, b) REFERENCES p (a, b) NOT VALID,
          ADD CONSTRAINT whole FOREIGN KEY (f, g) REFERENCES p (a, b) MATCH FULL NOT VALID;
        SET session_replication_role = replica;
        ALTER TABLE c ADD CONSTRAINT past FOREIGN KEY (q) REFERENCES p;
        INSERT INTO c (id, q) VALUES (4, 7);
        CREATE TABLE fine (id INTEGER PRIMARY KEY, p INTEGER); ALTER TABLE fine ADD CONSTRAINT fine_p FOREIGN KEY (p) REFERENCES p NOT VALID"), @"
    foreign-key c late (p) → p (id) (1): id 2
      these rows refer to rows that do not exist; the key is NOT VALID, so that rows of before it were never looked at: insert the missing rows, or change, empty or delete the references
    foreign-key c pair (a, b) → p (a, b) (1): id 2
      these rows refer to rows that do not exist; the key is NOT VALID, so that rows of before it were never looked at: insert the missing rows, or change, empty or delete the references
    foreign-key c past (q) → p (id) (1): id 4
      these rows refer to rows that do not exist; they came while the key's triggers were off, as for a restore or a replica, or its index is damaged: insert the missing rows, or change, empty or delete the references
    foreign-key c whole (f, g) → p (a, b) (1): id 3
      these rows refer to rows that do not exist; the key is NOT VALID, so that rows of before it were never looked at: insert the missing rows, or change, empty or delete the references
    note: fine: the foreign key fine_p is NOT VALID, and all rows satisfy it: ALTER TABLE … VALIDATE CONSTRAINT makes it valid
    ");
}

#[test]
fn rows_of_partitions_and_of_tables_that_inherit_are_found_once() {
    assert_snapshot!(found("CREATE TABLE p (id INTEGER PRIMARY KEY);
        CREATE TABLE c (id INTEGER, p INTEGER, PRIMARY KEY (id)) PARTITION BY RANGE (id);
        CREATE TABLE c_1 PARTITION OF c FOR VALUES FROM (0) TO (10); CREATE TABLE c_2 PARTITION OF c FOR VALUES FROM (10) TO (20);
        ALTER TABLE c ADD CONSTRAINT whole FOREIGN KEY (p) REFERENCES p;
        ALTER TABLE c_2 ADD CONSTRAINT part FOREIGN KEY (id) REFERENCES p NOT VALID;
        CREATE TABLE heir (x INTEGER) INHERITS (p);
        SET session_replication_role = replica; INSERT INTO p VALUES (1); INSERT INTO heir VALUES (2, 2);
        INSERT INTO c VALUES (1, 1), (2, 2), (12, NULL)"), @"
    foreign-key c part (id) → p (id) (1): id 12
      these rows refer to rows that do not exist; the key is NOT VALID, so that rows of before it were never looked at: insert the missing rows, or change, empty or delete the references
    foreign-key c whole (p) → p (id) (1): id 2
      these rows refer to rows that do not exist; they came while the key's triggers were off, as for a restore or a replica, or its index is damaged: insert the missing rows, or change, empty or delete the references
    ");
}

#[test]
fn indexes_that_are_not_valid_and_values_that_stand_twice_are_found() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER, c TEXT COLLATE \"C\"); INSERT INTO t VALUES (1, 'x', 1, 'y'), (2, 'x', 1, 'Y'), (3, 'z', NULL, NULL), (4, 'z', NULL, NULL);
        CREATE UNIQUE INDEX fine ON t (c); CREATE UNIQUE INDEX part ON t (b) WHERE a = 'z'; CREATE UNIQUE INDEX lowered ON t (pg_catalog.lower(c), id);
        CREATE UNIQUE INDEX pattern ON t (a text_pattern_ops, id)");
    assert!(db.0.try_psql("CREATE UNIQUE INDEX CONCURRENTLY twice ON t (a, b)").is_err());
    assert_snapshot!(findings(db.source().as_mut(), &[]), @"
    index t twice
      the index is not valid, as after a CREATE INDEX CONCURRENTLY that failed or still runs: no query uses it, and a unique one does not hold for all rows; `REINDEX INDEX` makes it anew, `DROP INDEX` gives it up
    duplicate t twice (a, b) (2): id 1; id 2
      the values are to be unique, and the index does not see that they are not: change or delete all rows but one, then `REINDEX INDEX`
    note: t: the unique index lowered is over expressions or a part of the rows, and was not compared with the rows
    note: t: the unique index part is over expressions or a part of the rows, and was not compared with the rows
    note: t: the unique index pattern compares in a way of its own, and was not compared with the rows
    ");
}

#[test]
fn rows_that_constraints_without_validation_would_refuse_are_found() {
    assert_snapshot!(found("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT, d TEXT);
        CREATE FUNCTION own(INTEGER) RETURNS BOOLEAN LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RAISE EXCEPTION ''ran''; END';
        INSERT INTO t VALUES (1, 1, 'a', '1'), (2, -1, '', 'x'), (3, NULL, NULL, NULL), (4, 0, 'b', '4');
        ALTER TABLE t ADD CONSTRAINT positive CHECK (n > 0) NOT VALID, ADD CONSTRAINT filled CHECK (s <> '' OR s LIKE '%)%') NOT VALID,
          ADD CONSTRAINT fine CHECK (id > 0) NOT VALID, ADD CONSTRAINT quotient CHECK (1 / n < 5) NOT VALID;
        ALTER TABLE t ADD CONSTRAINT own CHECK (own(n)) NOT VALID, ADD CONSTRAINT query CHECK (query_to_xml('SELECT 1/0', true, true, s) IS NOT NULL) NOT VALID"), @"
    check t filled (1): id 2
      the constraint is NOT VALID, so that rows of before it were never looked at: change these rows, or the constraint
    check t positive (2): id 2; id 4
      the constraint is NOT VALID, so that rows of before it were never looked at: change these rows, or the constraint
    note: t: the constraint fine is NOT VALID, and all rows satisfy it: ALTER TABLE … VALIDATE CONSTRAINT makes it valid
    note: t: the constraint own is not valid, and was not asked of the rows, since functions would run that are not the server's own or not immutable
    note: t: the constraint query is not valid, and was not asked of the rows, since functions would run that are not the server's own or not immutable
    note: t: the constraint quotient could not be asked of the rows: a division by zero
    ");
}

#[test]
fn sequences_behind_their_rows_are_found() {
    assert_snapshot!(found("CREATE TABLE a (id SERIAL PRIMARY KEY, x TEXT); CREATE TABLE b (id INTEGER GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY);
        CREATE TABLE fine (id SERIAL PRIMARY KEY); CREATE SEQUENCE shared; CREATE SEQUENCE down INCREMENT -1;
        CREATE TABLE c (id INTEGER PRIMARY KEY DEFAULT nextval('shared')); CREATE TABLE d (id INTEGER PRIMARY KEY DEFAULT nextval('shared'));
        CREATE TABLE e (id INTEGER PRIMARY KEY DEFAULT nextval('down'));
        INSERT INTO a VALUES (5, 'secret'); INSERT INTO b VALUES (1); INSERT INTO fine DEFAULT VALUES; INSERT INTO d VALUES (9); INSERT INTO e VALUES (-4)"), @r#"
    sequence a public.a_id_seq
      the sequence is behind the rows of a, so that an INSERT without a value meets one that is taken: `SELECT setval('"public"."a_id_seq"', (SELECT max("id") FROM ONLY "public"."a"))`
    sequence b public.b_id_seq
      the sequence is behind the rows of b, so that an INSERT without a value meets one that is taken: `SELECT setval('"public"."b_id_seq"', (SELECT max("id") FROM ONLY "public"."b"))`
    sequence c public.shared
      the sequence is behind the rows of c, d, so that an INSERT without a value meets one that is taken: set it to the value that is furthest in its tables, with `setval`
    sequence e public.down
      the sequence is behind the rows of e, so that an INSERT without a value meets one that is taken: `SELECT setval('"public"."down"', (SELECT min("id") FROM ONLY "public"."e"))`
    "#);
}

#[test]
fn only_the_tables_that_are_named_are_looked_at() {
    let db = db("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE a (id INTEGER PRIMARY KEY, p INTEGER); CREATE TABLE b (id INTEGER PRIMARY KEY, p INTEGER);
        INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (1, 1); ALTER TABLE a ADD FOREIGN KEY (p) REFERENCES p NOT VALID; ALTER TABLE b ADD FOREIGN KEY (p) REFERENCES p NOT VALID");
    assert_snapshot!(report(db.source().as_mut(), &["a"]), @"
    a: rows 1, foreign 1, unique 1, full-text 0, sequences 0, columns 0
    foreign-key a a_p_fkey (p) → p (id) (1): id 1
      these rows refer to rows that do not exist; the key is NOT VALID, so that rows of before it were never looked at: insert the missing rows, or change, empty or delete the references
    ");
}

#[test]
fn a_row_without_a_key_is_named_by_its_place_and_names_are_quoted() {
    assert_snapshot!(found("CREATE SCHEMA \"s s\"; CREATE TABLE \"s s\".\"p p\" (\"i d\" INTEGER PRIMARY KEY);
        CREATE TABLE \"s s\".\"c c\" (\"x y\" INTEGER, secret TEXT); INSERT INTO \"s s\".\"c c\" VALUES (7, 'hidden');
        ALTER TABLE \"s s\".\"c c\" ADD CONSTRAINT \"k k\" FOREIGN KEY (\"x y\") REFERENCES \"s s\".\"p p\" NOT VALID"), @"
    foreign-key c c k k (x y) → p p (i d) (1): ctid '(0,1)'
      these rows refer to rows that do not exist; the key is NOT VALID, so that rows of before it were never looked at: insert the missing rows, or change, empty or delete the references
    ");
}

#[test]
fn a_role_that_may_not_read_a_table_hears_which_right_is_missing() {
    let db = db("CREATE TABLE t (id SERIAL PRIMARY KEY); CREATE TABLE u (id INTEGER PRIMARY KEY)");
    let role = db.0.role("ana", "");
    db.0.psql(&format!("GRANT SELECT ON t TO {role}"));
    let mut source = open(&db.0.url_of(&role)).unwrap();
    assert_snapshot!(findings(source.as_mut(), &["t"]).replace(&role, "ana"), @"
    note: the role ana cannot read the sequence public.t_id_seq: whether it is behind the rows of t is unknown
    ");
    let error = source.check(&[], &mut |_, _| ()).unwrap_err();
    let said = message(&error).replace(&role, "ana").replace(db.0.name(), "demo");
    assert!(said.contains("GRANT SELECT"), "{said}");
}
