//! Said or walked, the rows are the same; and what is said leaves no trace.

use std::fmt::Write as _;

use insta::assert_snapshot;
use model::scope::Limit;
use model::{Catalog, Condition, ConditionOp, Definition, Ownership, Reference, Scalar, Scope, TableSpec};
use proptest::prelude::*;
use rusqlite::Connection;

use super::{Said, SaidTable};
use crate::Error;
use crate::known::whole_spec;
use crate::sqlite::functions::register_functions;
use crate::sqlite::selected::Selected;
use crate::sqlite::{checks, introspect};

/// A database, and a definition of its tables with their declared references, nothing selected.
struct Db {
    connection: Connection,
    catalog: Catalog,
    definition: Definition,
    scope: Scope,
}

impl Db {
    fn new(sql: &str) -> Self {
        let connection = Connection::open_in_memory().expect("opens");
        connection.pragma_update(None, "foreign_keys", false).expect("rows may refer to nothing");
        register_functions(&connection).expect("functions");
        connection.execute_batch(sql).expect("the test's schema");
        let catalog = introspect::catalog(&connection).expect("a catalog");
        let spec = |(name, table): (&String, &model::Table)| {
            let reference = |key: &model::ForeignKey| Reference {
                columns: key.columns.clone(),
                to: key.to.clone(),
                key: key.key.clone(),
                child: false,
                link: false,
            };
            let references = table.foreign_keys.iter().map(reference).collect();
            TableSpec { references, ..whole_spec(name, table) }
        };
        let tables = catalog.tables.iter().map(spec).collect();
        let definition =
            Definition { total: String::new(), breakdown: std::collections::BTreeMap::new(), tables };
        Self { connection, catalog, definition, scope: Scope::default() }
    }

    fn table(&mut self, name: &str) -> &mut TableSpec {
        self.definition.tables.iter_mut().find(|spec| spec.name == name).expect("a table of the test")
    }

    fn all(mut self, name: &str) -> Self {
        self.table(name).select = vec![Vec::new()];
        self
    }

    fn ids(mut self, name: &str, ids: &[i64]) -> Self {
        let values = ids.iter().map(|id| Scalar::Integer(*id)).collect();
        self.table(name).select.push(vec![Condition {
            path: vec!["id".into()],
            op: ConditionOp::In,
            values,
        }]);
        self
    }

    fn children(mut self, name: &str) -> Self {
        self.table(name).references.iter_mut().for_each(|reference| reference.child = true);
        self
    }

    fn said(&self) -> Option<Said> {
        Said::of(&self.connection, &self.catalog, &self.definition, &self.scope)
            .expect("a schema that can be read")
    }

    /// Finds the rows as a source does.
    fn found(&self) -> String {
        self.shown(Selected::of(&self.connection, &self.catalog, &self.definition, &self.scope))
    }

    /// As they are found where no section has few rows; `None` if they are not said.
    fn found_as_many(&self) -> Option<String> {
        let mut said = self.said()?;
        let selected = checks::check_said(&self.connection, &self.catalog, &self.definition, &mut said)
            .and_then(|()| {
                for section in said.tables.iter_mut().flat_map(SaidTable::sections_mut) {
                    section.few = None;
                }
                Selected::said(&self.catalog, &self.definition, &self.scope, said)
            });
        Some(self.shown(selected))
    }

    fn walked(&self) -> String {
        self.shown(Selected::walked(&self.connection, &self.catalog, &self.definition, &self.scope))
    }

    fn temporary_tables(&self) -> u32 {
        self.connection
            .query_row("SELECT count(*) FROM temp.sqlite_schema", [], |row| row.get(0))
            .expect("a count")
    }

    /// The sections and rows, or the error.
    fn shown(&self, selected: Result<Selected, Error>) -> String {
        selected.and_then(|selected| self.rows(&selected)).unwrap_or_else(|error| error.to_string())
    }

    fn rows(&self, selected: &Selected) -> Result<String, Error> {
        let mut out = String::new();
        for section in selected.sections(&self.connection)? {
            let shared = if section.ownership == Ownership::Shared { " shared" } else { "" };
            let name = &self.definition.tables[section.table].name;
            let _ = writeln!(out, "{name} ({}{shared})", section.count);
            let rows = selected.section(&self.connection, &self.catalog, section.table, section.ownership)?;
            let read = rows.read(&mut |values| {
                let _ = writeln!(out, "  {values:?}");
                Ok(())
            })?;
            assert_eq!(read.rows, section.count, "counted as read");
        }
        Ok(out)
    }
}

