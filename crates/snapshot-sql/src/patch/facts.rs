//! Which rows wait for others: unique values that change their row, rows that refer to rows written later. Found by joining
//! both sides of each value in scratch space.
//!
//! The rule to keep in mind: what is found here is a matter of order alone; a value that is missed here fails the patch
//! when it runs, and changes nothing.

use std::io::{Read, Seek, Write};

use model::{Collation, Digest, Value};

use super::error::PatchError;
use super::sort::{Sorted, Sorter};
use super::tables::PatchTable;

/// A value's hash (16), the role (1), the operation (8), which unique key or reference (4).
const FACT: usize = 29;
/// The operation (8), what is to be done (1), which unique key or reference (4).
pub(super) const MARK: usize = 13;

/// What an operation has to do with a value, in the order in which they are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Role {
    /// An added row takes a unique value.
    TakenByAdded = 0,
    /// A changed row takes it.
    TakenByChanged = 1,
    /// A changed row gives it up.
    GivenByChanged = 2,
    /// A removed row gives it up.
    GivenByRemoved = 3,
    /// An added row that others may refer to.
    ParentAdded = 4,
    /// An added row that refers.
    ChildAdded = 5,
    /// A removed row that others may refer to.
    ParentRemoved = 6,
    /// A removed row that refers.
    ChildRemoved = 7,
}

/// What has to be done with a row besides its operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Mark {
    /// It gives up the values of a unique key before another row takes them.
    Park = 0,
    /// A reference is set after all rows are there.
    Link = 1,
    /// A reference is set NULL before rows are deleted.
    Unlink = 2,
}

impl Mark {
    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        [Self::Park, Self::Link, Self::Unlink].into_iter().find(|mark| *mark as u8 == byte)
    }
}

/// Rows of a table whose references to each other cannot be NULL: the earlier operation, the later.
pub(super) type Edge = (u64, u64);

/// A fault that names its row only when it is looked up.
pub(super) enum Stopped {
    Error(PatchError),
    /// The operation, and which of its references closes a circle; whether the row is removed.
    Circle(u64, usize, bool),
    /// The operation, and which unique key cannot be given up.
    Key(u64, usize),
}

impl From<std::io::Error> for Stopped {
    fn from(error: std::io::Error) -> Self {
        Self::Error(PatchError::Scratch(error))
    }
}

/// Gathers what operations have to do with values.
pub(super) struct Facts<S> {
    sorter: Sorter<S, FACT>,
}

impl<S: Read + Write + Seek> Facts<S> {
    pub(super) fn new(spool: S) -> std::io::Result<Self> {
        Ok(Self { sorter: Sorter::new(spool)? })
    }

    /// An added or a removed row.
    pub(super) fn whole_row(
        &mut self,
        tables: &[PatchTable<'_>],
        at: usize,
        op: u64,
        row: &[Value],
        removed: bool,
    ) -> std::io::Result<()> {
        let table = &tables[at];
        let Some(spec) = table.spec(removed) else { return Ok(()) };
        let value = |name: &String| spec.column(name).map_or(&Value::Null, |at| &row[at]);
        let role = if removed { Role::GivenByRemoved } else { Role::TakenByAdded };
        for (slot, unique) in table.uniques.iter().enumerate() {
            let values: Vec<&Value> = unique.columns.iter().map(value).collect();
            self.push(b'U', (table, &unique.columns), &values, role, op, slot)?;
        }
        let (domain, references, parent, child) = if removed {
            (b'D', &table.early, Role::ParentRemoved, Role::ChildRemoved)
        } else {
            (b'A', &table.late, Role::ParentAdded, Role::ChildAdded)
        };
        for (slot, reference) in references.iter().enumerate() {
            let values: Vec<&Value> = reference.columns.iter().map(value).collect();
            let Some(to) = tables.iter().find(|table| table.name == reference.to) else { continue };
            self.push(domain, (to, &reference.key), &values, child, op, slot)?;
        }
        for key in if removed { &table.early_keys } else { &table.late_keys } {
            let values: Vec<&Value> = key.iter().map(value).collect();
            self.push(domain, (table, key), &values, parent, op, 0)?;
        }
        Ok(())
    }

    /// A changed row: the values of its unique keys before and after.
    pub(super) fn changed_row<'v>(
        &mut self,
        table: &PatchTable<'_>,
        op: u64,
        value: &dyn Fn(&str, bool) -> &'v Value,
        changes: &dyn Fn(&str) -> bool,
    ) -> std::io::Result<()> {
        for (slot, unique) in table.uniques.iter().enumerate() {
            if !unique.columns.iter().any(|name| changes(name)) {
                continue;
            }
            for (role, of_head) in [(Role::TakenByChanged, true), (Role::GivenByChanged, false)] {
                let values: Vec<&Value> = unique.columns.iter().map(|name| value(name, of_head)).collect();
                self.push(b'U', (table, &unique.columns), &values, role, op, slot)?;
            }
        }
        Ok(())
    }

