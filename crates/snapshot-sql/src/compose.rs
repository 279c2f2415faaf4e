//! Rows to text: the one writer of format 1, used to write files and to check them.
//!
//! Appends to a buffer what comes next in a file and hashes the content on the way; where the text goes is the caller's.
//! The rule to keep in mind: what it appends for a row is everything between the end of the row before and the end of
//! this one, so a reader can compare it with the bytes that it has just read.

use model::text::{Shown, show_key};
use model::{ContentHasher, Definition, Digest, Engine, Ownership, Value, fit};

use crate::RowFault;
use crate::earlier::{Passed, later, place};
use crate::header::{Draft, Raw};
use crate::layout::{Layout, TableLayout};
use crate::literal::{Kind, identifier, push_value};
use crate::owned::Predicates;

/// A row as printed is at most this long: the largest value of bytes fits, each of them two digits.
pub(crate) const MAX_ROW: usize = 640 * 1024 * 1024;
/// A row of this length has a statement of its own start.
const LONG_ROW: usize = 32 * 1024;
/// One row in a hundred starts a statement: the first eight bytes of its key's hash are at most this.
const BOUNDARY: u64 = u64::MAX / 100;

/// References of a row that are set after all rows: an UPDATE under `Links`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Link {
    pub(crate) table: usize,
    /// The row key's values.
    pub(crate) key: Vec<Value>,
    /// Columns and their values, in column order.
    pub(crate) set: Vec<(usize, Value)>,
}

impl Link {
    /// Sets the references of its row; returns the column that is not NULL there, if one is not.
    pub(crate) fn fill(&self, row: &mut [Value]) -> Option<usize> {
        for (at, value) in &self.set {
            if !row[*at].is_null() {
                return Some(*at);
            }
            row[*at].clone_from(value);
        }
        None
    }
}

/// What the rows decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The content digest.
    pub content: Digest,
    /// The sections that were written: table (an index into the definition), ownership, rows.
    pub sections: Vec<(usize, Ownership, u64)>,
    /// The rows of the definition's `total` table.
    pub total: u64,
    /// All rows.
    pub records: u64,
    /// The rows whose references are set under `Links`.
    pub links: u64,
    /// What a raw run needs.
    pub raw: Raw,
}

/// Writes sections, rows and links, in this order.
pub(crate) struct Composer<'d> {
    pub(crate) layout: Layout<'d>,
    draft: &'d Draft,
    predicates: Predicates,
    content: ContentHasher,
    sections: Vec<(usize, Ownership, u64)>,
    open: Option<Section>,
    /// The table whose rows are passing, with what of it has passed.
    passed: Option<(usize, Passed)>,
    links: u64,
    needs: Needs,
    /// Whether a shared row may refer to an owned one, which Cleanup then cannot delete.
    holds_owned: bool,
    text: Vec<u8>,
    kinds: Vec<Kind>,
    key_bytes: Vec<u8>,
}

struct Section {
    table: usize,
    ownership: Ownership,
    count: u64,
    written: u64,
    in_statement: bool,
    previous: Vec<Value>,
    depth: u32,
    /// How many equal rows came before, in a keyless table.
    repeated: i64,
}

#[derive(Default)]
struct Needs {
    unhex: bool,
    not_sqlite: bool,
    not_postgres: bool,
}

impl<'d> Composer<'d> {
    /// A composer for a checked draft.
    pub(crate) fn new(draft: &'d Draft) -> Self {
        Self {
            layout: Layout::new(&draft.definition, &draft.engines),
            draft,
            predicates: Predicates::new(&draft.definition),
            content: ContentHasher::new(),
            sections: Vec::new(),
            open: None,
            passed: None,
            links: 0,
            needs: Needs::default(),
            holds_owned: false,
            text: Vec::new(),
            kinds: Vec::new(),
            key_bytes: Vec::new(),
        }
    }

    /// The last row as it was printed, in its parentheses, and the kinds of its literals.
    pub(crate) fn last_row(&self) -> (&[u8], &[Kind]) {
        (&self.text, &self.kinds)
    }

    /// From the blank line after the header to the last line before the sections.
    pub(crate) fn opening(&self) -> String {
        opening(&self.predicates, self.draft)
    }

