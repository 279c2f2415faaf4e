//! Circles of tables that no NULL can open: there some reference leads to a row that is written later, and has to be
//! checked at the end.

use std::collections::{BTreeMap, BTreeSet};

use super::{Catalog, ForeignKey, Table};

/// Foreign keys that have to wait, by table.
pub type Circles<'c> = BTreeMap<&'c str, Vec<&'c ForeignKey>>;

impl Table {
    /// Whether a row can be written with NULL in these columns and have them set afterwards: each of them takes NULL, and the
    /// row is found again by a key that has none of them.
    pub fn can_set_later(&self, columns: &[String]) -> bool {
        let key = self.row_key();
        let is_free =
            |name: &String| !key.contains(name) && self.column(name).is_some_and(|column| !column.not_null);
        !key.is_empty() && columns.iter().all(is_free)
    }
}

impl Catalog {
    /// The foreign keys along circles of tables in which no row can be written with NULL and set afterwards. Those that are
    /// DEFERRABLE already open their circles, and are not among them.
    pub fn closed_circles(&self) -> Circles<'_> {
        let edges = self.rigid_keys();
        let mut circles = Circles::new();
        for (from, keys) in &edges {
            let closed = keys.iter().copied().filter(|key| leads_to(&edges, &key.to, from));
            let closed: Vec<&ForeignKey> = closed.collect();
            if !closed.is_empty() {
                circles.insert(from, closed);
            }
        }
        circles
    }

    /// The foreign keys to other tables that are checked at once and cannot be set later.
    fn rigid_keys(&self) -> Circles<'_> {
        let referred: BTreeSet<(&str, &str)> = (self.tables.values().flat_map(|table| &table.foreign_keys))
            .flat_map(|key| key.key.iter().map(|column| (key.to.as_str(), column.as_str())))
            .collect();
        let mut rigid = Circles::new();
        for (name, table) in &self.tables {
            let is_rigid = |key: &&ForeignKey| {
                let is_referred = |column: &String| referred.contains(&(name.as_str(), column.as_str()));
                key.to != *name
                    && !key.deferrable
                    && (!table.can_set_later(&key.columns) || key.columns.iter().any(is_referred))
            };
            rigid.insert(name.as_str(), table.foreign_keys.iter().filter(is_rigid).collect());
        }
        rigid
    }
}

/// Whether `to` is reached from `from` along the foreign keys.
fn leads_to(edges: &Circles<'_>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut waiting = vec![from];
    while let Some(at) = waiting.pop() {
        if at == to {
            return true;
        }
        let keys = edges.get(at).into_iter().flatten();
        waiting.extend(keys.map(|key| key.to.as_str()).filter(|next| seen.insert(next)));
    }
    false
}

#[cfg(test)]
mod tests {
    use crate::{Catalog, Column, Engine, ForeignKey, LogicalType, ReferentialAction, Table};

    /// `a.b! c` is a table `a` whose column `b` is NOT NULL and refers to `b`, and whose column `c` refers to `c`; `d~` is
    /// DEFERRABLE.
    fn circles(schema: &str) -> String {
        let table = |columns: &str| {
            let mut table = Table {
                schema: None,
                columns: vec![Column { not_null: true, ..Column::new("id", "", LogicalType::Integer) }],
                primary_key: vec!["id".to_owned()],
                unique_keys: Vec::new(),
                foreign_keys: Vec::new(),
                without_rowid: false,
                strict: false,
                comment: None,
            };
            for column in columns.split(' ').filter(|column| !column.is_empty()) {
                let name = column.trim_end_matches(['!', '~']);
                let not_null = column.contains('!');
                table.columns.push(Column { not_null, ..Column::new(name, "", LogicalType::Integer) });
                table.foreign_keys.push(ForeignKey {
                    columns: vec![name.to_owned()],
                    to: name.to_owned(),
                    key: vec!["id".to_owned()],
                    on_delete: ReferentialAction::NoAction,
                    on_update: ReferentialAction::NoAction,
                    deferrable: column.contains('~'),
                });
            }
            table
        };
        let tables = schema.split(", ").map(|text| text.split_once('.').expect("a table"));
        let tables = tables.map(|(name, columns)| (name.to_owned(), table(columns))).collect();
        let catalog = Catalog { engine: Engine::Sqlite, tables };
        let found = catalog.closed_circles();
        let keys =
            found.iter().flat_map(|(name, keys)| keys.iter().map(move |key| format!("{name}.{}", key.to)));
        keys.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_circle_is_closed_where_no_reference_takes_null_or_waits() {
        assert_eq!(circles("a.b!, b.a!"), "a.b b.a");
        assert_eq!(circles("a.b!, b.a"), "");
        assert_eq!(circles("a.b!, b.a!~"), "");
        assert_eq!(circles("a.b!, b.c!, c.a! d!, d., e.a!"), "a.b b.c c.a");
        assert_eq!(circles("a.b! c!, b.a!, c.a!"), "a.b a.c b.a c.a");
        assert_eq!(circles("a.a!, b.a!"), "", "a table alone is no circle");
        assert_eq!(circles("a.z!"), "", "a missing table");
    }
}
