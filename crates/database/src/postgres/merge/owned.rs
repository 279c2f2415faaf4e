//! Which rows of the target are the scenario's: those that the definition selects and, wave by wave, those that refer to
//! them along its child references. Kept in temporary tables of the server, by the rows' identities.

use model::{Definition, Reference, TableSpec};

use super::super::predicate::{self, Term};
use super::super::session::Session;
use super::super::sql::identifier;
use super::facts::{End, count, equal};
use super::filtered;
use super::identity::PLACE;
use super::{Merge, Tables};
use crate::Error;
use crate::known::{pairs_of, parent_position};
use crate::sql::replaced;

/// The scenario's rows of every table of a definition.
#[derive(Debug)]
pub(super) struct OwnedRows {
    tables: Vec<OwnedTable>,
}

/// The scenario's rows of one table.
#[derive(Clone, Debug)]
pub(super) struct OwnedTable {
    name: String,
    rows: Rows,
    /// What tells the table's rows apart, in SQL.
    identity: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rows {
    None,
    All,
    /// Nothing but a selection makes them: the SQL condition for the row `t`.
    Where(String),
    /// `own_before_0(k…, wave)`.
    Kept(String),
}

impl OwnedRows {
    /// Finds them, as the target is now; `prefix` names their temporary tables.
    ///
    /// # Errors
    /// The definition does not fit the target, JSON cannot be compared, or reading fails.
    pub(super) fn find(
        session: &mut Session,
        tables: &Tables<'_>,
        definition: &Definition,
        prefix: &str,
    ) -> Result<Self, Error> {
        let mut found = Self { tables: Vec::new() };
        for (at, spec) in definition.tables.iter().enumerate() {
            tables.relation(&spec.name)?;
            let follows = spec.references.iter().any(|reference| reference.child);
            let rows = match (spec.is_owned(), spec.select.iter().any(Vec::is_empty)) {
                (false, _) => Rows::None,
                _ if spec.select.is_empty() && !follows => Rows::None,
                (true, true) => Rows::All,
                (true, false) => match selected(tables, spec, "t")? {
                    Some(condition) if !follows => Rows::Where(condition),
                    _ => Rows::Kept(format!("pg_temp.{prefix}_{at}")),
                },
            };
            let owned = OwnedTable { name: spec.name.clone(), rows, identity: tables.identity_of(spec) };
            owned.fill(session, tables, spec)?;
            found.tables.push(owned);
        }
        found.spread(session, tables, definition)?;
        found.analyze(session)?;
        Ok(found)
    }

    /// The scenario's rows of the table of that name; `None` if none can be.
    pub(super) fn of(&self, table: &str) -> Option<&OwnedTable> {
        self.tables.iter().find(|owned| owned.name == table && owned.rows != Rows::None)
    }

    /// Follows the child references until nothing new is found.
    fn spread(
        &self,
        session: &mut Session,
        tables: &Tables<'_>,
        definition: &Definition,
    ) -> Result<(), Error> {
        let mut steps = Vec::new();
        for (child, spec) in self.tables.iter().zip(&definition.tables) {
            for reference in spec.references.iter().filter(|reference| reference.child) {
                let parent = &self.tables[parent_position(definition, spec, reference)?];
                if let (Rows::Kept(_), true) = (&child.rows, parent.rows != Rows::None) {
                    steps.push(Step { parent, sql: step_sql(tables, spec, reference, parent, child)? });
                }
            }
        }
        let mut wave: i32 = 0;
        let mut found = !steps.is_empty();
        while found {
            found = false;
            for step in &steps {
                // Rows of a table that follows no other are known from the start.
                if !matches!(step.parent.rows, Rows::Kept(_)) && wave > 0 {
                    continue;
                }
                let sql = replaced(&step.sql, "{wave}", &wave.to_string());
                let sql = replaced(&sql, "{next}", &(wave + 1).to_string());
                found |= session.execute(&sql, &[])? > 0;
            }
            wave += 1;
        }
        Ok(())
    }

    fn analyze(&self, session: &mut Session) -> Result<(), Error> {
        for owned in &self.tables {
            if let Rows::Kept(kept) = &owned.rows {
                session.batch(&format!("ANALYZE {kept}"))?;
            }
        }
        Ok(())
    }
}

struct Step<'o> {
    parent: &'o OwnedTable,
    sql: String,
}

impl OwnedTable {
    /// The SQL condition under which the table's row `t` is the scenario's.
    pub(super) fn condition(&self) -> String {
        match &self.rows {
            Rows::None => "FALSE".to_owned(),
            Rows::All => "TRUE".to_owned(),
            Rows::Where(condition) => format!("({condition})"),
            Rows::Kept(kept) => {
                format!("EXISTS (SELECT FROM {kept} AS own WHERE {})", self.is_row("t", "own"))
            }
        }
    }

    /// `pg_temp.own_0 AS k`, or the table itself where all of its rows are the scenario's: rows with the columns `k0`, ….
    pub(super) fn rows(&self, from: &str) -> String {
        match &self.rows {
            Rows::Kept(kept) => kept.clone(),
            Rows::None | Rows::All | Rows::Where(_) => {
                let ids = self.identity.iter().enumerate();
                let ids: Vec<String> = ids.map(|(at, column)| format!("t.{column} AS k{at}")).collect();
                format!("(SELECT {} FROM {from} AS t WHERE {})", ids.join(", "), self.condition())
            }
        }
    }

    /// How many rows there are.
    ///
    /// # Errors
    /// The target cannot be read.
    pub(super) fn count(&self, session: &mut Session, from: &str) -> Result<u64, Error> {
        let rows = self.rows(from);
        count(session, &format!("{rows} AS k"))
    }

