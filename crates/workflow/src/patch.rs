//! The SQL patch of a comparison: what differs, told to the writer of patches.

use std::fs::File;
use std::io::{self, Write};

use model::RowSource;
use row_diff::{Change, Counts, Kind, Side};
use snapshot_sql::patch::{Alteration, Operation, OperationKind, PatchError, PatchHead, PatchWriter};

use crate::{Context, Error};

/// Compares two snapshots and writes the patch that leads from one to the other. Returns how many rows differ.
///
/// # Errors
/// A side cannot be read, no patch leads from base to head on both engines (then nothing has been written), or writing
/// fails.
pub fn patch(
    context: &Context,
    request: &PatchHead<'_>,
    (base, head): (&mut dyn RowSource, &mut dyn RowSource),
    out: &mut dyn Write,
) -> Result<Counts, Error> {
    let mut patch = Patch::new(context, request)?;
    let (mut base_scratch, mut head_scratch) = (context.scratch_file()?, context.scratch_file()?);
    let base = Side { rows: base, scratch: &mut base_scratch };
    let head = Side { rows: head, scratch: &mut head_scratch };
    let counts = row_diff::diff(base, head, &mut |change| Ok(patch.change(change)?))?;
    patch.finish(out)?;
    Ok(counts)
}

/// Takes the changes of [`row_diff::diff`] in turn; nothing is written before all are known.
pub struct Patch<'a> {
    writer: PatchWriter<'a, File>,
}

impl<'a> Patch<'a> {
    /// Starts a patch.
    ///
    /// # Errors
    /// There is no room for scratch files, or a name cannot stand in a patch.
    pub fn new(context: &Context, request: &PatchHead<'a>) -> Result<Self, Error> {
        let scratch = [context.scratch_file()?, context.scratch_file()?, context.scratch_file()?];
        Ok(Self { writer: PatchWriter::new(*request, scratch)? })
    }

    /// Takes a change.
    ///
    /// # Errors
    /// A [`PatchError`]: the row cannot be part of a patch, or scratch space fails.
    pub fn change(&mut self, change: &Change<'_>) -> Result<(), PatchError> {
        take(&mut self.writer, change)
    }

    /// Writes the patch.
    ///
    /// # Errors
    /// It cannot lead from base to head on both engines; then nothing has been written. Or writing fails.
    pub fn finish(self, out: &mut dyn Write) -> Result<(), Error> {
        Ok(self.writer.finish(out)?)
    }
}

/// Hands one change to the writer.
pub(crate) fn take<S: io::Read + io::Write + io::Seek>(
    writer: &mut PatchWriter<'_, S>,
    change: &Change<'_>,
) -> Result<(), PatchError> {
    let alterations: Vec<Alteration<'_>>;
    let kind = match &change.kind {
        Kind::Added(_) => OperationKind::Added,
        Kind::Removed(_) => OperationKind::Removed,
        Kind::Changed(columns) => {
            let each = columns.iter().map(|one| Alteration {
                column: &one.column.name,
                base: one.base,
                head: one.head,
            });
            alterations = each.collect();
            OperationKind::Changed(&alterations)
        }
    };
    writer.operation(&Operation { table: &change.table.name, row: change.row, kept: change.kept, kind })
}

