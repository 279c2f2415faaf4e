//! The parts of a patch in their order, each from the operations in scratch space.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Read, Seek, Write};

use model::text::{Shown, show_names};
use model::{TableSpec, Value};

use super::emit::{Cell, Emitter, Needs, Part};
use super::error::PatchError;
use super::facts::Mark;
use super::ops::{Op, Ops};
use super::order::Marks;
use super::parking::placeholder;
use super::predicate::is_comparable;
use super::tables::{Late, PatchTable};
use super::{PatchHead, PatchSide, Segment, key_of_op};

/// How deep rows stand that follow their parents.
pub(super) struct Order {
    pub(super) added: BTreeMap<u64, u64>,
    pub(super) removed: BTreeMap<u64, u64>,
}

/// Everything that is known of a patch.
pub(super) struct Statements<'p, 'a, S> {
    pub(super) head: PatchHead<'a>,
    pub(super) tables: &'p [PatchTable<'a>],
    pub(super) segments: &'p [Segment],
    /// Rows added, changed, removed.
    pub(super) totals: [u64; 3],
    pub(super) order: Order,
    pub(super) ops: Ops<S>,
    pub(super) marks: Marks<S>,
}

/// Receives an operation and its marks.
type Each<'e> = dyn FnMut(&Op, &[(Mark, usize)]) -> Result<(), PatchError> + 'e;

/// In which order the operations of a table are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    AsTold,
    /// Added rows below others of their table after them.
    ParentsFirst,
    /// Backwards; removed rows below others of their table before them.
    ChildrenFirst,
}

impl<S: Read + Write + Seek> Statements<'_, '_, S> {
    /// Writes the patch: once to nowhere, which finds whatever cannot be written, then to `out`.
    pub(super) fn write(&mut self, out: &mut dyn Write) -> Result<(), PatchError> {
        let engines = self.head.engines;
        let mut nowhere = io::sink();
        let mut emitter = Emitter::new(&mut nowhere, engines, None);
        self.body(&mut emitter)?;
        let (heads, needs) = emitter.finish()?;
        let mut emitter = Emitter::new(out, engines, Some(&heads));
        emitter.text(&self.heading(needs))?;
        self.body(&mut emitter)?;
        emitter.text("\nCOMMIT;\n-- End of patch\n")?;
        emitter.finish().map(|_| ())
    }