    /// Starts a section of `count` rows, closing the one before.
    pub(crate) fn section(
        &mut self,
        table: usize,
        ownership: Ownership,
        count: u64,
        out: &mut Vec<u8>,
    ) -> Result<(), RowFault> {
        self.close(out)?;
        let layout = &self.layout.tables[table];
        let last = self.sections.last().map(|(table, ownership, _)| (*table, *ownership));
        if last >= Some((table, ownership)) {
            return Err(section_fault(layout, "its section is out of order, or stands twice".to_owned()));
        }
        if ownership == Ownership::Owned && !layout.spec.is_owned() {
            return Err(section_fault(
                layout,
                "nothing selects its rows, so they can only be shared".to_owned(),
            ));
        }
        out.extend_from_slice(section_head(&layout.spec.name, ownership, count).as_bytes());
        self.content.section(&layout.spec.name, ownership, &layout.spec.columns);
        if self.passed.as_ref().is_none_or(|(at, _)| *at != table) {
            self.check_awaited()?;
            self.passed = Some((table, Passed::new(&self.layout.tables[table])));
        }
        self.sections.push((table, ownership, count));
        self.open = Some(Section {
            table,
            ownership,
            count,
            written: 0,
            in_statement: false,
            previous: Vec::new(),
            depth: 0,
            repeated: 0,
        });
        Ok(())
    }

    /// Writes a full row; returns its link if some of its references have to wait.
    pub(crate) fn row(&mut self, row: &[Value], out: &mut Vec<u8>) -> Result<Option<Link>, RowFault> {
        let (Some(section), Some((_, passed))) = (&mut self.open, &mut self.passed) else {
            return Err(RowFault::Section {
                table: String::new(),
                why: "a row comes before any section".to_owned(),
            });
        };
        let table = &self.layout.tables[section.table];
        check_row(table, section, row, self.layout.engines)?;
        let (linked, depth, waits) = place(table, section.ownership, passed, row)?;
        advance(table, section, row, depth)?;
        if let Some(waiting) = passed.arrive(table, section.ownership, row) {
            return Err(later(table, waiting, &table.spec.name));
        }
        // PostgreSQL's client checks shared rows before the own ones are there.
        self.needs.not_postgres |= waits;
        self.holds_owned |= section.ownership == Ownership::Shared && passed.may_hold_owned(table, row);
        passed.remember(table, section.ownership, row, depth);

        self.text.clear();
        self.kinds.clear();
        self.text.push(b'(');
        for (at, value) in row.iter().enumerate() {
            if at > 0 {
                self.text.extend_from_slice(b", ");
            }
            let value = if linked.contains(&at) { &Value::Null } else { value };
            let kind = push_value(value, &mut self.text);
            self.needs.note(kind, table, at);
            self.kinds.push(kind);
        }
        self.text.push(b')');
        if self.text.len() > MAX_ROW {
            return Err(too_long(table, section, row));
        }

        self.key_bytes.clear();
        encode_key(table, section, row, &mut self.key_bytes);
        let starts = !section.in_statement || self.text.len() >= LONG_ROW || is_boundary(&self.key_bytes);
        if starts {
            end_statement(section, out);
            out.extend_from_slice(table.head.as_bytes());
        }
        section.in_statement = true;
        out.extend_from_slice(if starts { b"  " } else { b", " });
        out.extend_from_slice(&self.text);
        out.push(b'\n');

        if linked.is_empty() {
            self.content.row(row);
            return Ok(None);
        }
        self.links += 1;
        let without: Vec<Value> = row
            .iter()
            .enumerate()
            .map(|(at, value)| if linked.contains(&at) { Value::Null } else { value.clone() })
            .collect();
        self.content.row(&without);
        let key = table.key.iter().map(|at| row[*at].clone()).collect();
        let set = linked.into_iter().map(|at| (at, row[at].clone())).collect();
        Ok(Some(Link { table: section.table, key, set }))
    }

    /// Checks, after the last row of a table, that the rows have come that others of it refer to.
    pub(crate) fn check_awaited(&self) -> Result<(), RowFault> {
        let Some((table, passed)) = &self.passed else { return Ok(()) };
        let table = &self.layout.tables[*table];
        match passed.in_vain() {
            Some(waiting) => Err(later(table, waiting.clone(), &table.spec.name)),
            None => Ok(()),
        }
    }

    /// Closes the last section.
    pub(crate) fn close(&mut self, out: &mut Vec<u8>) -> Result<(), RowFault> {
        let Some(mut section) = self.open.take() else { return Ok(()) };
        if section.written != section.count {
            let why = format!("{} rows were announced and {} came", section.count, section.written);
            return Err(section_fault(&self.layout.tables[section.table], why));
        }
        end_statement(&mut section, out);
        Ok(())
    }

    /// How many links there are; final once the last section is closed.
    pub(crate) fn links(&self) -> u64 {
        self.links
    }

