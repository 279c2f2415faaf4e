//! Everything that a PostgreSQL column can hold: to a file and back into PostgreSQL it is equal row by row; into SQLite it
//! is equal, or refused by column with the reason.

use test_support::Sandbox;
use test_support::postgres::TestDatabase;

use super::{content_digest, exported, lasting};
use crate::{done, versions, with_scenario};

/// A schema with rows, exported and imported into a copy of itself.
struct Case {
    /// Below `scenario: laws`.
    scenario: &'static str,
    schema: &'static str,
    rows: &'static str,
    /// Queries whose results must be the same in the copy.
    exact: &'static [&'static str],
}

impl Case {
    /// Source and copy, after both were compared.
    #[track_caller]
    fn check(&self) -> (Sandbox, TestDatabase, TestDatabase) {
        let sandbox = with_scenario(&format!("scenario: laws\n{}", self.scenario));
        let source = TestDatabase::new();
        source.psql(self.schema);
        source.psql(self.rows);
        done(&sandbox, &["demo-export", "laws", "--database", &source.url()]);
        let (_, first) = versions(&sandbox, "laws").pop_last().expect("a version");
        let copy = TestDatabase::new();
        copy.psql(self.schema);
        let run = done(&sandbox, &["demo-import", "laws", "--database", &copy.url()]);
        assert!(run.stdout.contains("read back and equal to the file"), "{}", run.transcript());
        let again = exported(&sandbox, "laws", &copy.url());
        assert_eq!(lasting(&again), lasting(&first));
        assert_eq!(content_digest(&again), content_digest(&first));
        for query in self.exact {
            assert_eq!(copy.psql(query), source.psql(query), "{query}");
        }
        let run = done(&sandbox, &["demo-import", "laws", "--database", &copy.url()]);
        assert!(run.stdout.contains("nothing was changed"), "{}", run.transcript());
        let run = done(&sandbox, &["demo-export", "laws", "--database", &copy.url()]);
        assert!(run.stdout.contains("is unchanged since"), "{}", run.transcript());
        (sandbox, source, copy)
    }

    /// As [`Case::check`], and through SQLite: tables made there, exported again, and back into PostgreSQL.
    #[track_caller]
    fn check_crossing(&self) {
        let (sandbox, source, _) = self.check();
        let (_, first) = versions(&sandbox, "laws").pop_last().expect("a version");
        done(&sandbox, &["demo-import", "laws", "--database", "sqlite:cross.sqlite", "--create-schema"]);
        let crossed = exported(&sandbox, "laws", "sqlite:cross.sqlite");
        assert_eq!(content_digest(&crossed), content_digest(&first));
        assert_eq!(lasting(&crossed), lasting(&first));
        let back = TestDatabase::new();
        back.psql(self.schema);
        sandbox.write("crossed.sql", &crossed);
        done(&sandbox, &["demo-import", "laws", "--file", "crossed.sql", "--database", &back.url()]);
        for query in self.exact {
            assert_eq!(back.psql(query), source.psql(query), "{query}");
        }
    }
}

#[test]
fn identities_generated_columns_and_numbers() {
    Case {
        scenario: "select: { numbers: all }\n",
        schema: "CREATE TABLE numbers (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, small smallint, big bigint, exact numeric(38,20),
            free numeric, double double precision, single real,
            twice numeric GENERATED ALWAYS AS (exact * 2) STORED);",
        rows: "INSERT INTO numbers (id, small, big, exact, free, double, single) OVERRIDING SYSTEM VALUE VALUES
            (1, -32768, 9223372036854775807, 123456789012345678.12345678901234567890, 1.10, 0.1, 0.1),
            (7, 32767, -9223372036854775808, -0.00000000000000000001, 1.1, 1e308, 3.4e38),
            (9, 0, 0, 0, 0.000, 5e-324, 1e-45), (12, NULL, NULL, NULL, NULL, 5, 5),
            (13, 1, 1, 1, 1e30, 'Infinity', '-Infinity'), (14, 1, 1, 1, -1e-30, -1.5, 16777216);",
        exact: &["SELECT * FROM numbers ORDER BY id"],
    }
    .check_crossing();
}

