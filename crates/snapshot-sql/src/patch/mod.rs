//! A patch: the statements that turn the rows of one snapshot into those of another, in any database that holds the first,
//! on both engines, through `sqlite3 -bail` and `psql -X -v ON_ERROR_STOP=1`.
//!
//! It is text for people, who read it and run it; this tool never does. Its statements come in an order in which no key is
//! ever violated, without deferred keys: rows are looked at, unique values that go to another row are parked, rows are
//! inserted parents first, references to later rows are set, rows are changed, rows are deleted children first.
//!
//! The rule to keep in mind: a patch either leads from base to head, or fails as a whole, or is refused before its first
//! line is written. What is found by looking at values (`facts`) is a matter of order alone.

mod emit;
mod error;
mod facts;
mod ops;
mod order;
mod parking;
mod predicate;
mod sort;
mod statements;
mod tables;

use std::io::{Read, Seek, Write};

use model::text::{Shown, show_key};
use model::{Catalog, Definition, Digest, Engine, ScenarioName, TableSpec, Value, fit};

pub use self::error::PatchError;
use self::facts::{Facts, Stopped};
use self::ops::{Op, Ops};
use self::order::{Marks, depths};
use self::predicate::is_comparable;
use self::statements::{Order, Statements};
use self::tables::{PatchTable, tables};

/// One side of a patch.
#[derive(Clone, Copy, Debug)]
pub struct PatchSide<'a> {
    /// What people call it; not yet safe to print.
    pub name: &'a str,
    /// The digest of its content, where it is known.
    pub content: Option<Digest>,
    /// Its tables.
    pub definition: &'a Definition,
}

/// What a patch is between.
#[derive(Clone, Copy, Debug)]
pub struct PatchHead<'a> {
    /// Whose rows these are.
    pub scenario: &'a ScenarioName,
    /// What the patch starts from.
    pub base: PatchSide<'a>,
    /// What it leads to.
    pub head: PatchSide<'a>,
    /// The engines that it is to run on; not empty.
    pub engines: &'a [Engine],
    /// The schema of the database that it will run in: its unique keys, which columns can be NULL. Without it, only row
    /// keys and keys that references lead to are known to be unique, and the patch says so.
    pub catalog: Option<&'a Catalog>,
}

/// One row that differs, as a comparison tells it.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    /// Its table.
    pub table: &'a str,
    /// The whole row, as the head has it; a removed one as the base does.
    pub row: &'a [Value],
    /// In a table without a key: how many rows equal to this one both sides have besides.
    pub kept: u64,
    /// How it differs.
    pub kind: OperationKind<'a>,
}

/// How a row differs.
#[derive(Clone, Copy, Debug)]
pub enum OperationKind<'a> {
    /// Only the head has it.
    Added,
    /// Only the base has it.
    Removed,
    /// Both have it, with other values in these columns.
    Changed(&'a [Alteration<'a>]),
}

/// One value that differs.
#[derive(Clone, Copy, Debug)]
pub struct Alteration<'a> {
    /// The column.
    pub column: &'a str,
    /// What it was; `None` if the base has no such column.
    pub base: Option<&'a Value>,
    /// What it is; `None` if the head has no such column.
    pub head: Option<&'a Value>,
}

/// Takes operations, table by table, and writes the patch at the end. Memory does not grow with their number, except by
/// a few bytes for each added or removed row of a table whose rows refer to each other by a reference that is never NULL.
pub struct PatchWriter<'a, S> {
    head: PatchHead<'a>,
    tables: Vec<PatchTable<'a>>,
    ops: Ops<S>,
    facts: Facts<S>,
    marks: S,
    segments: Vec<Segment>,
    /// Equal rows of a table without a key, not yet taken down.
    pending: Option<Op>,
    totals: [u64; 3],
}

/// The operations of one table.
pub(crate) struct Segment {
    table: usize,
    first: u64,
    count: u64,
    start: u64,
    end: u64,
    /// Whether rows are added, changed, removed: no need to look for others.
    has: [bool; 3],
    /// Where each operation starts, where they may be needed in another order.
    starts: Option<Vec<u64>>,
}

