//! Two files side by side: leaving out the rows that are the same bytes changes nothing of what a comparison finds.

#[path = "support/edits.rs"]
mod edits;
mod support;

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::sync::LazyLock;

use edits::{Rows, edit, rows, tables};
use model::{Digest, Engine, LogicalType, Ownership, RowEvent, RowSource, StreamError, Value};
use proptest::prelude::*;
use row_diff::{Counts, Side};
use snapshot_sql::{Checked, Error, Pair, Recorded, Snapshot, Trailer};
use support::{definition, draft, golden, table, write};

type File = Snapshot<Cursor<Vec<u8>>>;

fn open(bytes: &[u8]) -> Result<File, Error> {
    Snapshot::open(Cursor::new(bytes.to_vec()))
}

fn recorded(bytes: &[u8]) -> Recorded {
    open(bytes).and_then(|mut file| file.check()).map(|checked: Checked| checked.recorded()).expect("whole")
}

/// What a comparison tells: each change, and the counts.
type Told = (Vec<String>, Counts);

fn compare(base: &mut dyn RowSource, head: &mut dyn RowSource) -> Result<Told, row_diff::Error> {
    let (mut here, mut there) = (Cursor::new(Vec::new()), Cursor::new(Vec::new()));
    let mut changes = Vec::new();
    let base = Side { rows: base, scratch: &mut here };
    let head = Side { rows: head, scratch: &mut there };
    let counts = row_diff::diff(base, head, &mut |change| {
        changes.push(format!("{} {:?} {:?}", change.table.name, change.key, change.kind));
        Ok(())
    })?;
    Ok((changes, counts))
}

fn plain(base: &[u8], head: &[u8]) -> Told {
    compare(&mut open(base).expect("opens"), &mut open(head).expect("opens")).expect("compares")
}

/// Compares side by side; also returns how many rows of each side were left out. `None` if the two are no pair.
fn paired(
    base: &mut File,
    head: &mut File,
    known: [Recorded; 2],
) -> Result<Option<(Told, u64)>, StreamError> {
    let Some(pair) = Pair::of(base, head, known) else { return Ok(None) };
    let (mut old, mut new) = pair.sides();
    let (changes, mut counts) = compare(&mut old, &mut new)?;
    let left_out = pair.left_out();
    for (table, rows) in pair.finish()? {
        counts.tables.entry(table).or_default().equal += rows;
    }
    Ok(Some(((changes, counts), left_out)))
}

/// Compares two files that are as they are recorded both ways, and returns what both told and how many rows were left out.
#[track_caller]
fn same_both_ways(base: &[u8], head: &[u8]) -> (Told, u64) {
    let known = [recorded(base), recorded(head)];
    let found = paired(&mut open(base).expect("opens"), &mut open(head).expect("opens"), known);
    let (told, left_out) = found.expect("compares").expect("is a pair");
    assert_eq!(told, plain(base, head));
    (told, left_out)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_comparison_of_a_pair_tells_what_one_of_whole_files_does(
        base in rows(),
        edits in prop::collection::vec(edit(), 0..12),
    ) {
        let mut head = base.clone();
        head.edit(edits);
        let (base, head) = (base.file(), head.file());
        let _ = same_both_ways(&base, &head);
        let _ = same_both_ways(&head, &base);
    }

    #[test]
    fn a_damaged_file_is_never_compared(
        small in any::<bool>(),
        of_head in any::<bool>(),
        at in any::<prop::sample::Index>(),
        change in prop_oneof![
            any::<u8>().prop_map(Change::Byte),
            Just(Change::Cut),
            any::<u8>().prop_map(Change::Insert),
            Just(Change::Remove),
            "[ -~\n]{1,20}".prop_map(|text| Change::Append(text.into_bytes())),
        ],
    ) {
        let files = if small { &*SMALL } else { &*LARGE };
        let (known, mut files) = (files.1, files.0.clone());
        let file = &mut files[usize::from(of_head)];
        let was = file.clone();
        let at = at.index(file.len());
        match change {
            Change::Byte(byte) => file[at] = byte,
            Change::Cut => file.truncate(at),
            Change::Insert(byte) => file.insert(at, byte),
            Change::Remove => drop(file.remove(at)),
            Change::Append(text) => file.extend(text),
        }
        let changed = *file != was;
        let found = open(&files[0]).and_then(|base| Ok((base, open(&files[1])?)));
        let refused = match found {
            Err(_) => true,
            // What is no pair is read as a whole.
            Ok((mut base, mut head)) => match paired(&mut base, &mut head, known) {
                Ok(None) => base.check().and_then(|_| head.check()).is_err(),
                found => found.is_err(),
            },
        };
        prop_assert_eq!(refused, changed);
    }
}