#[test]
fn what_only_postgres_can_hold_goes_back_to_postgres_and_is_refused_for_sqlite() {
    let case = Case {
        scenario: "engines: [postgres]\nselect: { odd: all }\n",
        schema: "CREATE TABLE odd (id integer PRIMARY KEY, double double precision, exact numeric, day date, at timestamptz, clock time);",
        rows: "INSERT INTO odd VALUES (1, 'NaN', 'NaN', 'infinity', '-infinity', '24:00:00'),
            (2, 'Infinity', 'Infinity', '0044-03-15 BC', '10000-01-01 00:00:00+00', '00:00:00.000001'),
            (3, '-Infinity', '-Infinity', '-infinity', 'infinity', '23:59:59.999999');",
        exact: &["SELECT * FROM odd ORDER BY id"],
    };
    let (sandbox, source, _) = case.check();
    sandbox.write("demo-snapshots/laws/scenario.yaml", "scenario: laws\nselect: { odd: all }\n");
    let run = sandbox.run(&["demo-export", "laws", "--database", &source.url()]).expect_code(3);
    assert!(
        run.stderr.contains("odd.double") && run.stderr.contains("SQLite has no NaN"),
        "{}",
        run.transcript()
    );
}

#[test]
fn dates_times_and_what_has_no_end_cross_both_engines() {
    Case {
        scenario: "select: { times: all }\n",
        schema: "CREATE TABLE times (id integer PRIMARY KEY, day date, clock time, zoned timetz, at timestamp, instant timestamptz, span interval);",
        rows: "INSERT INTO times VALUES
            (1, '2026-11-20', '10:30:00', '10:30:00+02', '2026-11-20 10:30:00.5', '2026-11-20 10:30:00+05:30', '1 year 2 mons 3 days 04:05:06.7'),
            (2, 'infinity', '24:00:00', '00:00:00-12', '-infinity', 'infinity', '-1 days'),
            (3, '0044-03-15 BC', '00:00:00.000001', NULL, '10000-01-01 00:00:00', '0044-03-15 10:00:00 BC', '0');",
        exact: &["SELECT * FROM times ORDER BY id"],
    }
    .check_crossing();
}

#[test]
fn text_bytes_and_json_cross_both_engines() {
    Case {
        scenario: "select: { texts: all }\n",
        schema: "CREATE TABLE texts (id integer PRIMARY KEY, body text, short varchar(40), fixed char(5), bytes bytea, plain json, binary_json jsonb);",
        rows: r#"INSERT INTO texts VALUES
            (1, E'it''s\n\ta \\ line\r\n\x01 end', 'NULL', 'ab', '\x', '{"b": 1e2, "a": [1.50, null, true]}', '{"b": 1e2, "a": [1.50, null, true]}'),
            (2, '', '', '', (SELECT string_agg(decode(lpad(to_hex(i), 2, '0'), 'hex'), '' ORDER BY i) FROM generate_series(0, 255) AS i), 'null', '"x"'),
            (3, U&'\200B\202E\FEFF \+01F600 ä', 'TRUE', '12345', '\x00', '[]', '1.00');"#,
        exact: &[
            "SELECT id, body, short, fixed, bytes, plain::jsonb, binary_json FROM texts ORDER BY id",
        ],
    }
    .check_crossing();
}