impl<'a, S: Read + Write + Seek> PatchWriter<'a, S> {
    /// Starts a patch. The scratch spaces are overwritten.
    ///
    /// # Errors
    /// A name cannot stand in a patch, or scratch space fails.
    pub fn new(head: PatchHead<'a>, scratch: [S; 3]) -> Result<Self, PatchError> {
        let [ops, facts, marks] = scratch;
        Ok(Self {
            tables: tables(head.base.definition, head.head.definition, head.catalog)?,
            head,
            ops: Ops::new(ops).map_err(PatchError::Scratch)?,
            facts: Facts::new(facts).map_err(PatchError::Scratch)?,
            marks,
            segments: Vec::new(),
            pending: None,
            totals: [0; 3],
        })
    }

    /// Takes a row. All rows of a table come one after the other; equal ones of a table without a key too.
    ///
    /// # Errors
    /// The row cannot be part of a patch, or scratch space fails.
    pub fn operation(&mut self, operation: &Operation<'_>) -> Result<(), PatchError> {
        let removed = matches!(operation.kind, OperationKind::Removed);
        let Some(at) = self.tables.iter().position(|table| table.name == operation.table) else {
            return Err(PatchError::Shape { table: Shown(operation.table).to_string() });
        };
        let table = &self.tables[at];
        table.check_rows()?;
        let spec = match table.spec(removed) {
            Some(spec) if spec.columns.len() == operation.row.len() => spec,
            _ => return Err(PatchError::Shape { table: Shown(table.name).to_string() }),
        };
        let op = match operation.kind {
            OperationKind::Added => self.added(table, spec, operation)?,
            OperationKind::Removed => self.removed(table, spec, operation)?,
            OperationKind::Changed(columns) => {
                changed(table, spec, operation.row, columns, self.head.engines)?
            }
        };
        let keyless = spec.key.is_empty();
        self.totals[op.kind()] += 1;
        if self.segments.last().is_none_or(|segment| segment.table != at) {
            self.flush()?;
            self.start_segment(at);
        }
        if keyless {
            return self.gather(op);
        }
        self.take(&op, Some((operation.row, operation.kind)))
    }

    fn added(
        &self,
        table: &PatchTable<'_>,
        spec: &TableSpec,
        operation: &Operation<'_>,
    ) -> Result<Op, PatchError> {
        for (column, value) in spec.columns.iter().zip(operation.row) {
            if let (false, Some(error)) = (value.is_null(), table.column_differs(&column.name)) {
                return Err(error);
            }
            check_fit(spec, operation.row, &column.name, value, self.head.engines)?;
        }
        Ok(Op::Added { row: operation.row.to_vec(), times: 1, kept: operation.kept })
    }

    fn removed(
        &self,
        table: &PatchTable<'_>,
        spec: &TableSpec,
        operation: &Operation<'_>,
    ) -> Result<Op, PatchError> {
        if spec.key.is_empty() {
            let mut columns = spec.columns.iter().zip(operation.row);
            let is_odd = |(column, value): &(&model::ColumnSpec, &Value)| {
                !is_comparable(table, &column.name, column.ty, value, self.head.engines)
            };
            if let Some((column, _)) = columns.find(is_odd) {
                let (table, column_name) = (Shown(table.name).to_string(), Shown(&column.name).to_string());
                return Err(PatchError::Incomparable { table, column: column_name, ty: column.ty });
            }
        }
        Ok(Op::Removed { row: operation.row.to_vec(), times: 1, kept: operation.kept })
    }

    /// Equal rows become one operation.
    fn gather(&mut self, op: Op) -> Result<(), PatchError> {
        match (&mut self.pending, &op) {
            (Some(Op::Added { row, times, .. }), Op::Added { row: next, .. })
            | (Some(Op::Removed { row, times, .. }), Op::Removed { row: next, .. })
                if row == next =>
            {
                *times += 1;
                Ok(())
            }
            _ => {
                self.flush()?;
                self.pending = Some(op);
                Ok(())
            }
        }
    }