    fn push(
        &mut self,
        domain: u8,
        (table, columns): (&PatchTable<'_>, &[String]),
        values: &[&Value],
        role: Role,
        op: u64,
        slot: usize,
    ) -> std::io::Result<()> {
        if values.iter().any(|value| value.is_null()) {
            return Ok(());
        }
        let mut bytes = vec![domain];
        for name in std::iter::once(table.name).chain(columns.iter().map(String::as_str)) {
            bytes.extend_from_slice(&(name.len() as u64).to_be_bytes());
            bytes.extend_from_slice(name.as_bytes());
        }
        for (value, name) in values.iter().zip(columns) {
            folded(value, table.collation(name)).encode_into(&mut bytes);
        }
        let mut fact = [0; FACT];
        fact[..16].copy_from_slice(&Digest::of(&bytes).0[..16]);
        fact[16] = role as u8;
        fact[17..25].copy_from_slice(&op.to_be_bytes());
        fact[25..].copy_from_slice(&u32::try_from(slot).unwrap_or(u32::MAX).to_be_bytes());
        self.sorter.push(fact)
    }

    /// Joins what was gathered; `table_of` says which table an operation is of. Gives back the scratch space of the facts.
    ///
    /// Marks come sorted by operation; the edges need memory, for the rows of tables that follow their parents.
    pub(super) fn join(
        self,
        tables: &[PatchTable<'_>],
        table_of: &dyn Fn(u64) -> usize,
        marks: S,
    ) -> Result<(Sorted<S, MARK>, S, Edges), Stopped> {
        let mut sorted = self.sorter.finish()?;
        let mut join = Join {
            tables,
            table_of,
            marks: Sorter::new(marks)?,
            edges: Edges::default(),
            hash: [0; 16],
            takers: Vec::new(),
            parent: None,
        };
        while let Some(fact) = sorted.next()? {
            join.fact(&fact)?;
        }
        Ok((join.marks.finish()?, sorted.into_spool(), join.edges))
    }
}

/// Which rows have to follow which, of added and of removed ones.
#[derive(Default)]
pub(super) struct Edges {
    pub(super) added: Vec<Edge>,
    pub(super) removed: Vec<Edge>,
}

struct Join<'j, 'd, S> {
    tables: &'j [PatchTable<'d>],
    table_of: &'j dyn Fn(u64) -> usize,
    marks: Sorter<S, MARK>,
    edges: Edges,
    /// Of the value at hand.
    hash: [u8; 16],
    /// The first two that take it: whether by a change, and the operation.
    takers: Vec<(bool, u64)>,
    parent: Option<u64>,
}

impl<S: Read + Write + Seek> Join<'_, '_, S> {
    fn fact(&mut self, fact: &[u8; FACT]) -> Result<(), Stopped> {
        if fact[..16] != self.hash {
            self.hash.copy_from_slice(&fact[..16]);
            self.takers.clear();
            self.parent = None;
        }
        let mut number = [0; 8];
        number.copy_from_slice(&fact[17..25]);
        let op = u64::from_be_bytes(number);
        let slot = fact[25..].iter().fold(0, |slot, byte| slot << 8 | usize::from(*byte));
        let role = fact[16];
        if role <= Role::TakenByChanged as u8 {
            if self.takers.len() < 2 {
                self.takers.push((role == Role::TakenByChanged as u8, op));
            }
            Ok(())
        } else if role <= Role::GivenByRemoved as u8 {
            self.given(op, slot, role == Role::GivenByRemoved as u8)
        } else if role == Role::ParentAdded as u8 || role == Role::ParentRemoved as u8 {
            self.parent = Some(op);
            Ok(())
        } else {
            self.child(op, slot, role == Role::ChildRemoved as u8)
        }
    }

