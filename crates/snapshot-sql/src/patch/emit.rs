//! The statements of a patch as text. Everything is written twice: first to nowhere, to learn what the head says and
//! whether all of it can be written, then for good.

use std::collections::BTreeMap;
use std::io::Write;

use model::text::Shown;
use model::{Engine, LogicalType, Value};

use super::error::PatchError;
use super::predicate::{all_equal, equals, looks_like};
use super::tables::PatchTable;
use crate::header::Raw;
use crate::literal::{Kind, identifier, identifiers, push_string, push_value};

/// A statement that looks at rows has at most this many, and no more of them beyond so many bytes.
const ROWS: u64 = 50;
const BYTES: usize = 32 << 10;
/// Of a row at most so many values are looked at: engines limit how deep an expression is.
const VALUES: usize = 100;
const BUFFER: usize = 64 << 10;

/// What a statement is for, in the order of the patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Check,
    Park,
    Insert,
    Link,
    Update,
    Unlink,
    Delete,
}

impl Part {
    fn head(self, table: &str, count: u64) -> String {
        let rows = if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
        match self {
            Self::Check if count == 1 => format!("{table}: 1 row as base has it"),
            Self::Check => format!("{table}: {rows} as base has them"),
            Self::Park => format!("{table}: {rows} parked, whose unique values go to other rows"),
            Self::Insert => format!("{table}: {rows} added"),
            Self::Link if count == 1 => format!("{table}: 1 row linked to a row that came later"),
            Self::Link => format!("{table}: {rows} linked to rows that came later"),
            Self::Update => format!("{table}: {rows} changed"),
            Self::Unlink if count == 1 => format!("{table}: 1 row unlinked from a row that goes before"),
            Self::Unlink => format!("{table}: {rows} unlinked from rows that go before"),
            Self::Delete => format!("{table}: {rows} removed"),
        }
    }
}

/// What the statements need of those who run them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    pub(super) unhex: bool,
    not_sqlite: bool,
    not_postgres: bool,
}

impl Needs {
    fn note(&mut self, kind: Kind, ty: LogicalType) {
        match kind {
            Kind::Bytes => self.unhex = true,
            Kind::NotANumber => self.not_sqlite = true,
            Kind::Cast => self.not_postgres = true,
            // The spelling gives text, which only a text column takes.
            Kind::Escaped if ty != LogicalType::Text => self.not_postgres = true,
            _ => {}
        }
    }

    /// What values are compared depends on the engines: on others it was not thought of.
    pub(super) fn raw(self, engines: &[Engine]) -> Raw {
        let (sqlite, postgres) =
            (engines.contains(&Engine::Sqlite), engines.contains(&Engine::Postgres) && !self.not_postgres);
        let oldest = (3, if self.unhex { 41 } else { 38 });
        Raw {
            sqlite: (sqlite && !self.not_sqlite).then_some(oldest),
            postgres: postgres.then_some(14),
            empty_tables_only: false,
        }
    }
}

/// How many rows each part has, by table.
pub(super) type Heads = BTreeMap<(Part, usize), u64>;

/// A row by its columns: names, types, values.
pub(super) type Cell<'v> = (&'v str, LogicalType, &'v Value);

/// Writes statements.
pub(super) struct Emitter<'w, 'e> {
    out: &'w mut dyn Write,
    engines: &'e [Engine],
    /// Of the first time.
    known: Option<&'e Heads>,
    pub(super) heads: Heads,
    pub(super) needs: Needs,
    buffer: Vec<u8>,
    last: Option<(Part, usize)>,
    /// Conditions of rows that are gathered for one statement.
    gathered: Vec<u8>,
    count: u64,
}

impl<'w, 'e> Emitter<'w, 'e> {
    /// `known` are the heads that another, with the same statements, has found.
    pub(super) fn new(out: &'w mut dyn Write, engines: &'e [Engine], known: Option<&'e Heads>) -> Self {
        Self {
            out,
            engines,
            known,
            heads: Heads::new(),
            needs: Needs::default(),
            buffer: Vec::new(),
            last: None,
            gathered: Vec::new(),
            count: 0,
        }
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), PatchError> {
        self.buffer.extend_from_slice(text.as_bytes());
        self.drain(0)
    }

    /// `rows` more rows of a part come.
    fn part(&mut self, part: Part, at: usize, table: &PatchTable<'_>, rows: u64) {
        *self.heads.entry((part, at)).or_default() += rows;
        if self.last != Some((part, at)) {
            self.last = Some((part, at));
            let count = self.known.and_then(|known| known.get(&(part, at))).copied().unwrap_or(0);
            let head = part.head(&Shown(table.name).to_string(), count);
            self.buffer.extend_from_slice(format!("\n-- {head}\n").as_bytes());
        }
    }

    /// Looks at a row with a key: its key and its values.
    pub(super) fn check<'v>(
        &mut self,
        at: usize,
        table: &PatchTable<'_>,
        key: &[Cell<'v>],
        values: impl Iterator<Item = Cell<'v>>,
    ) -> Result<(), PatchError> {
        if self.count == ROWS || self.gathered.len() > BYTES {
            self.end_check(table)?;
        }
        self.part(Part::Check, at, table, 1);
        let needs = &mut self.needs;
        let out = &mut self.gathered;
        out.extend_from_slice(if self.count == 0 { b"  (" } else { b"OR (" });
        all_equal(key.iter().copied(), out, &mut |kind, ty| needs.note(kind, ty));
        for (name, ty, value) in values.take(VALUES) {
            out.extend_from_slice(b" AND ");
            looks_like((table, self.engines), (name, ty), value, out, &mut |kind, ty| needs.note(kind, ty));
        }
        out.extend_from_slice(b")\n");
        self.count += 1;
        Ok(())
    }