const FAMILY: &str = "
    CREATE TABLE countries (id INTEGER PRIMARY KEY);
    CREATE TABLE people (id INTEGER PRIMARY KEY, country INTEGER REFERENCES countries, boss INTEGER REFERENCES people);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, person INTEGER REFERENCES people, day TEXT, UNIQUE (day, id));
    CREATE TABLE items (id INTEGER PRIMARY KEY, ordered INTEGER REFERENCES orders, made INTEGER REFERENCES countries);
    INSERT INTO countries VALUES (1), (2), (3); INSERT INTO people VALUES (1, 1, NULL), (2, 2, 1);
    INSERT INTO orders VALUES (1, 1, 'mon'), (2, 2, 'tue'); INSERT INTO items VALUES (1, 1, 3), (2, 2, 1), (3, NULL, 1)";

/// How the rows are found: whether temporary tables were made for it.
#[track_caller]
fn way(db: &Db) -> &'static str {
    let found = db.found();
    let way = if db.temporary_tables() == 0 { "said" } else { "walked" };
    assert_eq!(db.said().is_some(), way == "said");
    assert_eq!(found, db.walked());
    assert!(db.temporary_tables() > 0, "a walk leaves row numbers");
    way
}

#[test]
fn a_plain_plan_makes_no_temporary_table_and_a_circle_is_walked() {
    let db = || Db::new(FAMILY);
    assert_eq!(way(&db().all("items")), "walked", "the boss's boss is needed");
    assert_eq!(way(&db().all("items").all("people")), "said", "everybody is there already");
    assert_eq!(way(&db().ids("people", &[1]).children("people")), "walked");
    let without_bosses = || {
        let mut db = db();
        db.table("people").references.retain(|reference| reference.to != "people");
        db
    };
    assert_eq!(way(&without_bosses().all("items")), "said");
    assert_eq!(way(&without_bosses().ids("people", &[2]).children("orders").children("items")), "said");
    let mut whole = db().all("items");
    whole.scope.whole.insert("people".to_owned());
    assert_eq!(way(&whole), "said");
    let mut limited = without_bosses().all("items");
    limited.scope.rows.insert("items".to_owned(), Limit { most: 2, order: Vec::new() });
    assert_eq!(way(&limited), "walked");
}

#[test]
fn conditions_without_an_index_are_looked_at_once_in_a_walk() {
    let by = |path: &[&str], op: ConditionOp, value: Scalar| {
        let mut db = Db::new(FAMILY).all("people");
        let path = path.iter().map(|&part| part.to_owned()).collect();
        db.table("orders").select = vec![vec![Condition { path, op, values: vec![value] }]];
        way(&db)
    };
    let text = |text: &str| Scalar::Text(text.to_owned());
    assert_eq!(by(&["id"], ConditionOp::In, Scalar::Integer(2)), "said");
    assert_eq!(by(&["day"], ConditionOp::In, text("mon")), "said");
    assert_eq!(by(&["day"], ConditionOp::Like, text("m%")), "walked");
    assert_eq!(by(&["id"], ConditionOp::From, Scalar::Integer(2)), "walked");
    assert_eq!(by(&["person"], ConditionOp::In, Scalar::Integer(2)), "walked");
    assert_eq!(by(&["day", "key"], ConditionOp::In, text("x")), "walked");
    let mut both = Db::new(FAMILY).all("people").ids("orders", &[1]);
    let path = vec!["day".to_owned(), "key".to_owned()];
    both.table("orders").select[0].push(Condition { path, op: ConditionOp::Null, values: Vec::new() });
    assert_eq!(way(&both), "walked", "JSON is looked at in the rows of its own term alone");
}