    /// The comment above the links.
    pub(crate) fn links_head(&self) -> String {
        format!("\n-- Links ({} update{})\n", self.links, if self.links == 1 { "" } else { "s" })
    }

    /// Counts a link into the content.
    pub(crate) fn hash_link(&mut self, link: &Link) {
        let spec = self.layout.tables[link.table].spec;
        let set = link.set.iter().map(|(at, value)| (spec.columns[*at].name.as_str(), value));
        self.content.link(&spec.name, &link.key, set);
    }

    /// From the blank line after sections and links to `COMMIT;`.
    pub(crate) fn closing(&self) -> String {
        closing(&self.predicates, &self.draft.definition, &self.sections)
    }

    /// What the rows decided; asked once, at the end.
    pub(crate) fn tally(&mut self) -> Tally {
        let total_table = self.draft.definition.position(&self.draft.definition.total);
        let rows = |only: Option<usize>| -> u64 {
            let sections = self.sections.iter().filter(|(table, _, _)| only.is_none_or(|one| one == *table));
            sections.map(|(_, _, count)| *count).sum()
        };
        let has = |engine| self.draft.engines.contains(&engine);
        let sqlite = if self.needs.unhex { (3, 41) } else { (3, 38) };
        let raw = Raw {
            sqlite: (has(Engine::Sqlite) && !self.needs.not_sqlite).then_some(sqlite),
            postgres: (has(Engine::Postgres) && !self.needs.not_postgres && !self.layout.has_late_checks)
                .then_some(14),
            empty_tables_only: self.holds_owned || self.predicates.incomplete(&self.draft.definition),
        };
        let (total, records) = (total_table.map_or(0, |table| rows(Some(table))), rows(None));
        Tally {
            content: std::mem::take(&mut self.content).finish(),
            total,
            records,
            links: self.links,
            raw,
            sections: self.sections.clone(),
        }
    }
}

/// From the blank line after the header to the last line before the sections.
pub(crate) fn opening(predicates: &Predicates, draft: &Draft) -> String {
    format!("\nBEGIN;\n\n{}", predicates.cleanup(draft))
}

/// From the blank line after sections and links to `COMMIT;`.
pub(crate) fn closing(
    predicates: &Predicates,
    definition: &Definition,
    sections: &[(usize, Ownership, u64)],
) -> String {
    let mut owned = vec![0; definition.tables.len()];
    for (table, ownership, count) in sections {
        if *ownership == Ownership::Owned {
            owned[*table] = *count;
        }
    }
    format!("\n{}\nCOMMIT;\n", predicates.verification(definition, &owned))
}

/// Appends the UPDATE of a link.
pub(crate) fn push_link(link: &Link, layout: &Layout<'_>, out: &mut Vec<u8>) {
    let table = &layout.tables[link.table];
    let name = |at: usize| identifier(&table.spec.columns[at].name);
    out.extend_from_slice(format!("UPDATE {}", identifier(&table.spec.name)).as_bytes());
    for (nth, (at, value)) in link.set.iter().enumerate() {
        let before = if nth == 0 { " SET" } else { "," };
        out.extend_from_slice(format!("{before} {} = ", name(*at)).as_bytes());
        push_value(value, out);
    }
    for (nth, (at, value)) in table.key.iter().zip(&link.key).enumerate() {
        let before = if nth == 0 { " WHERE" } else { " AND" };
        out.extend_from_slice(format!("{before} {} = ", name(*at)).as_bytes());
        push_value(value, out);
    }
    for (at, _) in &link.set {
        out.extend_from_slice(format!(" AND {} IS NULL", name(*at)).as_bytes());
    }
    out.extend_from_slice(b";\n");
}

impl Needs {
    fn note(&mut self, kind: Kind, table: &TableLayout<'_>, column: usize) {
        match kind {
            Kind::Bytes => self.unhex = true,
            Kind::NotANumber => self.not_sqlite = true,
            Kind::Cast => self.not_postgres = true,
            // The spelling gives text, which only a text column takes.
            Kind::Escaped if table.types[column] != model::LogicalType::Text => self.not_postgres = true,
            _ => {}
        }
    }
}

fn end_statement(section: &mut Section, out: &mut Vec<u8>) {
    if !section.in_statement {
        return;
    }
    out.extend_from_slice(statement_end(section.ownership).as_bytes());
    section.in_statement = false;
}

/// What ends an INSERT.
pub(crate) fn statement_end(ownership: Ownership) -> &'static str {
    match ownership {
        Ownership::Shared => "ON CONFLICT DO NOTHING\n;\n",
        Ownership::Owned => ";\n",
    }
}