    /// Ends the statement of the rows that are gathered.
    pub(super) fn end_check(&mut self, table: &PatchTable<'_>) -> Result<(), PatchError> {
        if self.count > 0 {
            let count = std::mem::take(&mut self.count);
            let gathered = std::mem::take(&mut self.gathered);
            self.guard(table, count, b"\n", &gathered);
        }
        self.drain(BUFFER)
    }

    /// Looks how often a table without a key has a row.
    pub(super) fn check_copies(
        &mut self,
        at: usize,
        table: &PatchTable<'_>,
        row: &[Cell<'_>],
        copies: u64,
    ) -> Result<(), PatchError> {
        self.part(Part::Check, at, table, copies);
        let mut condition = Vec::new();
        let needs = &mut self.needs;
        all_equal(row.iter().copied(), &mut condition, &mut |kind, ty| needs.note(kind, ty));
        self.guard(table, copies, b" ", &condition);
        self.drain(BUFFER)
    }

    /// A statement that fails unless so many rows are as they should be: what it reads as JSON is none. Both engines have
    /// that in common, and psql shows the text.
    fn guard(&mut self, table: &PatchTable<'_>, count: u64, space: &[u8], condition: &[u8]) {
        let out = &mut self.buffer;
        out.extend_from_slice(
            format!("SELECT json(CASE WHEN COUNT(*) = {count} THEN '\"as in base\"' ELSE ").as_bytes(),
        );
        push_string(&format!("rows_of_{}_are_not_as_in_base", table.name), out);
        let name = identifier(table.name);
        out.extend_from_slice(format!(" END) AS {name} FROM {name} WHERE").as_bytes());
        out.extend_from_slice(space);
        out.extend_from_slice(condition);
        out.extend_from_slice(b";\n");
    }

    /// `INSERT INTO … VALUES (…);`, `times` times.
    pub(super) fn insert(
        &mut self,
        part: Option<(usize, u64)>,
        table: &PatchTable<'_>,
        row: &[Cell<'_>],
    ) -> Result<(), PatchError> {
        if let Some((at, rows)) = part {
            self.part(Part::Insert, at, table, rows);
        }
        let names: Vec<String> = row.iter().map(|(name, ..)| (*name).to_owned()).collect();
        let head = format!("INSERT INTO {} ({}) VALUES (", identifier(table.name), identifiers(&names));
        self.buffer.extend_from_slice(head.as_bytes());
        for (nth, (_, ty, value)) in row.iter().enumerate() {
            self.buffer.extend_from_slice(if nth == 0 { b"" } else { b", " });
            self.literal(*ty, value);
        }
        self.buffer.extend_from_slice(b");\n");
        self.drain(BUFFER)
    }

    /// `UPDATE … SET … WHERE …;`
    pub(super) fn update(
        &mut self,
        (part, at): (Part, usize),
        table: &PatchTable<'_>,
        set: &[Cell<'_>],
        key: &[Cell<'_>],
    ) -> Result<(), PatchError> {
        self.part(part, at, table, 1);
        self.buffer.extend_from_slice(format!("UPDATE {}", identifier(table.name)).as_bytes());
        for (nth, (name, ty, value)) in set.iter().enumerate() {
            let before = if nth == 0 { " SET" } else { "," };
            self.buffer.extend_from_slice(format!("{before} {} = ", identifier(name)).as_bytes());
            self.literal(*ty, value);
        }
        self.condition(key);
        self.drain(BUFFER)
    }

    /// `DELETE FROM … WHERE …;`
    pub(super) fn delete(
        &mut self,
        at: usize,
        table: &PatchTable<'_>,
        row: &[Cell<'_>],
        rows: u64,
    ) -> Result<(), PatchError> {
        self.part(Part::Delete, at, table, rows);
        self.buffer.extend_from_slice(format!("DELETE FROM {}", identifier(table.name)).as_bytes());
        self.condition(row);
        self.drain(BUFFER)
    }

    fn condition(&mut self, row: &[Cell<'_>]) {
        let needs = &mut self.needs;
        for (nth, (name, ty, value)) in row.iter().enumerate() {
            self.buffer.extend_from_slice(if nth == 0 { b" WHERE " } else { b" AND " });
            equals(name, *ty, value, &mut self.buffer, &mut |kind, ty| needs.note(kind, ty));
        }
        self.buffer.extend_from_slice(b";\n");
    }

    fn literal(&mut self, ty: LogicalType, value: &Value) {
        let kind = push_value(value, &mut self.buffer);
        self.needs.note(kind, ty);
    }

    fn drain(&mut self, threshold: usize) -> Result<(), PatchError> {
        if self.buffer.len() > threshold {
            self.out.write_all(&self.buffer).map_err(PatchError::Write)?;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> Result<(Heads, Needs), PatchError> {
        self.drain(0)?;
        self.out.flush().map_err(PatchError::Write)?;
        Ok((self.heads, self.needs))
    }
}