    fn flush(&mut self) -> Result<(), PatchError> {
        let Some(op) = self.pending.take() else { return Ok(()) };
        self.take(&op, None)
    }

    fn start_segment(&mut self, at: usize) {
        let last = self.segments.last();
        let table = &self.tables[at];
        let orders = table.late.iter().chain(&table.early).any(|reference| reference.orders(table));
        self.segments.push(Segment {
            table: at,
            first: last.map_or(0, |last| last.first + last.count),
            count: 0,
            start: self.ops.end(),
            end: self.ops.end(),
            has: [false; 3],
            starts: orders.then(Vec::new),
        });
    }

    /// Takes an operation down, with what other rows may have to know of it.
    fn take(&mut self, op: &Op, whole: Option<(&[Value], OperationKind<'_>)>) -> Result<(), PatchError> {
        let Some(segment) = self.segments.last_mut() else { return Ok(()) };
        let (at, number) = (segment.table, segment.first + segment.count);
        if let Some(starts) = &mut segment.starts {
            starts.push(self.ops.end());
        }
        self.ops.push(op).map_err(PatchError::Scratch)?;
        segment.count += 1;
        segment.has[op.kind()] = true;
        segment.end = self.ops.end();
        let noted = match (op, whole) {
            (Op::Added { row, .. }, _) => self.facts.whole_row(&self.tables, at, number, row, false),
            (Op::Removed { row, .. }, _) => self.facts.whole_row(&self.tables, at, number, row, true),
            (Op::Changed { .. }, Some((row, OperationKind::Changed(columns)))) => {
                let spec = self.tables[at].head;
                let find = |name: &str| columns.iter().find(|one| one.column == name);
                let value = |name: &str, of_head: bool| {
                    let of_row = spec.and_then(|spec| spec.column(name)).map_or(&Value::Null, |at| &row[at]);
                    let before = find(name).filter(|_| !of_head).map(|one| one.base.unwrap_or(&Value::Null));
                    before.unwrap_or(of_row)
                };
                self.facts.changed_row(&self.tables[at], number, &value, &|name| find(name).is_some())
            }
            (Op::Changed { .. }, _) => Ok(()),
        };
        noted.map_err(PatchError::Scratch)
    }

    /// Writes the patch.
    ///
    /// # Errors
    /// It cannot lead from base to head without violating a key on the way ([`PatchError`] says which): then nothing has
    /// been written. Or scratch space or writing fails.
    pub fn finish(mut self, out: &mut dyn Write) -> Result<(), PatchError> {
        self.flush()?;
        self.ops.flush().map_err(PatchError::Scratch)?;
        let segments = self.segments;
        let table_of = |op: u64| {
            let at = segments.partition_point(|segment| segment.first <= op);
            at.checked_sub(1).map_or(0, |at| segments[at].table)
        };
        let tables = &self.tables;
        let joined = self.facts.join(tables, &table_of, self.marks).and_then(|(marks, spool, edges)| {
            let circle = |op: u64, removed: bool| {
                let table = &tables[table_of(op)];
                let references = if removed { &table.early } else { &table.late };
                let slot = references.iter().position(|reference| reference.orders(table)).unwrap_or(0);
                Stopped::Circle(op, slot, removed)
            };
            let added = depths(&edges.added).map_err(|op| circle(op, false))?;
            let removed = depths(&edges.removed).map_err(|op| circle(op, true))?;
            Ok((marks, spool, Order { added, removed }))
        });
        let (sorted, spool, order) = match joined {
            Ok(joined) => joined,
            Err(stopped) => return Err(name_fault(stopped, tables, &segments, &mut self.ops)),
        };
        let marks = Marks::keep(sorted, spool).map_err(PatchError::Scratch)?;
        let mut statements = Statements {
            head: self.head,
            tables: &self.tables,
            segments: &segments,
            totals: self.totals,
            order,
            ops: self.ops,
            marks,
        };
        statements.write(out)
    }
}

fn changed(
    table: &PatchTable<'_>,
    spec: &TableSpec,
    row: &[Value],
    columns: &[Alteration<'_>],
    engines: &[Engine],
) -> Result<Op, PatchError> {
    let mut taken = Vec::new();
    for one in columns {
        if let Some(error) = table.column_differs(one.column) {
            return Err(error);
        }
        let (Some(at), Some(base), Some(head)) = (spec.column(one.column), one.base, one.head) else {
            return Err(PatchError::Shape { table: Shown(table.name).to_string() });
        };
        if let Some(by) = table.referred.get(one.column).filter(|_| !base.is_null()) {
            return Err(PatchError::Referred {
                table: Shown(table.name).to_string(),
                key: key_of(spec, row),
                column: Shown(one.column).to_string(),
                by: by.clone(),
            });
        }
        check_fit(spec, row, one.column, head, engines)?;
        taken.push((at, base.clone(), head.clone()));
    }
    let key = spec.key_indexes().into_iter().map(|at| row[at].clone()).collect();
    Ok(Op::Changed { key, columns: taken })
}

fn check_fit(
    spec: &TableSpec,
    row: &[Value],
    name: &str,
    value: &Value,
    engines: &[Engine],
) -> Result<(), PatchError> {
    let Some(ty) = spec.column(name).map(|at| spec.columns[at].ty) else { return Ok(()) };
    let Some(why) = engines.iter().find_map(|engine| fit::misfit(ty, value, *engine)) else { return Ok(()) };
    Err(PatchError::Misfit {
        table: Shown(&spec.name).to_string(),
        key: key_of(spec, row),
        column: Shown(name).to_string(),
        why,
    })
}

/// The row's key as shown.
fn key_of(spec: &TableSpec, row: &[Value]) -> String {
    if spec.key.is_empty() {
        return "a row without key".to_owned();
    }
    let values: Vec<Value> = spec.key_indexes().into_iter().filter_map(|at| row.get(at).cloned()).collect();
    show_key(&spec.key, &values)
}

/// Looks up the row that a fault is about.
fn name_fault<S: Read + Write + Seek>(
    stopped: Stopped,
    tables: &[PatchTable<'_>],
    segments: &[Segment],
    ops: &mut Ops<S>,
) -> PatchError {
    let op = match &stopped {
        Stopped::Error(_) => 0,
        Stopped::Circle(op, ..) | Stopped::Key(op, _) => *op,
    };
    let find = |ops: &mut Ops<S>| {
        let segment = segments.iter().rev().find(|segment| segment.first <= op)?;
        let mut at = segment.start;
        for _ in segment.first..op {
            at = ops.read(at).ok()?.1;
        }
        let table = &tables[segment.table];
        Some((table, key_of_op(table, &ops.read(at).ok()?.0)))
    };
    let (table, key) = match stopped {
        Stopped::Error(error) => return error,
        _ => match find(ops) {
            Some(found) => found,
            None => return PatchError::Scratch(sort::damaged()),
        },
    };
    let name = Shown(table.name).to_string();
    match stopped {
        Stopped::Error(error) => error,
        Stopped::Key(_, slot) => PatchError::Stuck {
            table: name,
            key,
            columns: model::text::show_names(&table.uniques[slot].columns),
            why: "it is the row key of both".to_owned(),
        },
        Stopped::Circle(_, slot, removed) => {
            let reference = &(if removed { &table.early } else { &table.late })[slot];
            let (columns, to) =
                (model::text::show_names(&reference.columns), Shown(&reference.to).to_string());
            PatchError::Circle { table: name, key, columns, to }
        }
    }
}

fn key_of_op(table: &PatchTable<'_>, op: &Op) -> String {
    match op {
        Op::Added { row, .. } => table.spec(false).map_or_else(String::new, |spec| key_of(spec, row)),
        Op::Removed { row, .. } => table.spec(true).map_or_else(String::new, |spec| key_of(spec, row)),
        Op::Changed { key, .. } => {
            table.spec(false).map_or_else(String::new, |spec| show_key(&spec.key, key))
        }
    }
}
