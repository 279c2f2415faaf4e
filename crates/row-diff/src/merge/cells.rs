//! One row on three sides, column by column.

use model::{ColumnSpec, LogicalType, TableSpec, Value};

use super::{CellConflict, Take, json};

/// The columns of all sides: those of the merged version in its order, then those that it lacks.
pub(super) struct Columns<'d> {
    columns: Vec<Column<'d>>,
}

struct Column<'d> {
    spec: &'d ColumnSpec,
    kept: bool,
    /// Its index on each side that has it.
    sides: [Option<usize>; 3],
    /// Whether each side has the table at all.
    tables: [bool; 3],
}

/// What became of a row's columns.
pub(super) struct Cells<'d> {
    /// The merged version's columns; those left open are as in the base.
    pub(super) row: Vec<Value>,
    /// Where the sides contradict each other.
    pub(super) open: Vec<CellConflict<'d>>,
}

static NULL: Value = Value::Null;

impl<'d> Columns<'d> {
    pub(super) fn of(merged: Option<&'d TableSpec>, sides: [Option<&'d TableSpec>; 3]) -> Self {
        let all = merged.into_iter().chain(sides.into_iter().flatten()).flat_map(|spec| &spec.columns);
        let mut columns: Vec<Column<'d>> = Vec::new();
        for spec in all {
            if columns.iter().any(|column| column.spec.name == spec.name) {
                continue;
            }
            columns.push(Column {
                spec,
                kept: merged.is_some_and(|merged| merged.column(&spec.name).is_some()),
                sides: sides.map(|side| side.and_then(|side| side.column(&spec.name))),
                tables: sides.map(|side| side.is_some()),
            });
        }
        Self { columns }
    }

    /// Whether two sides have the same row. A column that the base lacks was NULL there; one that a branch lacks says
    /// nothing of its rows.
    pub(super) fn same(&self, left: (usize, &[Value]), right: (usize, &[Value])) -> bool {
        self.columns.iter().all(|column| match (column.sides[left.0], column.sides[right.0]) {
            (Some(a), Some(b)) => left.1[a] == right.1[b],
            (None, Some(b)) => left.0 != 0 || right.1[b].is_null(),
            (_, None) => true,
        })
    }

    /// The row that the sides which have it make; `take` decides where they contradict each other.
    pub(super) fn merge(&self, rows: [Option<&[Value]>; 3], take: Option<Take>) -> Cells<'d> {
        let mut cells = Cells { row: Vec::new(), open: Vec::new() };
        for column in &self.columns {
            let values = column.values(rows);
            let (value, open) = column.merge(values, take);
            if column.kept {
                cells.row.push(value);
                cells.open.extend(open);
            } else if let Some(lost) = column.lost(values, take) {
                cells.open.push(lost);
            }
        }
        cells
    }

    /// Which columns the side that still has the row has set.
    pub(super) fn set(&self, rows: [Option<&[Value]>; 3]) -> Vec<CellConflict<'d>> {
        let differs = |column: &&Column<'d>| {
            let [base, ours, theirs] = column.values(rows);
            ours.or(theirs).unwrap_or(&NULL) != base.unwrap_or(&NULL)
        };
        self.columns.iter().filter(differs).map(|column| column.conflict(column.values(rows))).collect()
    }
}

type Values<'v> = [Option<&'v Value>; 3];

impl<'d> Column<'d> {
    fn values<'v>(&self, rows: [Option<&'v [Value]>; 3]) -> Values<'v> {
        [0, 1, 2].map(|side| Some(&rows[side]?[self.sides[side]?]))
    }

    fn conflict(&self, [base, ours, theirs]: Values<'_>) -> CellConflict<'d> {
        let path = String::new();
        CellConflict {
            column: self.spec,
            path,
            base: base.cloned(),
            ours: ours.cloned(),
            theirs: theirs.cloned(),
        }
    }

    /// The value, and where the sides contradict each other. A side that lacks the column or the row has no say.
    fn merge(&self, values: Values<'_>, take: Option<Take>) -> (Value, Vec<CellConflict<'d>>) {
        let [base, ours, theirs] = values;
        let (Some(ours), Some(theirs)) = (ours, theirs) else {
            return (ours.or(theirs).unwrap_or(&NULL).clone(), Vec::new());
        };
        if ours == theirs || base == Some(theirs) {
            return (ours.clone(), Vec::new());
        }
        if base == Some(ours) {
            return (theirs.clone(), Vec::new());
        }
        if self.spec.ty == LogicalType::Json
            && let (Some(Value::Typed(base)), Value::Typed(ours), Value::Typed(theirs)) = (base, ours, theirs)
            && let Some((text, open)) = json::merge([base, ours, theirs], take)
        {
            let typed = |text: Option<String>| text.map(Value::Typed);
            let open = open.into_iter().map(|open| CellConflict {
                column: self.spec,
                path: open.path,
                base: typed(open.base),
                ours: typed(open.ours),
                theirs: typed(open.theirs),
            });
            return (Value::Typed(text), open.collect());
        }
        match take {
            Some(Take::Ours) => (ours.clone(), Vec::new()),
            Some(Take::Theirs) => (theirs.clone(), Vec::new()),
            None => (base.unwrap_or(&NULL).clone(), vec![self.conflict(values)]),
        }
    }

    /// A value that the merged version has no column for, and that a side set.
    fn lost(&self, values: Values<'_>, take: Option<Take>) -> Option<CellConflict<'d>> {
        let [base, ours, theirs] = values;
        let set = |value: Option<&Value>| value.is_some_and(|value| value != base.unwrap_or(&NULL));
        // Whoever takes the side without the column gives the value up.
        let given_up = match take {
            Some(Take::Ours) => self.tables[1] && self.sides[1].is_none(),
            Some(Take::Theirs) => self.tables[2] && self.sides[2].is_none(),
            None => false,
        };
        (!given_up && (set(ours) || set(theirs))).then(|| self.conflict(values))
    }
}
