//! What differs in the six pairs on which every rendering is pinned.

#[path = "support/pairs.rs"]
mod pairs;

use std::fmt::Write as _;
use std::io::Cursor;

use demo_snapshot_row_diff::{Kind, Side, diff, schema_changes};
use model::RowSource as _;
use model::text::show_key;
use pairs::pairs;

/// The schema's changes and the operations of every pair, without the values.
fn operations() -> String {
    let mut told = String::new();
    for mut pair in pairs() {
        writeln!(told, "# {}", pair.name).expect("a String takes every write");
        for change in schema_changes(pair.base.definition(), pair.head.definition()) {
            writeln!(told, "{change}").expect("a String takes every write");
        }
        let (mut here, mut there) = (Cursor::new(vec![]), Cursor::new(vec![]));
        let base = Side { rows: &mut pair.base, scratch: &mut here };
        let head = Side { rows: &mut pair.head, scratch: &mut there };
        diff(base, head, &mut |change| {
            let at = format!("{} {}", change.table.name, show_key(&change.table.key, change.key));
            match change.kind {
                Kind::Added(_) => writeln!(told, "+ {at}")?,
                Kind::Removed(_) => writeln!(told, "- {at}")?,
                Kind::Changed(columns) => {
                    let names: Vec<&str> = columns.iter().map(|c| c.column.name.as_str()).collect();
                    writeln!(told, "~ {at}: {}", names.join(", "))?;
                }
            }
            Ok(())
        })
        .expect("compares");
    }
    told
}

#[test]
fn the_six_pairs_differ_as_their_names_say() {
    insta::assert_snapshot!(operations(), @r#"
    # edit
    ~ vaults id 1: metadata
    ~ fragments id 1: title, content, metadata, score, flag, icon
    ~ fragments id 4: title, score
    ~ fragments id 5: slug
    ~ fragments id 7: slug
    # insert
    + fragments id 3
    + tags () ()
    + tags () ()
    # delete
    - fragments id 2
    ~ fragments id 4: parent_id
    - fragments id 5
    - fragments id 7
    - tags () ()
    - tags () ()
    - tags () ()
    - tags () ()
    # key change
    - vaults id 2
    + vaults id 9
    - fragments id 2
    ~ fragments id 4: vault_id, parent_id
    ~ fragments id 5: vault_id
    ~ fragments id 7: vault_id
    + fragments id 20
    - tags () ()
    + tags () ()
    # schema change
    column fragments.flag removed
    column fragments.score is text, was decimal
    column fragments.priority added
    ~ fragments id 1: score, priority, flag
    ~ fragments id 2: score, flag
    ~ fragments id 4: score, priority, flag
    ~ fragments id 5: score, flag
    ~ fragments id 7: score, priority, flag
    # everything
    table links added
    ~ vaults id 1: metadata
    - vaults id 2
    + vaults id 9
    ~ fragments id 1: title, content, metadata, score, flag, icon
    - fragments id 2
    + fragments id 3
    ~ fragments id 4: vault_id, parent_id, title, score
    ~ fragments id 5: vault_id, slug
    - fragments id 7
    + fragments id 20
    + tags () ()
    - tags () ()
    + tags () ()
    - tags () ()
    - tags () ()
    + tags () ()
    + links name '<a href="javascript:alert(3)">'
    "#);
}