#[test]
fn enums_domains_arrays_ranges_and_uuids_cross_both_engines() {
    Case {
        scenario: "select: { kinds: all }\n",
        schema: "CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'Happy');
            CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
            CREATE DOMAIN slug AS text NOT NULL CHECK (VALUE ~ '^[a-z-]+$');
            CREATE TABLE kinds (id uuid PRIMARY KEY, mood mood, count positive, slug slug, tags text[], grid integer[][], moods mood[], span int4range, days daterange, address inet, flag boolean);",
        rows: r#"INSERT INTO kinds VALUES
            ('6f1c2f0e-8d0a-4a0e-9f0b-0c7d3b1a2e4f', 'it''s ok', 7, 'a-b', '{a,"b c",NULL,"q\"uote",""}', '{{1,2},{3,4}}', '{sad,Happy}', '[1,5)', '[2026-01-01,)', '10.0.0.1/8', true),
            ('00000000-0000-0000-0000-000000000000', 'Happy', 1, 'z', '{}', NULL, NULL, 'empty', NULL, '::1', false),
            ('ffffffff-ffff-ffff-ffff-ffffffffffff', NULL, NULL, 'x', '[2:3]={a,b}', '{}', '{}', '(,)', NULL, NULL, NULL);"#,
        exact: &["SELECT * FROM kinds ORDER BY id"],
    }
    .check_crossing();
}

#[test]
fn mixed_case_reserved_names_a_second_schema_and_keys_of_every_shape() {
    Case {
        scenario: "select: { User: all, \"order\": all, Straße: all, notes: all, loose: all }\n",
        schema: r#"CREATE SCHEMA "Other Schema";
            CREATE TABLE "User" ("Id" integer PRIMARY KEY, "select" text, "group by" text UNIQUE);
            CREATE TABLE "Other Schema"."order" (a integer, b text, "table" integer REFERENCES "User" ("Id"), PRIMARY KEY (b, a));
            CREATE TABLE "Straße" ("ключ" text COLLATE "C" PRIMARY KEY, a integer, b text, FOREIGN KEY (a, b) REFERENCES "Other Schema"."order" (a, b) DEFERRABLE);
            CREATE TABLE notes (id integer PRIMARY KEY, parent integer REFERENCES notes, "by" text REFERENCES "User" ("group by") ON DELETE SET NULL);
            CREATE TABLE loose (a integer, b text);"#,
        rows: r#"INSERT INTO "User" VALUES (2, 'x', 'g2'), (1, NULL, 'g1');
            INSERT INTO "Other Schema"."order" VALUES (1, 'B', 2), (1, 'a', 1), (2, 'B', NULL);
            INSERT INTO "Straße" VALUES ('я', 1, 'a'), ('Z', 2, 'B'), ('a', NULL, 'B');
            INSERT INTO notes VALUES (1, 2, 'g1'), (2, NULL, NULL), (3, 1, 'g2');
            INSERT INTO loose VALUES (1, 'x'), (1, 'x'), (NULL, NULL), (NULL, NULL), (0, 'y');"#,
        exact: &[
            r#"SELECT * FROM "User" ORDER BY 1"#, r#"SELECT * FROM "Other Schema"."order" ORDER BY 1, 2"#,
            r#"SELECT * FROM "Straße" ORDER BY 1"#, "SELECT * FROM notes ORDER BY 1", "SELECT * FROM loose ORDER BY 1, 2",
        ],
    }
    .check_crossing();
}

#[test]
fn partitioned_tables_are_read_and_written_through_their_root() {
    Case {
        scenario: "select: { events: all }\n",
        schema: "CREATE TABLE events (id integer, kind text, at date NOT NULL, PRIMARY KEY (id, at, kind)) PARTITION BY RANGE (at);
            CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
            CREATE TABLE events_new PARTITION OF events FOR VALUES FROM ('2026-01-01') TO (MAXVALUE) PARTITION BY LIST (kind);
            CREATE TABLE events_new_a PARTITION OF events_new FOR VALUES IN ('a');
            CREATE TABLE events_new_rest PARTITION OF events_new DEFAULT;",
        rows: "INSERT INTO events VALUES (3, 'a', '2026-05-01'), (1, 'b', '2020-05-01'), (2, 'c', '2027-01-01');",
        exact: &["SELECT tableoid::regclass, * FROM events ORDER BY id"],
    }
    .check_crossing();
}

#[test]
fn legacy_inheritance_reads_each_table_alone() {
    Case {
        scenario: "select: { base: all, derived: all }\n",
        schema: "CREATE TABLE base (id integer PRIMARY KEY, note text);
            CREATE TABLE derived (extra text, PRIMARY KEY (id)) INHERITS (base);",
        rows: "INSERT INTO base VALUES (1, 'b'); INSERT INTO derived VALUES (2, 'd', 'x'), (3, 'd', NULL);",
        exact: &["SELECT * FROM ONLY base ORDER BY id", "SELECT * FROM derived ORDER BY id"],
    }
    .check();
}

