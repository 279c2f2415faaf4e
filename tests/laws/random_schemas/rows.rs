//! Rows of a random schema, which keep all of its keys. Which row a reference leads to is known by number, so that a
//! scenario's rows can be told without asking any engine.

use super::schema::{Key, Table, TableGenes, Type};

/// A value of a column, spelled as both engines store it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    Boolean(bool),
    /// What only one engine can hold, as its SQL says it.
    Own(&'static str),
}

/// A row and where its references lead.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Cell>,
    /// By reference: the number of a row of the table referred to.
    pub(crate) parents: Vec<Option<usize>>,
}

/// A number that depends on a seed and on what it is for.
pub(crate) fn draw(seed: u32, what: usize) -> usize {
    let mut x = u64::from(seed) ^ (what as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((x ^ (x >> 31)) & 0xffff).expect("small")
}

/// Values that are unlike each other, also where case or normal form are not looked at closely.
fn distinct(ty: Type, nth: usize) -> Cell {
    const NUMBERS: [i64; 8] = [1, 2, -5, 1 << 53, 0, 7, (1 << 53) + 1, 30];
    const TEXTS: [&str; 8] = ["a", "B", "b", "é", "e\u{301}", " ", "x'y\\", ""];
    let nth = nth % 8;
    match ty {
        Type::Integer => Cell::Integer(NUMBERS[nth]),
        Type::Date => Cell::Text(format!("20{nth}6-1{}-20", nth % 3)),
        Type::Uuid => Cell::Text(format!("{nth}23e4567-e89b-12d3-a456-42661417400{}", 7 - nth)),
        Type::Bytes => Cell::Bytes(vec![0xff; nth]),
        _ => Cell::Text(TEXTS[nth].to_owned()),
    }
}

/// Any value of a type; small numbers draw plain ones.
pub(crate) fn value(ty: Type, drawn: usize) -> Cell {
    let text = |texts: &[&str]| Cell::Text(texts[drawn % texts.len()].to_owned());
    match ty {
        Type::Integer => Cell::Integer([0, 1, -1, i64::MAX, i64::MIN, 1 << 53][drawn % 6]),
        Type::Text => text(&[
            "x",
            "",
            "it's",
            "a\nb",
            "tab\t",
            "\r\n",
            "\\",
            "日本",
            "\u{202e}x",
            "NULL",
            "2026-11-20",
            "--",
            "1.50",
            "\u{1}",
        ]),
        Type::Real => Cell::Real([0.0, 5.0, 0.1, -1e300, 5e-324, f64::INFINITY, 1e16][drawn % 7]),
        Type::Bytes => Cell::Bytes([vec![], vec![0], vec![0, 255, 39], vec![b'a'; 40]][drawn % 4].clone()),
        Type::Boolean => Cell::Boolean(drawn.is_multiple_of(2)),
        Type::Decimal => text(&["1", "1.50", "-0.10", "123456789012345678901234567890.5"]),
        Type::Date => text(&["2026-11-20", "0001-01-01", "9999-12-31"]),
        Type::Time => text(&["10:30:00", "00:00:00.25", "23:59:59"]),
        Type::Timestamp => text(&["2026-11-20 10:30:00", "1999-12-31 23:59:59.999999"]),
        Type::Instant => text(&["2026-11-20 10:30:00+00:00", "1999-12-31 23:59:59.5+00:00"]),
        Type::Uuid => text(&["123e4567-e89b-12d3-a456-426614174000", "00000000-0000-0000-0000-000000000000"]),
        Type::Json => text(&["{}", r#"{"a":1.50,"b":[null,true]}"#, r#""é\n""#, "[]", "7"]),
    }
}

/// The rows of every table. A table that cannot meet a reference that is never NULL has none.
pub(crate) fn build(tables: &[Table], genes: &[TableGenes]) -> Vec<Vec<Row>> {
    let counts = counts(tables, genes);
    let mut rows: Vec<Vec<Row>> = (tables.iter().zip(genes).zip(&counts))
        .map(|((table, genes), count)| {
            genes
                .rows
                .iter()
                .take(*count)
                .enumerate()
                .map(|(nth, seed)| own_cells(table, nth, *seed))
                .collect()
        })
        .collect();
    // Inherited keys come first: others refer to them.
    for inherits in [true, false] {
        for (at, table) in tables.iter().enumerate() {
            let is_due = |which: &usize| (matches!(table.kind, Key::Inherited(_)) && *which == 0) == inherits;
            for nth in 0..rows[at].len() {
                for which in (0..table.references.len()).filter(is_due) {
                    refer(tables, &mut rows, (at, nth, which), genes[at].rows[nth]);
                }
            }
        }
    }
    rows
}

/// Whether the unique text of a row is NULL.
fn lacks_unique(table: &Table, seed: u32) -> bool {
    table.unique.is_some_and(|at| !table.columns[at].not_null) && draw(seed, 1).is_multiple_of(3)
}

/// How many rows each table can have.
fn counts(tables: &[Table], genes: &[TableGenes]) -> Vec<usize> {
    let mut counts: Vec<usize> = genes.iter().map(|genes| genes.rows.len()).collect();
    loop {
        let before = counts.clone();
        for (at, table) in tables.iter().enumerate() {
            if let Key::Inherited(parent) = table.kind {
                counts[at] = counts[at].min(counts[parent]);
            }
            for reference in &table.references {
                let target = &tables[reference.to];
                let by_unique = target.unique.is_some_and(|unique| reference.key == [unique]);
                let usable = |seed: &&u32| !(by_unique && lacks_unique(target, **seed));
                let rows = genes[reference.to].rows.iter().take(counts[reference.to]);
                let not_null = table.columns[reference.columns[0]].not_null;
                // The first row of an ordered table can only refer to itself.
                let met = if reference.is_ordered {
                    rows.clone().next().is_some_and(|seed| usable(&seed))
                } else {
                    rows.clone().any(|seed| usable(&seed))
                };
                if not_null && !met {
                    counts[at] = 0;
                }
            }
        }
        if counts == before {
            return counts;
        }
    }
}

/// The row without its references.
fn own_cells(table: &Table, nth: usize, seed: u32) -> Row {
    let mut cells: Vec<Cell> = (table.columns.iter().enumerate())
        .map(|(at, column)| match draw(seed, 100 + at) {
            drawn if !column.not_null && drawn.is_multiple_of(4) => Cell::Null,
            drawn => value(column.ty, drawn / 4),
        })
        .collect();
    for at in &table.key {
        // The first column of two has the same value in several rows.
        let shared = table.key.len() == 2 && table.columns[*at].ty == Type::Integer;
        cells[*at] = distinct(table.columns[*at].ty, if shared { nth / 3 } else { nth });
    }
    if let Some(at) = table.unique {
        cells[at] = if lacks_unique(table, seed) { Cell::Null } else { distinct(Type::Text, nth + 3) };
    }
    cells[table.number] = match draw(seed, 2) % 5 {
        0 => Cell::Null,
        n => Cell::Integer(i64::try_from(n).expect("small") - 1),
    };
    Row { cells, parents: vec![None; table.references.len()] }
}

/// Points one reference of a row somewhere.
fn refer(tables: &[Table], rows: &mut [Vec<Row>], (at, nth, which): (usize, usize, usize), seed: u32) {
    let table = &tables[at];
    let reference = &table.references[which];
    let usable: Vec<usize> = (rows[reference.to].iter().enumerate())
        .filter(|(_, row)| reference.key.iter().all(|column| row.cells[*column] != Cell::Null))
        .map(|(number, _)| number)
        .filter(|number| !reference.is_ordered || *number <= nth)
        .collect();
    let nullable = !table.columns[reference.columns[0]].not_null;
    let drawn = draw(seed, 10 + which);
    let to = match table.kind {
        Key::Inherited(_) if which == 0 => Some(nth),
        _ if usable.is_empty() || nullable && drawn.is_multiple_of(4) => None,
        _ => Some(usable[drawn / 4 % usable.len()]),
    };
    rows[at][nth].parents[which] = to;
    for (part, (column, key)) in reference.columns.iter().zip(&reference.key).enumerate() {
        rows[at][nth].cells[*column] = match to {
            Some(to) => rows[reference.to][to].cells[*key].clone(),
            // NULL in part leads nowhere, too.
            None if part > 0 && drawn.is_multiple_of(8) => distinct(table.columns[*column].ty, nth),
            None => Cell::Null,
        };
    }
}