    /// Added rows come first, then changed ones in their order, removed ones last.
    fn given(&mut self, op: u64, slot: usize, removed: bool) -> Result<(), Stopped> {
        let is_before = |(changed, taker): &(bool, u64)| *taker != op && (!changed || removed || *taker < op);
        if !self.takers.iter().any(is_before) {
            return Ok(());
        }
        if self.tables[(self.table_of)(op)].uniques[slot].is_row_key {
            return Err(Stopped::Key(op, slot));
        }
        self.mark(op, Mark::Park, slot)
    }

    fn child(&mut self, op: u64, slot: usize, removed: bool) -> Result<(), Stopped> {
        let Some(parent) = self.parent.filter(|parent| *parent != op) else { return Ok(()) };
        let (at, to) = ((self.table_of)(op), (self.table_of)(parent));
        let table = &self.tables[at];
        let references = if removed { &table.early } else { &table.late };
        let Some(reference) = references.get(slot) else { return Ok(()) };
        if reference.orders(table) {
            let edges = if removed { &mut self.edges.removed } else { &mut self.edges.added };
            edges.push((parent, op));
            return Ok(());
        }
        // Rows that follow their parents are not in the order of their operations.
        let reordered = at == to && references.iter().any(|other| other.orders(table));
        if at == to && parent < op && !reordered {
            return Ok(());
        }
        if reference.settable.is_empty() {
            return Err(Stopped::Circle(op, slot, removed));
        }
        self.mark(op, if removed { Mark::Unlink } else { Mark::Link }, slot)
    }

    fn mark(&mut self, op: u64, mark: Mark, slot: usize) -> Result<(), Stopped> {
        let mut record = [0; MARK];
        record[..8].copy_from_slice(&op.to_be_bytes());
        record[8] = mark as u8;
        record[9..].copy_from_slice(&u32::try_from(slot).unwrap_or(u32::MAX).to_be_bytes());
        Ok(self.marks.push(record)?)
    }
}

/// A value such that two which an engine may take for the same unique value are the same.
fn folded(value: &Value, collation: Option<Collation>) -> Value {
    match value {
        #[expect(clippy::cast_possible_truncation, reason = "only whole numbers of that size")]
        Value::Real(number) if number.fract() == 0.0 && number.abs() < 9e15 => Value::Integer(*number as i64),
        Value::Boolean(flag) => Value::Integer(i64::from(*flag)),
        Value::Text(text) => match collation {
            Some(Collation::Nocase) => Value::Text(text.to_ascii_lowercase()),
            Some(Collation::Rtrim) => Value::Text(text.trim_end_matches(' ').to_owned()),
            None => value.clone(),
        },
        Value::Typed(digits) => {
            let is_number =
                !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
            match digits.split_once('.') {
                Some(_) if is_number => {
                    let short = digits.trim_end_matches('0').trim_end_matches('.');
                    Value::Typed(short.to_owned())
                }
                _ => value.clone(),
            }
        }
        _ => value.clone(),
    }
}
