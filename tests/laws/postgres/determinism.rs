//! Same rows, same bytes: whatever the database has been through, however it stores and sorts, whatever its sessions are
//! set to.

use test_support::Sandbox;
use test_support::postgres::TestDatabase;

use super::exported;
use crate::{EPOCH, with_scenario};

const SCENARIO: &str =
    "scenario: same\nengines: [postgres]\nselect: { words: all, notes: all, events: all, loose: all }\n";

/// `{ORDER}` stands where rows can come in any order, `{EVENTS}` for how the table of events is stored.
const SCHEMA: &str = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'Happy');
    CREATE TABLE words (word text, kind varchar(10), exact numeric, PRIMARY KEY (word, kind, exact));
    CREATE TABLE notes (id integer PRIMARY KEY, parent integer REFERENCES notes, body text NOT NULL, double double precision,
      single real, at timestamp, instant timestamptz, day date, clock timetz, span interval, bytes bytea, tree jsonb, plain json,
      mood mood, tags text[], instants timestamptz[], days daterange, amount money, flag boolean);
    CREATE TABLE events (id integer, at timestamptz NOT NULL, kind text NOT NULL, PRIMARY KEY (id, at, kind)) {EVENTS};
    CREATE TABLE loose (word text, double double precision, at timestamptz, span interval, tree jsonb, mood mood);";