#[derive(Clone, Debug)]
enum Change {
    Byte(u8),
    Cut,
    Insert(u8),
    Remove,
    Append(Vec<u8>),
}

type Known = ([Vec<u8>; 2], [Recorded; 2]);

fn known(base: Vec<u8>, head: Vec<u8>) -> Known {
    let recorded = [recorded(&base), recorded(&head)];
    ([base, head], recorded)
}

/// Links, both ownerships, quotes and line feeds in names and texts.
static SMALL: LazyLock<Known> = LazyLock::new(|| {
    let (draft, mut sections) = golden();
    let base = write(&draft, &sections).expect("writes").0;
    sections[2].2[0][8] = support::text("another");
    known(base, write(&draft, &sections).expect("writes").0)
});

/// More than is read at a time.
static LARGE: LazyLock<Known> = LazyLock::new(|| {
    let mut rows = Rows::default();
    rows.notes
        .extend((0..150).map(|id| (id, (id % 2 == 0, Some(id + 2), format!("it's {id}\n").repeat(300)))));
    let base = rows.file();
    rows.notes.retain(|id, _| id % 50 != 7);
    known(base, rows.file())
});

#[test]
fn rows_are_read_only_where_they_differ_or_have_a_link() {
    let mut rows = Rows::default();
    rows.labels.extend((0..3000).map(|at| (at % 3 == 0, format!("it's {}", at % 7))));
    rows.notes.extend((0..3000).map(|id| (id, (id % 2 == 0, Some(id - 2), format!("{id}\n, ('")))));
    rows.nodes.extend((0..3000).map(|id| (id, (Some(id / 2), format!("node {id}")))));
    rows.shared.extend((0..3000).map(|id| ((format!("word {}", id % 20), id), "x".repeat(90))));
    let base = rows.file();
    assert_eq!(same_both_ways(&base, &base).1, 12_000, "nothing differs");

    let mut edited = rows.clone();
    edited.labels.push((false, "it's 3 and more".to_owned()));
    let _ = edited.notes.remove(&1000);
    let _ = edited.notes.remove(&1001);
    for id in [77, 1502] {
        edited.nodes.get_mut(&id).expect("a node").1.push('!');
    }
    let _ = edited.shared.insert(("word 7".to_owned(), -1), String::new());
    let ((changes, _), left_out) = same_both_ways(&base, &edited.file());
    // The rows that referred to a note that is gone, and two notes, are among them.
    assert_eq!(changes.len(), 8);
    assert!(left_out > 11_900, "only {left_out} rows were left out");

    // A row that has moved from one section to the other is equal, and read.
    let mut moved = rows.clone();
    moved.notes.get_mut(&500).expect("a note").0 = false;
    let ((changes, counts), left_out) = same_both_ways(&base, &moved.file());
    assert_eq!((changes.len(), counts.total().equal), (0, 12_000));
    assert!(left_out > 11_900, "only {left_out} rows were left out");
}

#[test]
fn a_link_makes_another_row_of_the_same_text() {
    let mut rows = Rows::default();
    rows.notes.extend((0..9).map(|id| (id, (true, None, "same".to_owned()))));
    let base = rows.file();
    rows.notes.get_mut(&4).expect("a note").1 = Some(8);
    let head = rows.file();
    let ((changes, _), left_out) = same_both_ways(&base, &head);
    assert_eq!((changes.len(), left_out), (1, 8));
    let ((changes, _), left_out) = same_both_ways(&head, &base);
    assert_eq!((changes.len(), left_out), (1, 8));
    assert_eq!(same_both_ways(&head, &head).1, 8, "one has a link");
}

