//! The same tables for the other engine: what a version that left one of them is restored into.
//!
//! What a file holds has a place there, and nothing else is promised: columns by their logical types, keys, references. The rule
//! to keep in mind: no value changes on its way through, so a type whose declaration would alter one is declared otherwise.

use std::collections::BTreeMap;

use super::{Catalog, Column, ForeignKey, Table};
use crate::{Engine, LogicalType};

impl Catalog {
    /// These tables as `engine` declares them; unchanged if they are its own. Computed columns are left out, and with them the
    /// keys and references that name one; references to tables that are not here, too.
    ///
    /// A single integer primary key is SQLite's row number, so it counts up there. What PostgreSQL counts up beside a key does
    /// not.
    #[must_use]
    pub fn for_engine(&self, engine: Engine) -> Self {
        if self.engine == engine {
            return self.clone();
        }
        let tables: BTreeMap<String, Table> =
            self.tables.iter().map(|(name, table)| (name.clone(), table.for_engine(engine, self))).collect();
        Self { engine, tables }
    }
}

impl Table {
    fn for_engine(&self, engine: Engine, catalog: &Catalog) -> Self {
        let key = if self.stores(&self.primary_key) { self.primary_key.clone() } else { Vec::new() };
        let columns = self.stored_columns();
        let references = |reference: &&ForeignKey| {
            let parent = catalog.tables.get(&reference.to);
            self.stores(&reference.columns) && parent.is_some_and(|parent| parent.stores(&reference.key))
        };
        Self {
            schema: None,
            columns: columns.map(|column| column.for_engine(engine, &key)).collect(),
            unique_keys: self.unique_keys.iter().filter(|k| self.stores(&k.columns)).cloned().collect(),
            foreign_keys: self.foreign_keys.iter().filter(references).cloned().collect(),
            primary_key: key,
            without_rowid: false,
            strict: false,
            comment: self.comment.clone(),
        }
    }
}