#[test]
fn diamonds_that_would_be_said_too_often_are_walked() {
    let diamonds = |levels: usize| {
        let mut sql =
            "CREATE TABLE t0 (id INTEGER PRIMARY KEY); INSERT INTO t0 VALUES (1), (2), (3);".to_owned();
        for level in 1..=levels {
            let above = level - 1;
            let _ = write!(
                sql,
                "CREATE TABLE t{level} (id INTEGER PRIMARY KEY, a INTEGER REFERENCES t{above}, b INTEGER REFERENCES t{above});
                 INSERT INTO t{level} VALUES (1, 1, 2), (2, 3, NULL), (3, 3, 3);"
            );
        }
        Db::new(&sql).ids(&format!("t{levels}"), &[1])
    };
    assert_eq!(way(&diamonds(4)), "said");
    assert_eq!(way(&diamonds(5)), "walked");
    assert_eq!(way(&diamonds(40)), "walked");
}

#[test]
fn each_section_is_one_condition() {
    let mut db = Db::new(FAMILY).ids("people", &[2]).children("orders").children("items");
    db.table("people").references.retain(|reference| reference.to != "people");
    let said = db.said().expect("a plain plan");
    let mut shown = String::new();
    for (spec, said) in db.definition.tables.iter().zip(&said.tables) {
        for ownership in [Ownership::Shared, Ownership::Owned] {
            if let Some(rows) = &said.section(ownership).rows {
                let _ = writeln!(shown, "{} {ownership:?}: {} {:?}", spec.name, rows.sql, rows.values);
            }
        }
    }
    assert_snapshot!(shown, @r#"
    countries Shared: m."id" IN (SELECT m."id" FROM main."countries" AS m WHERE m."id" IN (SELECT +r1."made" FROM main."items" AS r1 WHERE r1."ordered" IN (SELECT r2."id" FROM main."orders" AS r2 WHERE r2."person" IN (SELECT r3."id" FROM main."people" AS r3 WHERE (r3."id" COLLATE BINARY IN (?))))) UNION ALL SELECT m."id" FROM main."countries" AS m WHERE m."id" IN (SELECT +r4."country" FROM main."people" AS r4 WHERE (r4."id" COLLATE BINARY IN (?)))) [Integer(2), Integer(2)]
    items Owned: m."ordered" IN (SELECT r1."id" FROM main."orders" AS r1 WHERE r1."person" IN (SELECT r2."id" FROM main."people" AS r2 WHERE (r2."id" COLLATE BINARY IN (?)))) [Integer(2)]
    orders Owned: m."person" IN (SELECT r1."id" FROM main."people" AS r1 WHERE (r1."id" COLLATE BINARY IN (?))) [Integer(2)]
    people Owned: (m."id" COLLATE BINARY IN (?)) [Integer(2)]
    "#);
}

#[test]
fn many_rows_are_read_as_few_are() {
    // Many of the table's rows, and many rows that lie far apart; with an index and without one.
    for (rows, index) in [("n, n % 4 + 1", ""), ("n * 1000, n % 9 + 1", "CREATE INDEX i ON leaves (root);")] {
        let db = Db::new(&format!(
            "CREATE TABLE roots (id INTEGER PRIMARY KEY); INSERT INTO roots VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9);
             CREATE TABLE leaves (id INTEGER PRIMARY KEY, root INTEGER REFERENCES roots); {index}
             WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 60000) INSERT INTO leaves SELECT {rows} FROM c;"
        ));
        let db = db.ids("roots", &[2, 3]).children("leaves");
        assert_eq!(way(&db), "said", "{rows}");
        let few = |table: &SaidTable| table.section(Ownership::Owned).few.as_ref().map(Vec::len);
        let mut said = db.said().expect("a plain plan");
        checks::check_said(&db.connection, &db.catalog, &db.definition, &mut said).expect("nothing dangles");
        assert_eq!(said.tables.iter().map(few).collect::<Vec<_>>(), [None, Some(2)]);
    }
}

/// A table: references to earlier tables, rows, and what is taken of it.
#[derive(Clone, Debug)]
struct Drawn {
    without_rowid: bool,
    keys: Vec<Key>,
    /// The first four rows' values along each reference: `None` is NULL.
    rows: [[Option<u8>; 2]; 4],
    select: Select,
    whole: bool,
}

#[derive(Clone, Copy, Debug)]
enum Select {
    Nothing,
    All,
    Ids(i64, i64),
}