#[test]
fn a_role_under_row_level_security_imports_its_own_rows_and_cannot_export_what_is_hidden() {
    let sandbox = with_scenario("scenario: laws\nengines: [postgres]\nselect: { notes: all }\n");
    let schema = "CREATE TABLE notes (id integer PRIMARY KEY, owner text NOT NULL, body text);
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY; ALTER TABLE notes FORCE ROW LEVEL SECURITY;
        CREATE POLICY own ON notes USING (owner = 'demo') WITH CHECK (owner = 'demo');";
    let source = TestDatabase::new();
    source.psql(schema);
    source.psql("INSERT INTO notes VALUES (1, 'demo', 'mine'), (2, 'demo', 'too')");
    done(&sandbox, &["demo-export", "laws", "--database", &source.url()]);
    let target = TestDatabase::new();
    target.psql(schema);
    let role = target.role("reader", "");
    target.psql(&format!("GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO {role}"));
    let url = target.url_of(&role);
    let run = done(&sandbox, &["demo-import", "laws", "--database", &url]);
    assert!(run.stdout.contains("read back and equal to the file"), "{}", run.transcript());
    assert_eq!(target.psql("SELECT count(*) FROM notes"), "2");
    let run = sandbox.run(&["demo-export", "laws", "--database", &url]);
    assert_ne!(run.code, Some(0), "{}", run.transcript());
    assert!(run.stderr.contains("row-level security"), "{}", run.transcript());
}

#[test]
fn triggers_that_audit_or_rewrite_are_silent_and_come_back_as_they_were() {
    let sandbox = with_scenario("scenario: laws\nengines: [postgres]\nselect: { notes: all }\n");
    let schema = "CREATE TABLE notes (id integer PRIMARY KEY, body text);
        CREATE TABLE audit (at serial PRIMARY KEY, what text);
        CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.body := NEW.body || ' (stamped)'; RETURN NEW; END $$;
        CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.audit (what) VALUES (TG_OP); RETURN NULL; END $$;
        CREATE TRIGGER rewrites BEFORE INSERT OR UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION stamp();
        CREATE TRIGGER audits AFTER INSERT OR UPDATE OR DELETE ON notes FOR EACH ROW EXECUTE FUNCTION log();
        CREATE TRIGGER sleeps AFTER DELETE ON notes FOR EACH ROW EXECUTE FUNCTION log();
        ALTER TABLE notes DISABLE TRIGGER sleeps;";
    let enabled = "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1";
    let source = TestDatabase::new();
    source.psql(schema);
    source.psql("INSERT INTO notes VALUES (1, 'one'), (2, 'two')");
    done(&sandbox, &["demo-export", "laws", "--database", &source.url()]);
    let target = TestDatabase::new();
    target.psql(schema);
    let before = target.psql(enabled);
    done(&sandbox, &["demo-import", "laws", "--database", &target.url()]);
    let rows = "SELECT * FROM notes ORDER BY id";
    assert_eq!(target.psql(rows), source.psql(rows));
    assert_eq!(target.psql("SELECT count(*) FROM audit"), "0");
    assert_eq!(target.psql(enabled), before);
    // Fired, they are reported, and what they did to the snapshot's rows is accepted.
    target.psql("ALTER TABLE notes DISABLE TRIGGER USER; DELETE FROM notes; ALTER TABLE notes ENABLE TRIGGER USER; ALTER TABLE notes DISABLE TRIGGER sleeps");
    let run = done(&sandbox, &["demo-import", "laws", "--database", &target.url(), "--triggers", "on"]);
    assert!(run.stderr.contains("a trigger changed notes.body"), "{}", run.transcript());
    assert_eq!(target.psql("SELECT count(*) FROM audit"), "2");
    assert_eq!(target.psql(enabled), before);
}