impl Column {
    fn for_engine(&self, engine: Engine, primary_key: &[String]) -> Self {
        let in_key = primary_key.contains(&self.name);
        let identity = match engine {
            Engine::Sqlite => self.ty == LogicalType::Integer && primary_key == [self.name.clone()],
            Engine::Postgres => self.identity,
        };
        Self {
            name: self.name.clone(),
            declared: self.ty.declared(engine).to_owned(),
            ty: self.ty,
            // A primary key of SQLite may hold NULL unless it says otherwise; no snapshot has one there.
            not_null: self.not_null || in_key,
            has_default: self.has_default,
            generated: false,
            identity,
            always: false,
            collation: self.collation,
            comment: self.comment.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReferentialAction, UniqueKey};

    fn column(name: &str, declared: &str, ty: LogicalType) -> Column {
        Column::new(name, declared, ty)
    }

    fn names(columns: &[&str]) -> Vec<String> {
        columns.iter().map(|&name| name.to_owned()).collect()
    }

    fn reference(columns: &[&str], to: &str, key: &[&str]) -> ForeignKey {
        ForeignKey {
            columns: names(columns),
            to: to.to_owned(),
            key: names(key),
            on_delete: ReferentialAction::Cascade,
            on_update: ReferentialAction::NoAction,
            deferrable: true,
        }
    }

    fn table(columns: Vec<Column>, primary_key: &[&str]) -> Table {
        Table {
            schema: Some("shop".to_owned()),
            columns,
            primary_key: names(primary_key),
            unique_keys: Vec::new(),
            foreign_keys: Vec::new(),
            without_rowid: false,
            strict: false,
            comment: None,
        }
    }

    /// One line for each column, key and reference.
    fn shown(catalog: &Catalog) -> String {
        let mut lines = vec![catalog.engine.to_string()];
        for (name, table) in &catalog.tables {
            lines.push(format!(
                "{name} {:?} key {:?} {} {}",
                table.schema, table.primary_key, table.without_rowid, table.strict
            ));
            for c in &table.columns {
                let flag = |on, name: &'static str| if on { name } else { "" };
                let (null, identity) = (flag(c.not_null, " not null"), flag(c.identity, " identity"));
                lines.push(format!("  {} {:?} ({}){null}{identity}", c.name, c.declared, c.ty));
            }
            lines.extend(table.unique_keys.iter().map(|key| format!("  unique {:?}", key.columns)));
            let told = |k: &ForeignKey| {
                format!("  {:?} to {} {:?} {:?} {}", k.columns, k.to, k.key, k.on_delete, k.deferrable)
            };
            lines.extend(table.foreign_keys.iter().map(told));
        }
        lines.join("\n")
    }

    fn shop() -> Catalog {
        let id = || Column { identity: true, not_null: true, ..column("id", "bigint", LogicalType::Integer) };
        let mut orders = table(
            vec![
                id(),
                column("price", "numeric(38,20)", LogicalType::Decimal),
                column("state", "shop.state", LogicalType::Enum),
                column("data", "jsonb", LogicalType::Json),
                column("code", "uuid", LogicalType::Uuid),
                Column { generated: true, ..column("total", "numeric", LogicalType::Decimal) },
            ],
            &["id"],
        );
        orders.unique_keys = vec![
            UniqueKey { name: "a".to_owned(), columns: names(&["code", "state"]) },
            UniqueKey { name: "b".to_owned(), columns: names(&["total"]) },
        ];
        let mut items = table(
            vec![
                column("order_id", "bigint", LogicalType::Integer),
                Column { identity: true, ..column("n", "integer", LogicalType::Integer) },
                column("code", "uuid", LogicalType::Uuid),
            ],
            &["order_id", "n"],
        );
        items.foreign_keys = vec![
            reference(&["code"], "gone", &["code"]),
            reference(&["code"], "orders", &["total"]),
            reference(&["order_id"], "orders", &["id"]),
        ];
        let tables = [("items".to_owned(), items), ("orders".to_owned(), orders)].into();
        Catalog { engine: Engine::Postgres, tables }
    }

    #[test]
    fn postgres_tables_become_sqlites() {
        let sqlite = shop().for_engine(Engine::Sqlite);
        insta::assert_snapshot!(shown(&sqlite), @r#"
        sqlite
        items None key ["order_id", "n"] false false
          order_id "INTEGER" (integer) not null
          n "INTEGER" (integer) not null
          code "UUID" (uuid)
          ["order_id"] to orders ["id"] Cascade true
        orders None key ["id"] false false
          id "INTEGER" (integer) not null identity
          price "DECIMAL TEXT" (decimal)
          state "TEXT" (enum)
          data "TEXT" (json)
          code "UUID" (uuid)
          unique ["code", "state"]
        "#);
        assert_eq!(sqlite.for_engine(Engine::Sqlite), sqlite);
    }

    #[test]
    fn sqlite_tables_become_postgres() {
        let mut sqlite = shop().for_engine(Engine::Sqlite);
        for table in sqlite.tables.values_mut() {
            table.without_rowid = true;
            table.strict = true;
            table.columns.iter_mut().for_each(|column| column.not_null = false);
        }
        insta::assert_snapshot!(shown(&sqlite.for_engine(Engine::Postgres)), @r#"
        postgres
        items None key ["order_id", "n"] false false
          order_id "BIGINT" (integer) not null
          n "BIGINT" (integer) not null
          code "UUID" (uuid)
          ["order_id"] to orders ["id"] Cascade true
        orders None key ["id"] false false
          id "BIGINT" (integer) not null identity
          price "NUMERIC" (decimal)
          state "TEXT" (enum)
          data "JSONB" (json)
          code "UUID" (uuid)
          unique ["code", "state"]
        "#);
    }

    #[test]
    fn comments_and_how_an_identity_counts_are_stored_where_there_are_any_and_change_no_fingerprint() {
        let plain = shop();
        let stored = serde_json::to_string(&plain).expect("JSON");
        assert!(!stored.contains("comment") && !stored.contains("always"), "{stored}");
        let mut told = plain.clone();
        let table = told.tables.get_mut("orders").expect("there");
        table.comment = Some("It's\u{202e} one".to_owned());
        table.columns[0].always = true;
        table.columns[1].comment = Some(String::new());
        assert_eq!(told.fingerprint(), plain.fingerprint());
        let stored = serde_json::to_string(&told).expect("JSON");
        assert_eq!(serde_json::from_str::<Catalog>(&stored).expect("a catalog"), told);
        let sqlite = told.for_engine(Engine::Sqlite);
        assert_eq!(
            sqlite.tables["orders"].comment, told.tables["orders"].comment,
            "for whoever leaves it out"
        );
        assert!(!sqlite.tables["orders"].columns[0].always);
    }
}
