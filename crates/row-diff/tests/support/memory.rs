//! Snapshots in memory.

use model::{
    ColumnSpec, Definition, LogicalType, Ownership, RowEvent, RowSource, RowStream, StreamError, TableSpec,
    Value,
};

pub(crate) type Row = Vec<Value>;

/// A snapshot whose sections are as given, in order or not.
#[derive(Clone, Debug)]
pub(crate) struct Memory {
    pub(crate) definition: Definition,
    pub(crate) sections: Vec<(usize, Ownership, Vec<Row>)>,
}

impl RowSource for Memory {
    fn definition(&self) -> &Definition {
        &self.definition
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        Ok(Box::new(Pass { memory: self, section: 0, row: None }))
    }
}

struct Pass<'a> {
    memory: &'a Memory,
    section: usize,
    row: Option<usize>,
}

impl RowStream for Pass<'_> {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        let Some((table, ownership, rows)) = self.memory.sections.get(self.section) else { return Ok(None) };
        match self.row {
            None => {
                self.row = Some(0);
                let count = rows.len() as u64;
                Ok(Some(RowEvent::Section { table: *table, ownership: *ownership, count }))
            }
            Some(at) if at < rows.len() => {
                self.row = Some(at + 1);
                if rows[at] == [Value::Text("broken".into())] {
                    return Err("line 7: broken".into());
                }
                Ok(Some(RowEvent::Row(&rows[at])))
            }
            Some(_) => {
                self.row = None;
                self.section += 1;
                self.next()
            }
        }
    }
}

/// A table with the given columns, all owned, keyed by `key`.
pub(crate) fn table(name: &str, columns: &[(&str, LogicalType)], key: &[&str]) -> TableSpec {
    TableSpec {
        name: name.to_owned(),
        schema: None,
        columns: columns.iter().map(|(name, ty)| ColumnSpec { name: (*name).to_owned(), ty: *ty }).collect(),
        key: key.iter().map(|name| (*name).to_owned()).collect(),
        order_parents: false,
        limit: false,
        select: vec![vec![]],
        references: vec![],
    }
}

pub(crate) fn memory(tables: Vec<TableSpec>, sections: Vec<(usize, Ownership, Vec<Row>)>) -> Memory {
    let total = tables.first().map(|spec| spec.name.clone()).unwrap_or_default();
    Memory { definition: Definition { total, breakdown: [].into(), tables }, sections }
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}
