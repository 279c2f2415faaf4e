//! What must hold of the rows that a selection kept, before one of them is read: every reference finds its parent, no
//! key holds NULL, no two keys mean the same, no text is read as another one.
//!
//! Of rows that queries say, the same look counts them and tells whether a rule is broken; which row breaks it is asked only then.

use model::text::show_key;
use model::{Catalog, Definition, LogicalType, Reference, TableSpec, Value};
use rusqlite::types::Value as Stored;
use rusqlite::{Connection, Row, params_from_iter};

use super::predicate::Predicate;
use super::reference::Ends;
use super::row::{RowReader, stored_value};
use super::said::{ALL_ROWS, Few, Said, SaidSection, SaidTable};
use super::select::{Kept, Selection};
use crate::Error;
use crate::error::At as _;
use crate::known::known_table;
use crate::sql::{has_null_key, identifier};

/// How many columns one condition looks at: SQLite bounds the depth of an expression.
const COLUMNS_AT_ONCE: usize = 100;

/// Checks the kept rows of every table.
///
/// # Errors
/// The first row, by table and row number, that breaks a rule.
pub(crate) fn check(
    connection: &Connection,
    catalog: &Catalog,
    definition: &Definition,
    selection: &Selection,
) -> Result<(), Error> {
    let encoding = Encoding::of(connection)?;
    for (spec, kept) in definition.tables.iter().zip(&selection.tables) {
        let checks = Checks::new(connection, catalog, spec, From::kept(kept))?;
        let scope = &selection.reach.scope;
        for rule in checks.rules(encoding, |reference| scope.cut_of(&spec.name, reference).is_none())? {
            checks.hold(&rule)?;
        }
    }
    selection.loose_find_parents(connection, catalog, definition)
}

/// Checks and counts the rows of every table.
///
/// # Errors
/// As [`check`].
pub(crate) fn check_said(
    connection: &Connection,
    catalog: &Catalog,
    definition: &Definition,
    said: &mut Said,
) -> Result<(), Error> {
    let encoding = Encoding::of(connection)?;
    for (spec, said) in definition.tables.iter().zip(&mut said.tables) {
        let checks = Checks::new(connection, catalog, spec, From::said(said))?;
        let rules = checks.rules(encoding, |_| true)?;
        let mut suspects = vec![false; rules.len()];
        let (table, number) = (said.table.clone(), said.row_number().map(str::to_owned));
        for section in said.sections_mut() {
            checks.count(&table, number.as_deref(), section, &rules, &mut suspects)?;
        }
        let suspects = rules.iter().zip(suspects).filter(|(rule, suspect)| *suspect || rule.is_of_groups);
        for (rule, _) in suspects {
            checks.hold(rule)?;
        }
    }
    Ok(())
}

/// How the database stores texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16 { little_endian: bool },
}

impl Encoding {
    fn of(connection: &Connection) -> Result<Self, Error> {
        let name: String =
            connection.query_row("PRAGMA main.encoding", [], |row| row.get(0)).at(connection)?;
        Ok(if name == "UTF-8" { Self::Utf8 } else { Self::Utf16 { little_endian: name == "UTF-16le" } })
    }
}

/// The kept rows `m` of a table, in SQL.
struct From {
    /// A FROM clause, up to where a condition can follow.
    sql: String,
    values: Vec<Stored>,
    /// What puts the first row first.
    order: String,
}

impl From {
    fn kept(kept: &Kept) -> Self {
        let sql =
            format!("{} AS k CROSS JOIN {} AS m ON {} WHERE ", kept.kept, kept.table, kept.joined("m", "k"));
        Self { sql, values: Vec::new(), order: String::new() }
    }

    fn said(said: &SaidTable) -> Self {
        let identity: Vec<String> = said.identity.iter().map(|column| format!("m.{column}")).collect();
        Self {
            sql: format!("{} AS m WHERE ({}) AND ", said.table, said.kept.sql),
            values: said.kept.values.clone(),
            order: format!(" ORDER BY {}", identity.join(", ")),
        }
    }
}