#[derive(Clone, Copy, Debug)]
struct Key {
    /// Which of the earlier tables.
    to: usize,
    kind: usize,
    declared: &'static str,
    child: bool,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let declared = proptest::sample::select(&["INTEGER", "TEXT", "", "NUMERIC", "TEXT COLLATE RTRIM"][..]);
    let key = (0usize..4, 0usize..3, declared, any::<bool>()).prop_map(|(to, kind, declared, child)| Key {
        to,
        kind,
        declared,
        child,
    });
    let select = prop_oneof![
        2 => Just(Select::Nothing),
        1 => Just(Select::All),
        2 => (0i64..4, 0i64..4).prop_map(|(a, b)| Select::Ids(a, b)),
    ];
    // The fifth row is nowhere.
    let value = prop_oneof![1 => Just(None), 12 => (0u8..4).prop_map(Some), 1 => Just(Some(4))];
    let rows = proptest::array::uniform4([value.clone(), value]);
    (any::<bool>(), proptest::collection::vec(key, 0..3), rows, select, proptest::bool::weighted(0.1))
        .prop_map(|(without_rowid, keys, rows, select, whole)| Drawn {
            without_rowid,
            keys,
            rows,
            select,
            whole,
        })
}

/// Tables `t0`, `t1`, …; row `k` has the id `k * spread`, the code `K<k>`, and the pair `k`, `b<k>`.
fn built(tables: &[Drawn], spread: i64, has_indexes: bool) -> Db {
    let mut sql = String::new();
    for (at, table) in tables.iter().enumerate() {
        let keys: Vec<&Key> = table.keys.iter().filter(|_| at > 0).collect();
        let suffix = if table.without_rowid { " WITHOUT ROWID" } else { "" };
        let (mut columns, mut references) = (String::new(), String::new());
        for (n, Key { to, kind, declared, .. }) in keys.iter().enumerate() {
            let _ = write!(columns, ", x{n} {declared}, y{n} TEXT");
            let (own, key) =
                [(format!("x{n}"), "id"), (format!("x{n}"), "code"), (format!("x{n}, y{n}"), "a, b")][*kind]
                    .clone();
            let _ = write!(references, ", FOREIGN KEY ({own}) REFERENCES t{} ({key})", to % at);
        }
        let _ = write!(
            sql,
            "CREATE TABLE t{at} (id INTEGER PRIMARY KEY NOT NULL, code TEXT UNIQUE COLLATE NOCASE, a INTEGER, b TEXT{columns}, UNIQUE (b, a){references}){suffix};"
        );
        for n in (0..keys.len()).filter(|_| has_indexes) {
            let _ = write!(sql, "CREATE INDEX t{at}_x{n} ON t{at} (x{n});");
        }
        for (k, values) in table.rows.iter().enumerate() {
            let _ = write!(
                sql,
                "INSERT INTO t{at} VALUES ({}, 'K{k}', {k}, 'b{k}'",
                i64::try_from(k).unwrap_or(0) * spread
            );
            for (Key { kind, .. }, value) in keys.iter().zip(values) {
                let _ = match (kind, value) {
                    (_, None) => write!(sql, ", NULL, 'b0'"),
                    (0, Some(value)) => write!(sql, ", {}, NULL", i64::from(*value) * spread),
                    (1, Some(value)) => write!(sql, ", 'k{value}', NULL"),
                    (_, Some(value)) => write!(sql, ", '{value}', 'b{value}'"),
                };
            }
            sql.push_str(");");
        }
    }
    let mut db = Db::new(&sql);
    for (at, table) in tables.iter().enumerate() {
        let name = format!("t{at}");
        if table.whole {
            db.scope.whole.insert(name.clone());
        }
        // The catalog sorts a table's foreign keys.
        for (reference, key) in db.table(&name).references.iter_mut().zip(&table.keys) {
            reference.child = key.child;
        }
        db = match table.select {
            Select::Nothing => db,
            Select::All => db.all(&name),
            Select::Ids(one, other) => {
                db.ids(&name, &[one * spread]).ids(&name, &[other * spread, one * spread])
            }
        };
    }
    db
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn said_or_walked_the_rows_are_the_same(
        tables in proptest::collection::vec(drawn(), 1..5),
        spread in proptest::sample::select(&[1i64, 1000][..]),
        has_indexes in any::<bool>(),
    ) {
        let db = built(&tables, spread, has_indexes);
        let found = db.found();
        prop_assert_eq!(db.temporary_tables(), 0, "the plan is plain");
        prop_assert_eq!(Some(found.clone()), db.found_as_many());
        prop_assert_eq!(found, db.walked());
    }
}
