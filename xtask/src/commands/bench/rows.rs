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
}

impl Rows {
    pub(crate) fn new(count: u64) -> Self {
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
        Self { definition, count }
    }
}

impl RowSource for Rows {
    fn definition(&self) -> &Definition {
        &self.definition
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        Ok(Box::new(Stream { count: self.count, next: None, row: Vec::new() }))
    }
}

struct Stream {
    count: u64,
    next: Option<u64>,
    row: Vec<Value>,
}

impl RowStream for Stream {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        let Some(at) = self.next else {
            self.next = Some(1);
            return Ok(Some(RowEvent::Section { table: 0, ownership: Ownership::Owned, count: self.count }));
        };
        if at > self.count {
            return Ok(None);
        }
        self.next = Some(at + 1);
        self.row = row(at);
        Ok(Some(RowEvent::Row(&self.row)))
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