    /// `t."id" = own.k0`.
    pub(super) fn is_row(&self, alias: &str, own: &str) -> String {
        let terms: Vec<String> = (self.identity.iter().enumerate())
            .map(|(at, column)| format!("{alias}.{column} = {own}.k{at}"))
            .collect();
        terms.join(" AND ")
    }

    /// Makes the temporary table and fills it with the selected rows.
    fn fill(&self, session: &mut Session, tables: &Tables<'_>, spec: &TableSpec) -> Result<(), Error> {
        let Rows::Kept(kept) = &self.rows else { return Ok(()) };
        let relation = tables.relation(&spec.name)?;
        let bare = kept.trim_start_matches("pg_temp.");
        let names: Vec<String> = (0..self.identity.len()).map(|at| format!("k{at}")).collect();
        let ids: Vec<String> =
            self.identity.iter().enumerate().map(|(at, column)| format!("m.{column} AS k{at}")).collect();
        let terms = compiled(tables, spec)?;
        let said =
            terms.iter().filter(|term| term.filters.is_empty()).map(|term| format!("({})", term.sql("m")));
        let said: Vec<String> = said.collect();
        let selected = if said.is_empty() { "FALSE".to_owned() } else { said.join(" OR ") };
        session.batch(&format!(
            "CREATE TEMP TABLE {bare} ON COMMIT DROP AS SELECT {ids}, 0 AS wave FROM {from} AS m WHERE {selected}",
            ids = ids.join(", "),
            from = relation.from,
        ))?;
        session.batch(&format!(
            "CREATE UNIQUE INDEX {bare}_row ON {kept} ({}); CREATE INDEX {bare}_wave ON {kept} (wave);
             ANALYZE {kept}",
            names.join(", "),
        ))?;
        for term in terms.iter().filter(|term| !term.filters.is_empty()) {
            let known = format!("EXISTS (SELECT FROM {kept} AS own WHERE {})", self.is_row("m", "own"));
            let found = filtered::Found { kept, identity: &self.identity, known };
            filtered::keep(session, &relation.from, term, &found)?;
        }
        Ok(())
    }
}

/// The terms of a table's selection.
fn compiled<'t>(tables: &Tables<'t>, spec: &'t TableSpec) -> Result<Vec<Term<'t>>, Error> {
    let table = tables.table(&spec.name)?;
    spec.select.iter().map(|term| predicate::compile(spec, table, term)).collect()
}

/// The SQL condition under which the row `alias` is selected; `None` where SQL cannot say it.
fn selected(tables: &Tables<'_>, spec: &TableSpec, alias: &str) -> Result<Option<String>, Error> {
    let terms = compiled(tables, spec)?;
    if terms.iter().any(|term| !term.filters.is_empty()) {
        return Ok(None);
    }
    let terms: Vec<String> = terms.iter().map(|term| format!("({})", term.sql(alias))).collect();
    Ok(Some(if terms.is_empty() { "FALSE".to_owned() } else { terms.join(" OR ") }))
}

/// Adds the rows that refer to those of the last wave; `{wave}` and `{next}` stand for its number and the next one's.
fn step_sql(
    tables: &Tables<'_>,
    spec: &TableSpec,
    reference: &Reference,
    parent: &OwnedTable,
    child: &OwnedTable,
) -> Result<String, Error> {
    let Rows::Kept(kept) = &child.rows else { return Ok(String::new()) };
    let pairs = pairs_of(&spec.name, reference)?;
    let (children, parents) = (tables.relation(&spec.name)?, tables.relation(&reference.to)?);
    let (child_end, parent_end) = (
        End { alias: "m", relation: children, table: tables.table(&spec.name)? },
        End { alias: "p", relation: parents, table: tables.table(&reference.to)? },
    );
    let refers: Vec<String> = pairs.map(|(column, key)| equal(parent_end, key, child_end, column)).collect();
    let front = match &parent.rows {
        Rows::Kept(front) => format!(
            "{front} AS front JOIN {} AS p ON front.wave = {{wave}} AND {}",
            parents.from,
            parent.is_row("p", "front")
        ),
        Rows::None | Rows::All | Rows::Where(_) => {
            format!("(SELECT * FROM {} AS t WHERE {}) AS p", parents.from, parent.condition())
        }
    };
    let ids: Vec<String> = child.identity.iter().map(|column| format!("m.{column}")).collect();
    let names: Vec<String> = (0..ids.len()).map(|at| format!("k{at}")).collect();
    Ok(format!(
        "INSERT INTO {kept} ({names}, wave) SELECT DISTINCT {ids}, {{next}} FROM {front} JOIN {from} AS m ON {refers}
         WHERE NOT {known}",
        names = names.join(", "),
        ids = ids.join(", "),
        from = children.from,
        refers = refers.join(" AND "),
        known = format_args!("EXISTS (SELECT FROM {kept} AS own WHERE {})", child.is_row("m", "own")),
    ))
}

impl Tables<'_> {
    /// What tells the rows of a definition's table apart: as the snapshot has it, or by that definition's key.
    fn identity_of(&self, spec: &TableSpec) -> Vec<String> {
        let key = self.definition.table(&spec.name).map_or(&spec.key, |known| &known.key);
        if key.is_empty() {
            PLACE.map(str::to_owned).to_vec()
        } else {
            key.iter().map(|name| identifier(name)).collect()
        }
    }
}

impl Merge<'_> {
    /// The SQL condition under which the row `t` of a snapshot's table is the scenario's.
    pub(super) fn owned_condition(&self, table: &str) -> String {
        self.owned.of(table).map_or_else(|| "FALSE".to_owned(), OwnedTable::condition)
    }
}
