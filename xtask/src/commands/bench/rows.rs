//! Rows of a size: six columns of everyday types, the same in every run, made as they are read.

use std::collections::BTreeMap;

use model::{
    ColumnSpec, Definition, LogicalType, Ownership, RowEvent, RowSource, RowStream, StreamError, TableSpec,
    Value,
};

/// A source of `count` rows.
pub(crate) struct Rows {
    definition: Definition,
    count: u64,
    edition: Edition,
}

/// Which rows of a pair are meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    /// All rows.
    Whole,
    /// What was.
    Base,
    /// What is: of the base's rows one in a hundred is changed and one in two hundred gone, and as many are new, between
    /// the others.
    Head,
}

impl Edition {
    fn lacks(self) -> Option<u64> {
        match self {
            Self::Whole => None,
            Self::Base => Some(9),
            Self::Head => Some(7),
        }
    }

    /// How many of the rows up to `count` it has.
    fn count(self, count: u64) -> u64 {
        count - self.lacks().map_or(0, |rest| (count + 200 - rest) / 200)
    }

    /// The row at a place in this edition, if it has one.
    fn row(self, at: u64) -> Option<Vec<Value>> {
        if self.lacks().is_some_and(|rest| at % 200 == rest) {
            return None;
        }
        let mut row = row(at);
        if self == Self::Head && at % 100 == 3 {
            row[1] = Value::Text(format!("edited {at}"));
        }
        Some(row)
    }
}

impl Rows {
    pub(crate) fn new(count: u64) -> Self {
        Self::of(count, Edition::Whole)
    }

    /// One side of a pair of about `count` rows each.
    pub(crate) fn of(count: u64, edition: Edition) -> Self {
        let column = |(name, ty): (&str, LogicalType)| ColumnSpec { name: name.to_owned(), ty };
        let columns = [
            ("id", LogicalType::Integer),
            ("title", LogicalType::Text),
            ("body", LogicalType::Text),
            ("score", LogicalType::Real),
            ("done", LogicalType::Boolean),
            ("created_at", LogicalType::Timestamp),
        ];
        let items = TableSpec {
            name: "items".to_owned(),
            schema: None,
            columns: columns.into_iter().map(column).collect(),
            key: vec!["id".to_owned()],
            order_parents: false,
            limit: false,
            select: vec![Vec::new()],
            references: Vec::new(),
        };
        let definition =
            Definition { total: "items".to_owned(), breakdown: BTreeMap::new(), tables: vec![items] };
        Self { definition, count, edition }
    }
}

impl RowSource for Rows {
    fn definition(&self) -> &Definition {
        &self.definition
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        Ok(Box::new(Stream { count: self.count, edition: self.edition, next: None, row: Vec::new() }))
    }
}

struct Stream {
    count: u64,
    edition: Edition,
    next: Option<u64>,
    row: Vec<Value>,
}

impl RowStream for Stream {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        let Some(mut at) = self.next else {
            self.next = Some(1);
            let count = self.edition.count(self.count);
            return Ok(Some(RowEvent::Section { table: 0, ownership: Ownership::Owned, count }));
        };
        while at <= self.count {
            let found = self.edition.row(at);
            at += 1;
            if let Some(row) = found {
                self.next = Some(at);
                self.row = row;
                return Ok(Some(RowEvent::Row(&self.row)));
            }
        }
        self.next = Some(at);
        Ok(None)
    }
}

fn row(at: u64) -> Vec<Value> {
    // A multiplicative hash spreads the values; what they are does not matter.
    let mixed = at.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let words = ["harbour", "lantern", "copper", "violet", "granite", "meadow", "saffron", "ember"];
    let word = |shift: u32| words[usize::try_from(mixed >> shift & 7).unwrap_or(0)];
    #[expect(clippy::cast_precision_loss, reason = "any number will do")]
    let score = (mixed >> 40) as f64 / 128.0;
    let body = format!(
        "The {} by the {} kept its {} until the {} came; it's {at} steps from there.\n{} and {}, as ever.",
        word(0),
        word(3),
        word(6),
        word(9),
        word(12),
        word(15)
    );
    let (day, minute, second) = (at % 28 + 1, at / 60 % 60, at % 60);
    vec![
        Value::Integer(i64::try_from(at).unwrap_or(i64::MAX)),
        Value::Text(format!("{} {}", word(20), word(23))),
        Value::Text(body),
        Value::real(score),
        Value::Boolean(mixed & 1 == 1),
        Value::Typed(format!("2026-{:02}-{day:02} 08:{minute:02}:{second:02}", at % 12 + 1)),
    ]
}