#[cfg(test)]
#[path = "../../row-diff/tests/support/pairs.rs"]
mod pairs;

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Cursor;

    use miette::Diagnostic as _;
    use model::{Catalog, Definition, Digest, Engine, ScenarioName, UniqueKey};
    use row_diff::render::{Heading, Json, Rendering as _, SideName};

    use snapshot_sql::patch::PatchSide;

    use super::pairs::{Pair, pairs};
    use super::*;

    /// The base's schema, as a database of it would have it.
    fn catalog(definition: &Definition) -> Catalog {
        let mut catalog = Catalog::of_definition(definition, Engine::Sqlite);
        let fragments = catalog.tables.get_mut("fragments").expect("the table");
        fragments.unique_keys.push(UniqueKey { name: "slugs".to_owned(), columns: vec!["slug".to_owned()] });
        for column in fragments.columns.iter_mut().filter(|column| column.name == "slug") {
            column.not_null = true;
        }
        catalog
    }

    fn patch_of(pair: &mut Pair, catalog: Option<&Catalog>) -> Result<String, Error> {
        let (old, new) = (pair.base.definition().clone(), pair.head.definition().clone());
        let scenario = ScenarioName::new("writer").expect("a name");
        let side = |name, definition| PatchSide { name, content: Some(Digest::of(b"")), definition };
        let head = PatchHead {
            scenario: &scenario,
            base: side("v1_2026-11-19", &old),
            head: side("git:a\u{1b}b", &new),
            engines: &Engine::ALL,
            catalog,
        };
        let scratch = || Cursor::new(Vec::new());
        let mut writer = PatchWriter::new(head, [scratch(), scratch(), scratch()])?;
        let (mut here, mut there) = (scratch(), scratch());
        let base = Side { rows: &mut pair.base, scratch: &mut here };
        let head = Side { rows: &mut pair.head, scratch: &mut there };
        row_diff::diff(base, head, &mut |change| Ok(take(&mut writer, change)?))?;
        let mut out = Vec::new();
        writer.finish(&mut out)?;
        Ok(String::from_utf8(out).expect("a patch is UTF-8"))
    }

    #[test]
    fn a_patch_of_each_of_the_six_pairs() {
        for mut pair in pairs() {
            let catalog = catalog(pair.base.definition());
            let text = patch_of(&mut pair, Some(&catalog)).unwrap_or_else(|error| {
                let help = error.help().map(|help| help.to_string()).unwrap_or_default();
                format!("{error}\nhelp: {help}\n")
            });
            let name = format!("patch_{}", pair.name.replace(' ', "_"));
            insta::assert_snapshot!(name, text);
        }
    }

    /// What the JSON rendering says of a pair.
    fn json_of(pair: &Pair) -> serde_json::Value {
        let (mut base, mut head) = (pair.base.clone(), pair.head.clone());
        let (old, new) = (base.definition().clone(), head.definition().clone());
        let scenario = ScenarioName::new("writer").expect("a name");
        let name = SideName { name: "v1".to_owned(), records: None };
        let heading = Heading {
            scenario: &scenario,
            base: &name,
            head: &name,
            base_definition: &old,
            head_definition: &new,
            schema: &[],
        };
        let mut out = Vec::new();
        let mut json = Json::new(&mut out);
        json.begin(&heading).expect("begins");
        let (mut here, mut there) = (Cursor::new(Vec::new()), Cursor::new(Vec::new()));
        let base = Side { rows: &mut base, scratch: &mut here };
        let head = Side { rows: &mut head, scratch: &mut there };
        let counts = row_diff::diff(base, head, &mut |change| Ok(json.change(change)?)).expect("compares");
        json.end(&counts).expect("ends");
        serde_json::from_slice(&out).expect("JSON")
    }

    /// What a program reads and what a database runs are the same changes, row by row.
    #[test]
    fn the_json_and_the_patch_agree() {
        let mut compared = 0;
        for mut pair in pairs() {
            let json = json_of(&pair);
            let catalog = catalog(pair.base.definition());
            let Ok(patch) = patch_of(&mut pair, Some(&catalog)) else { continue };
            compared += 1;
            let total = &json["counts"]["total"];
            let rows = format!(
                "-- Rows: {} added, {} changed, {} removed\n",
                total["added"], total["changed"], total["removed"]
            );
            assert!(patch.contains(&rows), "{}: {rows}", pair.name);
            let listed = json["changes"].as_array().expect("a list");
            for change in listed.iter().filter(|change| change["key"]["id"].is_number()) {
                let (table, id) = (change["table"].as_str().expect("a table"), &change["key"]["id"]);
                let statement = match change["operation"].as_str() {
                    Some("added") => format!("INSERT INTO \"{table}\" ("),
                    Some("changed") => format!("UPDATE \"{table}\" SET "),
                    _ => format!("DELETE FROM \"{table}\" WHERE \"id\" = {id};"),
                };
                let of_row = |text: &str| match change["operation"].as_str() {
                    Some("added") => text.contains(&format!("VALUES ({id},")),
                    Some("changed") => text.contains(&format!("WHERE \"id\" = {id}")),
                    _ => true,
                };
                let told = patch.split(";\n").any(|text| {
                    let text = format!("{};", text.trim());
                    text.contains(&statement) && of_row(&text)
                });
                assert!(told, "{}: {change}", pair.name);
            }
        }
        assert_eq!(compared, 5, "one of the six is of another schema");
    }

    #[test]
    fn nothing_steers_a_terminal_and_nothing_is_left_of_the_schema() {
        let mut all = String::new();
        for mut pair in pairs() {
            if let Ok(text) = patch_of(&mut pair, None) {
                write!(all, "{text}").expect("a String takes every write");
            }
        }
        assert!(all.contains("-- No schema was at hand: unique keys other than row keys"));
        let hidden = all.chars().find(|c| model::text::is_escaped(*c));
        assert_eq!(hidden, None);
        for word in ["PRAGMA ", "SET ", "/*", "ATTACH", "\n\\"] {
            let is_code = |line: &&str| line.starts_with(word);
            assert_eq!(all.lines().find(is_code), None, "{word}");
        }
    }
}