#[test]
fn the_same_text_of_another_type_is_another_value() {
    let file = |ty, value: Value, engine| {
        let spec = table("notes", &[("id", LogicalType::Integer), ("body", ty)], &["id"]);
        let rows = vec![vec![Value::Integer(1), value], vec![Value::Integer(2), Value::Null]];
        let draft = draft(definition("notes", vec![spec]), &[engine]);
        write(&draft, &[(0, Ownership::Shared, rows)]).expect("writes").0
    };
    let cases = [
        (
            file(LogicalType::Text, support::text("{}"), Engine::Sqlite),
            file(LogicalType::Json, support::typed("{}"), Engine::Sqlite),
        ),
        (
            file(LogicalType::Real, support::text("NaN"), Engine::Sqlite),
            file(LogicalType::Real, Value::Real(f64::NAN), Engine::Postgres),
        ),
    ];
    for (base, head) in cases {
        let row = |file: &[u8]| {
            String::from_utf8_lossy(file).lines().find(|line| line.starts_with("  (")).map(str::to_owned)
        };
        assert_eq!(row(&base), row(&head));
        let ((changes, _), left_out) = same_both_ways(&base, &head);
        assert_eq!((changes.len(), left_out), (1, 0));
    }
}

#[test]
fn files_of_other_tables_are_no_pair() {
    let rows = Rows::default();
    let mut fewer = tables();
    let _ = fewer.tables.pop();
    let (base, head) = (rows.file(), rows.file_of(fewer));
    let known = [recorded(&base), recorded(&head)];
    let found = paired(&mut open(&base).expect("opens"), &mut open(&head).expect("opens"), known);
    assert!(found.expect("reads").is_none());
}

#[test]
fn a_side_is_read_once_and_to_its_end() {
    let (files, known) = &*SMALL;
    let (mut base, mut head) = (open(&files[0]).expect("opens"), open(&files[1]).expect("opens"));
    let pair = Pair::of(&mut base, &mut head, *known).expect("is a pair");
    let (mut old, mut new) = pair.sides();
    let mut stream = old.open().expect("opens");
    while let Some(event) = stream.next().expect("reads") {
        assert!(matches!(event, RowEvent::Section { .. } | RowEvent::Row(_)));
    }
    drop(stream);
    assert!(old.open().is_err(), "its rows are gone");
    let mut stream = new.open().expect("opens");
    assert!(stream.next().expect("reads").is_some());
    drop(stream);
    assert!(matches!(pair.finish(), Err(Error::Changed)), "the head was not read to its end");
}

#[test]
fn a_file_is_no_pair_of_what_another_was_recorded() {
    let ([base, head], [old, new]) = &*SMALL;
    let mut content = *new;
    content.trailer.content = old.trailer.content;
    let size = Recorded { size: new.size + 1, ..*new };
    for wrong in [*old, content, size] {
        let found = paired(&mut open(base).expect("opens"), &mut open(head).expect("opens"), [*old, wrong]);
        let error = found.expect_err("it is another file");
        let source = error.downcast_ref().and_then(|error| match error {
            row_diff::Error::Read { which: row_diff::Which::Head, source } => source.downcast_ref(),
            _ => None,
        });
        assert!(matches!(source, Some(Error::Changed)), "{error}");
    }
}

/// A file that somebody wrote by hand, with digests that fit it.
fn forged(file: &[u8], from: &str, to: &str) -> (Vec<u8>, Recorded) {
    let text = String::from_utf8(file.to_vec()).expect("UTF-8");
    assert!(from.is_empty() || text.contains(from), "{text}");
    let known = recorded(file);
    let text = text.replacen(from, to, 1);
    let header = text.find("\n\n").expect("a blank line") + 1;
    let end = text.find("-- File: sha256:").expect("a trailer");
    let parts = [&text[..header], &text[header..end]].map(|part| Digest::of(part.as_bytes()).0);
    let digest = Digest::of(&parts.concat());
    let bytes = text.replace(&known.trailer.file.to_string(), &digest.to_string()).into_bytes();
    let trailer = Trailer { file: digest, ..known.trailer };
    let size = bytes.len() as u64;
    (bytes, Recorded { trailer, size })
}