const ROWS: &str = r#"INSERT INTO words SELECT w, k, n
      FROM unnest(ARRAY['a', 'A', 'ä', 'Ä', 'b', 'B', 'z', 'Z', 'ı', 'i', 'I', 'İ', 'ss', 'ß', '_', '-', 'a-b', 'ab', 'a b', '10', '9',
        'é', U&'e\0301', '', ' ', E'\\', '''', '日', U&'\+01F600', U&'\FF5E']) AS w,
        unnest(ARRAY['x', 'X', 'y']) AS k, unnest(ARRAY[1.0, 10, 9.50, -0.001, 'NaN']) AS n ORDER BY {ORDER};
    INSERT INTO notes SELECT n, CASE WHEN n % 3 = 0 THEN n - 2 END, 'Body ' || n, n / 7.0, n / 3.0,
      '2026-03-29 02:30'::timestamp + n * '7 hours 0.125 seconds'::interval,
      '2026-10-25 00:30+00'::timestamptz + n * '11 minutes'::interval, '2026-11-20'::date - n * 400, '10:30:00.5+05:30',
      make_interval(months => n - 20, days => 3 - n, secs => 100.5 * n), decode(lpad(to_hex(n * 77), 6, '0'), 'hex'),
      jsonb_build_object('b', n / 10.0, 'a', ARRAY[n, NULL]), ('{"b": 1e2, "a": ' || n || '.50}')::json,
      (ARRAY['sad', 'ok', 'Happy', NULL]::mood[])[n % 4 + 1], ARRAY['a,b', NULL, '"', n::text],
      ARRAY['2026-07-01 10:00+00'::timestamptz + n * '1 day'::interval], daterange('2026-01-01', '2026-01-01'::date + n),
      n * 1234.5::numeric::money, n % 2 = 0
      FROM generate_series(1, 60) AS n ORDER BY {ORDER};
    INSERT INTO events SELECT n, '2026-01-01 00:00+00'::timestamptz + n * '17 days'::interval, (ARRAY['a', 'B', 'c'])[n % 3 + 1]
      FROM generate_series(1, 80) AS n ORDER BY {ORDER};
    INSERT INTO loose SELECT (ARRAY['x', 'X', NULL])[n % 3 + 1], n % 5 / 3.0,
      '2026-10-25 00:30+00'::timestamptz + n % 7 * '1 hour'::interval, n % 4 * '36 hours'::interval, to_jsonb(n % 2 / 4.0),
      (ARRAY['sad', 'Happy']::mood[])[n % 2 + 1] FROM generate_series(1, 90) AS n ORDER BY {ORDER};"#;

/// A database that came by its rows in one order of many, with events stored in one way of many.
fn database(options: &str, order: &str, events: &str) -> TestDatabase {
    let database = TestDatabase::new_with(options);
    database.psql(&SCHEMA.replace("{EVENTS}", events));
    database.psql(&format!("SET session_replication_role = replica; {}", ROWS.replace("{ORDER}", order)));
    database
}

fn plain() -> TestDatabase {
    database("", "1", "")
}

/// What an export of it writes.
fn bytes(sandbox: &Sandbox, database: &TestDatabase) -> Vec<u8> {
    exported(sandbox, "same", &database.url())
}

#[track_caller]
fn same(one: &[u8], other: &[u8], what: &str) {
    if one != other {
        let [one, other] = [one, other].map(String::from_utf8_lossy);
        let differs = one.lines().zip(other.lines()).find(|(one, other)| one != other);
        panic!("{what}: {differs:?}");
    }
}

#[test]
fn what_the_tables_went_through_does_not_show() {
    let sandbox = with_scenario(SCENARIO);
    let database = plain();
    let original = bytes(&sandbox, &database);
    let text = String::from_utf8_lossy(&original);
    assert!(text.contains("日") && text.contains("-- Engines: postgres"), "{text}");
    for change in [
        "UPDATE notes SET body = body WHERE id % 2 = 0; UPDATE loose SET word = word WHERE mood = 'Happy'; UPDATE words SET kind = kind",
        "CREATE TABLE kept AS SELECT * FROM loose; DELETE FROM loose; INSERT INTO loose SELECT * FROM kept ORDER BY random();
         DROP TABLE kept; CREATE TABLE kept AS SELECT * FROM notes; DELETE FROM notes;
         INSERT INTO notes SELECT * FROM kept ORDER BY id; DROP TABLE kept",
        "VACUUM FULL",
        "CREATE INDEX backwards ON notes (id DESC); CLUSTER notes USING backwards;
         CREATE INDEX by_kind ON words (kind DESC, exact, word); CLUSTER words USING by_kind; ANALYZE",
        "ALTER TABLE notes ADD gone text DEFAULT 'x'; ALTER TABLE notes DROP COLUMN gone; ALTER TABLE words SET UNLOGGED",
    ] {
        database.psql(change);
        same(&bytes(&sandbox, &database), &original, change);
    }
    for order in ["1 DESC", "random()", "random()"] {
        same(&bytes(&sandbox, &self::database("", order, "")), &original, order);
    }
}

#[test]
fn how_a_table_is_partitioned_does_not_show() {
    let sandbox = with_scenario(SCENARIO);
    let original = bytes(&sandbox, &plain());
    let layouts = [
        "PARTITION BY RANGE (at); CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2027-06-01');
         CREATE TABLE e2 PARTITION OF events FOR VALUES FROM ('2027-06-01') TO (MAXVALUE)",
        "PARTITION BY HASH (id); CREATE TABLE e1 PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 1);
         CREATE TABLE e2 PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 0) PARTITION BY LIST (kind);
         CREATE TABLE e3 PARTITION OF e2 FOR VALUES IN ('B'); CREATE TABLE e4 PARTITION OF e2 DEFAULT",
        "PARTITION BY LIST (kind); CREATE TABLE e1 (kind text NOT NULL, gone text, id integer NOT NULL, at timestamptz NOT NULL);
         ALTER TABLE e1 DROP COLUMN gone; ALTER TABLE events ATTACH PARTITION e1 DEFAULT",
    ];
    for layout in layouts {
        same(&bytes(&sandbox, &database("", "random()", layout)), &original, layout);
    }
}

#[test]
fn the_databases_locale_and_the_columns_collation_do_not_show() {
    let sandbox = with_scenario(SCENARIO);
    let plain = plain();
    let original = bytes(&sandbox, &plain);
    // Which locales a machine has is its own matter; C and POSIX are everywhere.
    let locales = plain.psql(
        "SELECT DISTINCT ON (lower(replace(collcollate, '-', ''))) format('LC_COLLATE %L LC_CTYPE %L', collcollate, collctype)
         FROM pg_collation WHERE collprovider = 'c' AND collencoding IN (-1, 6) AND collcollate <> '' AND collcollate = collctype
         ORDER BY lower(replace(collcollate, '-', '')), 1",
    );
    let mut options: Vec<String> = locales.lines().map(str::to_owned).take(6).collect();
    assert!(options.len() > 1, "{locales}");
    let has_icu = plain.psql("SELECT count(*) FROM pg_collation WHERE collprovider = 'i'") != "0";
    if has_icu && plain.psql("SELECT current_setting('server_version_num')::int >= 150000") == "t" {
        options.push(
            "LOCALE_PROVIDER icu ICU_LOCALE 'de-u-kn-true-kf-upper' LC_COLLATE 'C' LC_CTYPE 'C'".to_owned(),
        );
    }
    for options in &options {
        same(&bytes(&sandbox, &database(options, "random()", "")), &original, options);
    }
    // A collation under which other texts are equal than those of the same bytes would be one for a key, too.
    let collation = if has_icu {
        plain.psql("CREATE COLLATION odd (provider = icu, locale = 'tr-u-kn-true-kf-upper')");
        "odd"
    } else {
        "\"POSIX\""
    };
    plain.psql(&format!(
        "ALTER TABLE words ALTER word TYPE text COLLATE {collation}, ALTER kind TYPE varchar(10) COLLATE {collation};
         ALTER TABLE loose ALTER word TYPE text COLLATE {collation}"
    ));
    same(&bytes(&sandbox, &plain), &original, collation);
}

/// What a role or a database may set for its sessions.
const SETTINGS: [&str; 2] = [
    "TimeZone = 'Asia/Kolkata'; DateStyle = 'German, DMY'; IntervalStyle = 'sql_standard'; bytea_output = 'escape';
     extra_float_digits = -10; standard_conforming_strings = off; client_encoding = 'LATIN1'; lc_numeric = 'C';
     enable_sort = off; enable_seqscan = off; work_mem = '64kB'; default_transaction_read_only = on",
    "TimeZone = 'America/St_Johns'; DateStyle = 'SQL, MDY'; IntervalStyle = 'iso_8601'; extra_float_digits = 3;
     search_path = ''; backslash_quote = on; quote_all_identifiers = on; array_nulls = off; xmloption = document;
     enable_hashagg = off; enable_indexscan = off; default_transaction_isolation = serializable; synchronize_seqscans = on;
     parallel_setup_cost = 0; parallel_tuple_cost = 0; min_parallel_table_scan_size = 0; cursor_tuple_fraction = 0.001;
     transform_null_equals = on; jit_above_cost = 0",
];

#[test]
fn what_roles_and_databases_set_for_their_sessions_does_not_show() {
    let sandbox = with_scenario(SCENARIO);
    let database = plain();
    let original = bytes(&sandbox, &database);
    let role = database.role("set", "");
    database.psql(&format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"));
    for (what, settings) in [role.as_str(), database.name()].into_iter().zip(SETTINGS) {
        let kind = if what == role { "ROLE" } else { "DATABASE" };
        for setting in settings.split(';').map(str::trim) {
            database.psql(&format!("ALTER {kind} {what} SET {setting}"));
        }
        same(&exported(&sandbox, "same", &database.url_of(&role)), &original, settings);
    }
    database.psql(&format!("ALTER ROLE {role} RESET ALL"));
    same(&exported(&sandbox, "same", &database.url_of(&role)), &original, "the database's alone");
}

#[test]
fn the_clients_environment_does_not_show() {
    let sandbox = with_scenario(SCENARIO);
    let database = plain();
    let original = bytes(&sandbox, &database);
    for variables in [
        [
            ("TZ", "Asia/Kolkata"),
            ("PGTZ", "Pacific/Kiritimati"),
            ("PGDATESTYLE", "SQL, DMY"),
            ("LC_ALL", "tr_TR.UTF-8"),
        ],
        [
            ("TZ", "Nowhere/Land"),
            ("PGCLIENTENCODING", "SJIS"),
            (
                "PGOPTIONS",
                "-c DateStyle=German -c extra_float_digits=-5 -c TimeZone=Australia/Lord_Howe -c lc_monetary=C",
            ),
            ("LC_ALL", "de_DE@euro"),
        ],
    ] {
        let args = ["demo-export", "same", "--database", &database.url(), "--output", "under.sql"];
        let _ = sandbox.run_with(&args, &[&variables[..], &[EPOCH]].concat()).expect_code(0);
        let under = std::fs::read(sandbox.path("under.sql")).expect("written");
        same(&under, &original, &format!("{variables:?}"));
    }
}