    fn heading(&self, needs: Needs) -> String {
        let side = |side: &PatchSide<'_>| {
            let content = side.content.map(|digest| format!(", content sha256:{digest}"));
            format!("{}{}", Shown(side.name), content.unwrap_or_default())
        };
        let engines: Vec<&str> = self.head.engines.iter().map(|engine| engine.as_str()).collect();
        let [added, changed, removed] = self.totals;
        let mut text = format!(
            "-- Demo Data Patch\n-- Scenario: {}\n-- Base: {}\n-- Head: {}\n-- Engines: {}\n-- Raw: {}\n\
             -- Rows: {added} added, {changed} changed, {removed} removed\n\
             -- It changes rows only, in one transaction: all of them, or none after the first error. Run it with\n\
             -- `sqlite3 -bail`, keys switched on by `PRAGMA foreign_keys = ON`, or with `psql -X -v ON_ERROR_STOP=1`.\n\
             -- Rows that it changes or removes must be as base has them, else a check fails: `malformed JSON` says\n\
             -- SQLite, PostgreSQL shows whose rows differ. JSON, instants, doubles and long values are only checked\n\
             -- for being there, or for their length.\n",
            self.head.scenario,
            side(&self.head.base),
            side(&self.head.head),
            engines.join(", "),
            needs.raw(self.head.engines),
        );
        if needs.unhex {
            text += "-- For bytes psql needs a function: CREATE FUNCTION unhex(text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT\n\
                     -- AS $$ SELECT decode($1, 'hex') $$;\n";
        }
        if self.head.catalog.is_none() {
            text += "-- No schema was at hand: unique keys other than row keys, and those that references lead to, are not known\n\
                     -- here. Where their values change places the patch fails.\n";
        }
        let gained: Vec<String> = self.of_one_side(|table| table.base.is_none());
        let lost: Vec<String> = self.of_one_side(|table| table.head.is_none());
        for (what, names) in [("base", gained), ("head", lost)] {
            if !names.is_empty() {
                // A String takes every write.
                let _ = writeln!(text, "-- Tables that {what} does not have: {}", show_names(&names));
            }
        }
        text + "\nBEGIN;\n"
    }

    /// The tables with operations that only one side has.
    fn of_one_side(&self, is_meant: impl Fn(&PatchTable<'_>) -> bool) -> Vec<String> {
        let held = self.segments.iter().map(|segment| &self.tables[segment.table]);
        held.filter(|table| is_meant(table)).map(|table| table.name.to_owned()).collect()
    }

    fn body(&mut self, emitter: &mut Emitter<'_, '_>) -> Result<(), PatchError> {
        let mut forward: Vec<usize> = (0..self.segments.len()).collect();
        forward.sort_by_key(|at| self.tables[self.segments[*at].table].head_at);
        let mut back = forward.clone();
        back.sort_by_key(|at| std::cmp::Reverse(self.tables[self.segments[*at].table].base_at));
        for at in &forward {
            self.check(*at, emitter)?;
        }
        let [added, changed, removed] = [0, 1, 2].map(|kind| {
            let has = |at: &&usize| self.segments[**at].has[kind];
            let order = if kind == 2 { &back } else { &forward };
            order.iter().filter(has).copied().collect::<Vec<usize>>()
        });
        if self.marks.any(Mark::Park) {
            for at in &forward {
                self.park(*at, emitter)?;
            }
        }
        for at in &added {
            self.insert(*at, emitter)?;
        }
        if self.marks.any(Mark::Link) {
            for at in &added {
                self.link(*at, emitter)?;
            }
        }
        for at in &changed {
            self.update(*at, emitter)?;
        }
        if self.marks.any(Mark::Unlink) {
            for at in &removed {
                self.unlink(*at, emitter)?;
            }
        }
        for at in &removed {
            self.delete(*at, emitter)?;
        }
        Ok(())
    }

    /// Hands on all operations of a segment with their marks.
    fn each(&mut self, segment: usize, way: Way, each: &mut Each<'_>) -> Result<(), PatchError> {
        let segment = &self.segments[segment];
        let depths = match way {
            Way::AsTold => &BTreeMap::new(),
            Way::ParentsFirst => &self.order.added,
            Way::ChildrenFirst => &self.order.removed,
        };
        let deep = deep(segment, depths);
        let (ops, marks) = (&mut self.ops, &mut self.marks);
        let mut tell = |number: u64, op: &Op| each(op, &marks.of(number).map_err(PatchError::Scratch)?);
        if way == Way::ChildrenFirst {
            for (number, start) in deep.iter().rev() {
                tell(*number, &ops.read(*start).map_err(PatchError::Scratch)?.0)?;
            }
        }
        let mut numbers = segment.first..segment.first + segment.count;
        let (mut start, mut end) = (segment.start, segment.end);
        loop {
            let next = if way == Way::ChildrenFirst { numbers.next_back() } else { numbers.next() };
            let Some(number) = next else { break };
            let op = if way == Way::ChildrenFirst {
                let (op, at) = ops.read_back(end).map_err(PatchError::Scratch)?;
                end = at;
                op
            } else {
                let (op, at) = ops.read(start).map_err(PatchError::Scratch)?;
                start = at;
                op
            };
            if deep.is_empty() || !depths.contains_key(&number) {
                tell(number, &op)?;
            }
        }
        if way == Way::ParentsFirst {
            for (number, start) in &deep {
                tell(*number, &ops.read(*start).map_err(PatchError::Scratch)?.0)?;
            }
        }
        Ok(())
    }

    fn check(&mut self, segment: usize, emitter: &mut Emitter<'_, '_>) -> Result<(), PatchError> {
        let engines = self.head.engines;
        let at = self.segments[segment].table;
        let table = &self.tables[at];
        self.each(segment, Way::AsTold, &mut |op, _| match op {
            Op::Added { row, kept, .. } => {
                let keyless = table.spec(false).filter(|spec| spec.key.is_empty());
                let Some(spec) = keyless else { return Ok(()) };
                let row = cells(spec, row);
                let compares = |(name, ty, value): &Cell<'_>| is_comparable(table, name, *ty, value, engines);
                // With a key the engine itself says that a row is there already.
                if row.iter().all(compares) { emitter.check_copies(at, table, &row, *kept) } else { Ok(()) }
            }
            Op::Changed { key, columns } => {
                let Some(spec) = table.spec(false) else { return Ok(()) };
                let values = columns.iter().map(|(at, base, _)| cell(spec, *at, base));
                emitter.check(at, table, &key_cells(spec, key), values)
            }
            Op::Removed { row, times, kept } => {
                let Some(spec) = table.spec(true) else { return Ok(()) };
                if spec.key.is_empty() {
                    return emitter.check_copies(at, table, &cells(spec, row), times + kept);
                }
                let (key, values) = split(spec, row);
                emitter.check(at, table, &key, values.into_iter())
            }
        })?;
        emitter.end_check(table)
    }

    fn park(&mut self, segment: usize, emitter: &mut Emitter<'_, '_>) -> Result<(), PatchError> {
        let at = self.segments[segment].table;
        let table = &self.tables[at];
        self.each(segment, Way::AsTold, &mut |op, marks| {
            let slots = marks.iter().filter(|(mark, _)| *mark == Mark::Park).map(|(_, slot)| *slot);
            let mut parked: BTreeMap<String, Value> = BTreeMap::new();
            let spec = table.spec(matches!(op, Op::Removed { .. }));
            let Some(spec) = spec else { return Ok(()) };
            let key = key_values(spec, op);
            for slot in slots {
                let unique = &table.uniques[slot];
                let changes = |name: &str| match op {
                    Op::Changed { columns, .. } => {
                        columns.iter().any(|(at, ..)| spec.columns[*at].name == name)
                    }
                    _ => true,
                };
                let found = placeholder(table, unique, &key, &changes).map_err(|why| PatchError::Stuck {
                    table: Shown(table.name).to_string(),
                    key: key_of_op(table, op),
                    columns: show_names(&unique.columns),
                    why: why.to_owned(),
                })?;
                parked.entry(found.0).or_insert(found.1);
            }
            if parked.is_empty() {
                return Ok(());
            }
            let set: Vec<Cell<'_>> =
                parked.iter().filter_map(|(name, value)| named(spec, name, value)).collect();
            emitter.update((Part::Park, at), table, &set, &key_cells(spec, &key))
        })
    }

    fn insert(&mut self, segment: usize, emitter: &mut Emitter<'_, '_>) -> Result<(), PatchError> {
        let at = self.segments[segment].table;
        let table = &self.tables[at];
        self.each(segment, Way::ParentsFirst, &mut |op, marks| {
            let (Op::Added { row, times, .. }, Some(spec)) = (op, table.spec(false)) else { return Ok(()) };
            let linked = waiting(&table.late, marks, Mark::Link);
            // Columns that the base has not are NULL here.
            let mut row: Vec<Cell<'_>> = cells(spec, row);
            row.retain(|(name, ..)| table.base_has(name));
            for cell in row.iter_mut().filter(|(name, ..)| linked.contains(name)) {
                cell.2 = &Value::Null;
            }
            (0..*times).try_for_each(|_| emitter.insert(Some((at, 1)), table, &row))
        })
    }

    fn link(&mut self, segment: usize, emitter: &mut Emitter<'_, '_>) -> Result<(), PatchError> {
        let at = self.segments[segment].table;
        let table = &self.tables[at];
        self.each(segment, Way::AsTold, &mut |op, marks| {
            let (Op::Added { row, .. }, Some(spec)) = (op, table.spec(false)) else { return Ok(()) };
            let linked = waiting(&table.late, marks, Mark::Link);
            let (key, mut set) = split(spec, row);
            set.retain(|(name, ..)| linked.contains(name));
            if set.is_empty() { Ok(()) } else { emitter.update((Part::Link, at), table, &set, &key) }
        })
    }

    fn update(&mut self, segment: usize, emitter: &mut Emitter<'_, '_>) -> Result<(), PatchError> {
        let at = self.segments[segment].table;
        let table = &self.tables[at];
        self.each(segment, Way::AsTold, &mut |op, _| {
            let (Op::Changed { key, columns }, Some(spec)) = (op, table.spec(false)) else { return Ok(()) };
            let set: Vec<Cell<'_>> = columns.iter().map(|(at, _, head)| cell(spec, *at, head)).collect();
            emitter.update((Part::Update, at), table, &set, &key_cells(spec, key))
        })
    }

    fn unlink(&mut self, segment: usize, emitter: &mut Emitter<'_, '_>) -> Result<(), PatchError> {
        let at = self.segments[segment].table;
        let table = &self.tables[at];
        self.each(segment, Way::AsTold, &mut |op, marks| {
            let (Op::Removed { row, .. }, Some(spec)) = (op, table.spec(true)) else { return Ok(()) };
            let linked = waiting(&table.early, marks, Mark::Unlink);
            let (key, mut set) = split(spec, row);
            set.retain(|(name, ..)| linked.contains(name));
            for cell in &mut set {
                cell.2 = &Value::Null;
            }
            if set.is_empty() { Ok(()) } else { emitter.update((Part::Unlink, at), table, &set, &key) }
        })
    }

    fn delete(&mut self, segment: usize, emitter: &mut Emitter<'_, '_>) -> Result<(), PatchError> {
        let at = self.segments[segment].table;
        let table = &self.tables[at];
        self.each(segment, Way::ChildrenFirst, &mut |op, _| {
            let (Op::Removed { row, times, kept }, Some(spec)) = (op, table.spec(true)) else {
                return Ok(());
            };
            if !spec.key.is_empty() {
                return emitter.delete(at, table, &split(spec, row).0, 1);
            }
            // No statement of both engines deletes some of several equal rows: those that stay come back.
            let row = cells(spec, row);
            emitter.delete(at, table, &row, *times)?;
            (0..*kept).try_for_each(|_| emitter.insert(None, table, &row))
        })
    }
}