/// What must hold, and what is said of a row that breaks it.
struct Rule<'a> {
    /// When a row `m` breaks it.
    condition: String,
    /// Whether several rows break it together: then the condition ends in a GROUP BY.
    is_of_groups: bool,
    error: Box<dyn Fn(&Row<'_>) -> Error + 'a>,
    /// Each of several such rules that it joins.
    parts: Vec<Rule<'a>>,
}

impl<'a> Rule<'a> {
    fn new(condition: String, error: impl Fn(&Row<'_>) -> Error + 'a) -> Self {
        Self { condition, is_of_groups: false, error: Box::new(error), parts: Vec::new() }
    }
}

struct Checks<'a> {
    connection: &'a Connection,
    catalog: &'a Catalog,
    spec: &'a TableSpec,
    reader: RowReader<'a>,
    from: From,
}

impl<'a> Checks<'a> {
    fn new(
        connection: &'a Connection,
        catalog: &'a Catalog,
        spec: &'a TableSpec,
        from: From,
    ) -> Result<Self, Error> {
        let reader = RowReader::new(spec, known_table(catalog, &spec.name)?);
        Ok(Self { connection, catalog, spec, reader, from })
    }

    /// All that must hold of the table's rows, of references where `is_followed`.
    fn rules(
        &self,
        encoding: Encoding,
        is_followed: impl Fn(&Reference) -> bool,
    ) -> Result<Vec<Rule<'_>>, Error> {
        let mut rules = Vec::new();
        if let Encoding::Utf16 { little_endian } = encoding {
            rules.extend(self.texts_are_whole(little_endian));
        }
        rules.extend(self.keys_hold_no_null()?);
        rules.extend(self.keys_differ());
        for reference in self.spec.references.iter().filter(|reference| is_followed(reference)) {
            rules.push(self.finds_parents(reference)?);
        }
        Ok(rules)
    }

    fn keys_hold_no_null(&self) -> Result<Option<Rule<'_>>, Error> {
        let table = known_table(self.catalog, &self.spec.name)?;
        Ok(has_null_key(self.spec, table).map(|condition| {
            Rule::new(condition, |row| Error::NullKey {
                table: self.spec.name.clone(),
                key: self.reader.shown(row),
            })
        }))
    }

    /// A unique key is unique by its stored values; JSON and instants may be spelled in several ways.
    fn keys_differ(&self) -> Option<Rule<'_>> {
        let respelled = |name: &String| {
            let column = self.spec.column(name).map(|at| self.spec.columns[at].ty);
            matches!(column, Some(LogicalType::Json | LogicalType::Timestamptz))
        };
        let order = self.reader.order_sql("m", &self.reader.order_columns());
        let rule = || {
            Rule::new(format!("TRUE GROUP BY {order} HAVING count(*) > 1"), |row| Error::DuplicateKey {
                table: self.spec.name.clone(),
                key: self.reader.shown(row),
            })
        };
        let any = self.spec.key.iter().any(respelled);
        any.then(|| Rule { is_of_groups: true, ..rule() })
    }

    fn finds_parents(&self, reference: &Reference) -> Result<Rule<'_>, Error> {
        let ends = Ends::new(self.catalog, &self.spec.name, reference)?;
        let table = format!("main.{}", identifier(&reference.to));
        let found = ends.found_in(self.connection, "m", &table, "p", ALL_ROWS)?;
        let condition = format!("{} AND ({found}) IS NOT TRUE", ends.refers("m"));
        let columns: Vec<usize> =
            reference.columns.iter().filter_map(|name| self.spec.column(name)).collect();
        let (names, parent) = (reference.columns.clone(), reference.to.clone());
        Ok(Rule::new(condition, move |row| {
            let values: Vec<Value> = columns.iter().map(|at| stored_value(row, *at)).collect();
            Error::Dangling {
                table: self.spec.name.clone(),
                key: self.reader.shown(row),
                reference: show_key(&names, &values),
                parent: parent.clone(),
            }
        }))
    }

    /// SQLite makes UTF-8 of half a surrogate pair by joining it with whatever follows. So the bytes are looked at as they
    /// are stored, in one pass for many columns, and again only to tell which one it is.
    fn texts_are_whole(&self, little_endian: bool) -> Vec<Rule<'_>> {
        let order = i64::from(little_endian);
        let rule = |column: &model::ColumnSpec| {
            let (sql, name) = (format!("m.{}", identifier(&column.name)), column.name.clone());
            let broken =
                format!("(typeof({sql}) = 'text' AND NOT demo_is_utf16(CAST({sql} AS BLOB), {order}))");
            Rule::new(broken, move |row| Error::BrokenText {
                table: self.spec.name.clone(),
                column: name.clone(),
                key: self.reader.shown(row),
            })
        };
        let several = |columns: &[model::ColumnSpec]| {
            let parts: Vec<Rule<'_>> = columns.iter().map(rule).collect();
            let conditions: Vec<&str> = parts.iter().map(|part| part.condition.as_str()).collect();
            Rule { condition: conditions.join(" OR "), parts, ..rule(&columns[0]) }
        };
        self.spec.columns.chunks(COLUMNS_AT_ONCE).map(several).collect()
    }

    /// Counts the rows of a section of `table`, remembers their row numbers while they are few, and notes which rules one of them
    /// breaks.
    fn count(
        &self,
        table: &str,
        row_number: Option<&str>,
        section: &mut SaidSection,
        rules: &[Rule<'_>],
        suspects: &mut [bool],
    ) -> Result<(), Error> {
        let Some(Predicate { sql, values }) = &section.rows else { return Ok(()) };
        let looked_at: Vec<usize> = (0..rules.len()).filter(|at| !rules[*at].is_of_groups).collect();
        let broken = looked_at.iter().map(|at| format!("({}) IS TRUE", rules[*at].condition));
        // Whole tables are read as they lie, so nothing of them is worth remembering.
        let number = row_number.filter(|_| sql != ALL_ROWS);
        let columns: Vec<String> = match number {
            Some(number) => [format!("m.{number}")].into_iter().chain(broken).collect(),
            None => {
                ["count(*)".to_owned()].into_iter().chain(broken.map(|sql| format!("max({sql})"))).collect()
            }
        };
        let sql = format!("SELECT {} FROM {table} AS m WHERE {sql}", columns.join(", "));
        let mut statement = self.connection.prepare(&sql).at(self.connection)?;
        let mut found = statement.query(params_from_iter(values)).at(self.connection)?;
        let (mut count, mut few) = (0, Few::default());
        while let Some(row) = found.next().at(self.connection)? {
            let first: i64 = row.get(0).at(self.connection)?;
            for (column, at) in looked_at.iter().enumerate() {
                suspects[*at] |=
                    row.get::<_, Option<bool>>(column + 1).at(self.connection)?.unwrap_or_default();
            }
            if number.is_some() {
                few.add(first);
                count += 1;
            } else {
                count = first.unsigned_abs();
            }
        }
        section.count = count;
        section.few = few.into_numbers().filter(|_| number.is_some());
        Ok(())
    }

    /// Fails with the first kept row that breaks a rule.
    fn hold(&self, rule: &Rule<'_>) -> Result<(), Error> {
        let condition =
            if rule.is_of_groups { rule.condition.clone() } else { format!("({})", rule.condition) };
        let sql = format!(
            "SELECT {} FROM {}{condition}{} LIMIT 1",
            self.reader.columns_sql("m"),
            self.from.sql,
            self.from.order
        );
        let mut statement = self.connection.prepare(&sql).at(self.connection)?;
        let mut rows = statement.query(params_from_iter(&self.from.values)).at(self.connection)?;
        let Some(row) = rows.next().at(self.connection)? else { return Ok(()) };
        for part in &rule.parts {
            self.hold(part)?;
        }
        Err((rule.error)(row))
    }
}