#[test]
fn digests_do_not_vouch_for_what_would_be_shown_nowhere() {
    let mut rows = Rows::default();
    rows.labels.push((true, "label".to_owned()));
    rows.notes.extend((1..4).map(|id| (id, (true, Some(id + 1), format!("note {id}")))));
    let base = rows.file();
    rows.notes.get_mut(&1).expect("a note").2 = "another".to_owned();
    let head = rows.file();
    let compared = |from, to| {
        let (file, known) = forged(&head, from, to);
        let known = [recorded(&base), known];
        paired(&mut open(&base).expect("opens"), &mut open(&file).expect("opens"), known)
    };
    let (told, _) = compared("", "").expect("compares").expect("is a pair");
    assert_eq!(told, plain(&base, &head));
    let cases = [
        ("WHERE \"id\" = 2 AND", "WHERE \"id\" = 7 AND"),
        (
            "UPDATE \"notes\" SET \"next\" = 2 WHERE \"id\" = 1",
            "UPDATE \"labels\" SET \"body\" = 'x' WHERE \"id\" = 1",
        ),
        ("-- Links (2 updates)\n", ""),
        ("\n-- notes (3 records)\n", "\n-- notes (2 records)\n"),
        ("\n-- notes (3 records)\n", "\n-- notes (4 records)\n"),
        ("\n-- notes (3 records)\n", "\n-- notes (03 records)\n"),
        ("\n-- notes (3 records)\n", "\n-- nodes (3 records)\n"),
        ("\n-- labels (1 record)\n", "\n-- labels (0 records)\n\n-- labels (1 record)\n"),
        ("\nCOMMIT;\n", "\nDELETE FROM \"notes\";\nCOMMIT;\n"),
        ("\nBEGIN;\n", "\nBEGIN;\nDELETE FROM \"notes\";\n"),
        ("-- Content: ", "-- Content:  "),
        (", (", " , ("),
        ("-- Verification\n", "-- Verification\n-- and more\n"),
    ];
    for (from, to) in cases {
        assert!(compared(from, to).is_err(), "{from:?} became {to:?}");
    }
}

/// A file of which a part cannot be read.
struct Broken {
    file: Cursor<Vec<u8>>,
    from: u64,
}

impl Read for Broken {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.file.position() >= self.from {
            return Err(std::io::Error::other("a bad block"));
        }
        let left = usize::try_from(self.from - self.file.position()).expect("a test's file is short");
        let count = out.len().min(left);
        self.file.read(&mut out[..count])
    }
}

impl Seek for Broken {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}

#[test]
fn what_cannot_be_read_is_said_of_its_own_side() {
    let mut rows = Rows::default();
    rows.shared.extend((0..3000).map(|id| ((String::new(), id), "x".repeat(200))));
    let file = rows.file();
    let known = recorded(&file);
    let (whole, part) = (u64::MAX, file.len() as u64 / 2);
    for (from, expected) in [([whole, part], row_diff::Which::Head), ([part, whole], row_diff::Which::Base)] {
        let [mut base, mut head] =
            from.map(|from| Snapshot::open(Broken { file: Cursor::new(file.clone()), from }).expect("opens"));
        let pair = Pair::of(&mut base, &mut head, [known, known]).expect("is a pair");
        let (mut old, mut new) = pair.sides();
        let error = compare(&mut old, &mut new).expect_err("a part is missing");
        let row_diff::Error::Read { which, source } = error else { panic!("{error}") };
        assert_eq!(which, expected);
        assert!(matches!(source.downcast_ref(), Some(Error::Read(_))), "{source}");
    }
}