/// The rows of a segment that follow their parents, with where they stand, the deepest last.
fn deep(segment: &Segment, depths: &BTreeMap<u64, u64>) -> Vec<(u64, u64)> {
    let Some(starts) = &segment.starts else { return Vec::new() };
    let start = |op: u64| usize::try_from(op - segment.first).ok().and_then(|at| starts.get(at)).copied();
    let range = depths.range(segment.first..segment.first + segment.count);
    let mut found: Vec<(u64, u64, u64)> =
        range.filter_map(|(op, depth)| Some((*depth, *op, start(*op)?))).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, op, start)| (op, start)).collect()
}

/// The columns that are NULL meanwhile.
fn waiting<'t>(references: &'t [Late], marks: &[(Mark, usize)], meant: Mark) -> Vec<&'t str> {
    let slots = marks.iter().filter(|(mark, _)| *mark == meant).filter_map(|(_, slot)| references.get(*slot));
    slots.flat_map(|reference| reference.settable.iter().map(String::as_str)).collect()
}

fn cell<'v>(spec: &'v TableSpec, at: usize, value: &'v Value) -> Cell<'v> {
    (&spec.columns[at].name, spec.columns[at].ty, value)
}

fn named<'v>(spec: &'v TableSpec, name: &str, value: &'v Value) -> Option<Cell<'v>> {
    spec.column(name).map(|at| cell(spec, at, value))
}

fn cells<'v>(spec: &'v TableSpec, row: &'v [Value]) -> Vec<Cell<'v>> {
    row.iter().enumerate().map(|(at, value)| cell(spec, at, value)).collect()
}

fn key_cells<'v>(spec: &'v TableSpec, key: &'v [Value]) -> Vec<Cell<'v>> {
    spec.key_indexes().into_iter().zip(key).map(|(at, value)| cell(spec, at, value)).collect()
}

/// The key of a row, and the rest of it.
fn split<'v>(spec: &'v TableSpec, row: &'v [Value]) -> (Vec<Cell<'v>>, Vec<Cell<'v>>) {
    let key = spec.key_indexes();
    let rest = (0..row.len()).filter(|at| !key.contains(at)).map(|at| cell(spec, at, &row[at])).collect();
    (key.into_iter().map(|at| cell(spec, at, &row[at])).collect(), rest)
}

fn key_values(spec: &TableSpec, op: &Op) -> Vec<Value> {
    match op {
        Op::Changed { key, .. } => key.clone(),
        Op::Added { row, .. } | Op::Removed { row, .. } => {
            spec.key_indexes().into_iter().map(|at| row[at].clone()).collect()
        }
    }
}