/// The blank line and the comment before a section.
pub(crate) fn section_head(table: &str, ownership: Ownership, count: u64) -> String {
    let shared = if ownership == Ownership::Shared { " shared" } else { "" };
    let plural = if count == 1 { "" } else { "s" };
    format!("\n-- {table} ({count}{shared} record{plural})\n")
}

fn check_row(
    table: &TableLayout<'_>,
    section: &Section,
    row: &[Value],
    engines: &[Engine],
) -> Result<(), RowFault> {
    if section.written == section.count {
        let why = format!("more rows came than the {} that were announced", section.count);
        return Err(section_fault(table, why));
    }
    let name = || Shown(&table.spec.name).to_string();
    if row.len() != table.types.len() {
        return Err(RowFault::Width { table: name(), expected: table.types.len(), found: row.len() });
    }
    if table.key.iter().any(|at| row[*at].is_null()) {
        return Err(RowFault::NullKey { table: name(), key: shown_key(table, section, row) });
    }
    for (at, (value, ty)) in row.iter().zip(&table.types).enumerate() {
        if value.as_bytes().len() > Value::MAX_BYTES {
            return Err(too_long(table, section, row));
        }
        if let Some(why) = engines.iter().find_map(|engine| fit::misfit(*ty, value, *engine)) {
            let column = Shown(&table.spec.columns[at].name).to_string();
            return Err(RowFault::Misfit { table: name(), key: shown_key(table, section, row), column, why });
        }
    }
    Ok(())
}

/// Checks that the row comes after the one before it, and makes it the one before.
fn advance(
    table: &TableLayout<'_>,
    section: &mut Section,
    row: &[Value],
    depth: u32,
) -> Result<(), RowFault> {
    let columns = &table.order;
    let order = section.previous.iter().cmp(columns.iter().map(|at| &row[*at]));
    let deeper = table.order_parents && depth > section.depth;
    let shallower = table.order_parents && depth < section.depth;
    let equal_allowed = table.key.is_empty();
    let fine = section.written == 0 || deeper || order.is_lt() || order.is_eq() && equal_allowed;
    if !fine || shallower && section.written > 0 {
        return Err(RowFault::Order {
            table: Shown(&table.spec.name).to_string(),
            key: shown_key(table, section, row),
            previous: if equal_allowed {
                format!("number {}", section.written)
            } else {
                show_key(&table.spec.key, &section.previous)
            },
        });
    }
    section.repeated = if section.written > 0 && order.is_eq() { section.repeated + 1 } else { 0 };
    section.written += 1;
    section.depth = depth;
    section.previous.resize(columns.len(), Value::Null);
    for (previous, at) in section.previous.iter_mut().zip(columns) {
        previous.clone_from(&row[*at]);
    }
    Ok(())
}

/// The canonical encoding of the row key; of a keyless row all values and which of the equal rows it is, from 1.
fn encode_key(table: &TableLayout<'_>, section: &Section, row: &[Value], out: &mut Vec<u8>) {
    if table.key.is_empty() {
        for value in row {
            value.encode_into(out);
        }
        Value::Integer(section.repeated + 1).encode_into(out);
    } else {
        for at in &table.key {
            row[*at].encode_into(out);
        }
    }
}

/// Decided by the row alone, so that a row inserted anywhere moves no other statement.
fn is_boundary(key: &[u8]) -> bool {
    let digest = Digest::of(key).0;
    let first = digest.first_chunk::<8>().map_or(0, |first| u64::from_be_bytes(*first));
    first <= BOUNDARY
}

fn shown_key(table: &TableLayout<'_>, section: &Section, row: &[Value]) -> String {
    if table.key.is_empty() { format!("number {}", section.written + 1) } else { key_of(table, row) }
}

/// The row's key as shown.
pub(crate) fn key_of(table: &TableLayout<'_>, row: &[Value]) -> String {
    let values: Vec<Value> = table.key.iter().map(|at| row[*at].clone()).collect();
    if values.is_empty() { "without key".to_owned() } else { show_key(&table.spec.key, &values) }
}

fn too_long(table: &TableLayout<'_>, section: &Section, row: &[Value]) -> RowFault {
    let key = shown_key(table, section, row);
    RowFault::TooLong { table: Shown(&table.spec.name).to_string(), key, limit: Value::MAX_BYTES }
}

fn section_fault(table: &TableLayout<'_>, why: String) -> RowFault {
    RowFault::Section { table: Shown(&table.spec.name).to_string(), why }
}
