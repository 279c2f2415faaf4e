//! Several passes over one snapshot: the first checks all of it, later ones that it is still the same.

mod support;

use std::cell::RefCell;
use std::io::{Read, Seek, SeekFrom};
use std::rc::Rc;
use std::sync::LazyLock;

use model::{Engine, LogicalType, Ownership, Reference, RowEvent, RowSource, StreamError, Value};
use proptest::prelude::*;
use snapshot_sql::{Draft, Error, Snapshot};
use support::{Section, definition, draft, golden, refers, table, write};

/// A file that others can write to while it is read.
#[derive(Clone, Default)]
struct Shared {
    bytes: Rc<RefCell<Vec<u8>>>,
    at: usize,
}

impl Shared {
    fn new(bytes: &[u8]) -> Self {
        Self { bytes: Rc::new(RefCell::new(bytes.to_vec())), at: 0 }
    }
}

impl Read for Shared {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let bytes = self.bytes.borrow();
        let rest = bytes.get(self.at..).unwrap_or_default();
        let count = rest.len().min(out.len());
        out[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => usize::try_from(at).expect("a test's file is short"),
            SeekFrom::End(_) => self.bytes.borrow().len(),
            SeekFrom::Current(_) => self.at,
        };
        Ok(self.at as u64)
    }
}

/// What a stream hands out.
#[derive(Debug, PartialEq)]
enum Event {
    Section(usize, Ownership, u64),
    Row(Vec<Value>),
}

/// All that is handed out, calling `after` with the number of each step.
fn events(
    snapshot: &mut Snapshot<Shared>,
    after: &mut dyn FnMut(usize),
) -> (Vec<Event>, Result<(), StreamError>) {
    let mut events = Vec::new();
    let mut stream = match snapshot.open() {
        Ok(stream) => stream,
        Err(error) => return (events, Err(error)),
    };
    loop {
        match stream.next() {
            Ok(Some(RowEvent::Section { table, ownership, count })) => {
                events.push(Event::Section(table, ownership, count));
            }
            Ok(Some(RowEvent::Row(row))) => events.push(Event::Row(row.to_vec())),
            Ok(None) => return (events, Ok(())),
            Err(error) => return (events, Err(error)),
        }
        after(events.len());
    }
}

fn all(snapshot: &mut Snapshot<Shared>) -> Vec<Event> {
    let (events, result) = events(snapshot, &mut |_| {});
    result.expect("reads");
    events
}

#[track_caller]
fn assert_changed(result: Result<(), StreamError>) {
    let error = result.expect_err("the file is another");
    assert!(matches!(error.downcast_ref(), Some(Error::Changed)), "{error}");
}

/// Notes that refer to each other, so that there are links; `count` of each ownership, long enough for several reads.
fn notes(count: i64, width: usize) -> (Draft, Vec<Section>) {
    let columns = [("id", LogicalType::Integer), ("next", LogicalType::Integer), ("body", LogicalType::Text)];
    let mut spec = table("notes", &columns, &["id"]);
    spec.select =
        vec![vec![support::is_in(&["body"], &[model::Scalar::Text("\n-- notes (2 records)\n".into())])]];
    spec.references = vec![Reference { link: true, ..refers(&["next"], "notes", &["id"]) }];
    let row = |id: i64, next: i64| {
        vec![
            Value::Integer(id),
            Value::Integer(next),
            Value::Text(format!("it's {id} {}", "x".repeat(width))),
        ]
    };
    let shared = (0..count).map(|at| row(2 * at, at)).collect();
    let owned = (0..count).map(|at| row(2 * at + 1, 2 * (count - at) - 1)).collect();
    let sections = vec![(0, Ownership::Shared, shared), (0, Ownership::Owned, owned)];
    (draft(definition("notes", vec![spec]), &Engine::ALL), sections)
}

#[test]
fn a_later_pass_hands_out_what_the_first_did() {
    for (draft, sections) in [golden(), notes(3, 1), notes(2000, 300), (golden().0, Vec::new())] {
        let (file, _, _) = write(&draft, &sections).expect("writes");
        let mut snapshot = Snapshot::open(Shared::new(&file)).expect("opens");
        assert_eq!(snapshot.sections(), None, "nothing was counted yet");
        let first = all(&mut snapshot);
        let checked = snapshot.checked().expect("the pass ended").clone();
        let counts: Vec<_> =
            sections.iter().map(|(table, whose, rows)| (*table, *whose, rows.len() as u64)).collect();
        assert_eq!(snapshot.sections(), Some(counts));
        assert_eq!(all(&mut snapshot), first);
        assert_eq!(all(&mut snapshot), first);
        assert_eq!(snapshot.checked(), Some(&checked));
        assert_eq!(snapshot.check().expect("a whole pass again"), checked);
    }
}

#[test]
fn what_changes_while_a_pass_is_under_way_is_found_at_the_latest_at_its_end() {
    let (draft, sections) = notes(2000, 300);
    let (file, _, _) = write(&draft, &sections).expect("writes");
    let at = file.len() * 3 / 4;
    for passes in 0..2 {
        let shared = Shared::new(&file);
        let mut snapshot = Snapshot::open(shared.clone()).expect("opens");
        for _ in 0..passes {
            all(&mut snapshot);
        }
        let (_, result) = events(&mut snapshot, &mut |step| {
            if step == 10 {
                shared.bytes.borrow_mut()[at] ^= 1;
            }
        });
        assert!(result.is_err(), "after {passes} passes");
        shared.bytes.borrow_mut()[at] ^= 1;
        let (events, result) = events(&mut snapshot, &mut |_| {});
        assert!(result.is_ok() && events.len() == 4002, "the file is what it was");
    }
}

#[test]
fn links_that_differ_only_while_rows_are_filled_from_them_are_found() {
    let (draft, sections) = notes(2000, 300);
    let (file, _, _) = write(&draft, &sections).expect("writes");
    let text = String::from_utf8(file.clone()).expect("UTF-8");
    let link =
        text.find("SET \"next\" = 3999 ").expect("the first owned row's link") + "SET \"next\" = ".len();
    for passes in 0..2 {
        let shared = Shared::new(&file);
        let mut snapshot = Snapshot::open(shared.clone()).expect("opens");
        for _ in 0..passes {
            all(&mut snapshot);
        }
        shared.bytes.borrow_mut()[link] = b'2';
        let (events, result) = events(&mut snapshot, &mut |step| {
            if step == 2500 {
                shared.bytes.borrow_mut()[link] = b'3';
            }
        });
        assert!(
            events.iter().any(|event| matches!(event, Event::Row(row) if row[1] == Value::Integer(2999)))
        );
        assert_changed(result);
    }
}

#[test]
fn a_file_of_the_same_length_and_another_content_is_no_longer_the_one_that_was_checked() {
    let (draft, mut sections) = notes(20, 5);
    let (file, _, _) = write(&draft, &sections).expect("writes");
    sections[1].2[3][2] = Value::Text("it's 8 xxxxx".to_owned());
    let (other, _, _) = write(&draft, &sections).expect("writes");
    assert!(file.len() == other.len() && support::check(&other).is_ok());
    let shared = Shared::new(&file);
    let mut snapshot = Snapshot::open(shared.clone()).expect("opens");
    all(&mut snapshot);
    shared.bytes.borrow_mut().clone_from(&other);
    assert_changed(events(&mut snapshot, &mut |_| {}).1);
    assert!(matches!(snapshot.check(), Err(Error::Changed)));
}

static SMALL: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let (draft, sections) = golden();
    write(&draft, &sections).expect("writes").0
});

/// More than is read at a time.
static LARGE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let (draft, sections) = notes(100, 2000);
    write(&draft, &sections).expect("writes").0
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_file_that_changed_between_passes_is_refused(
        large in any::<bool>(),
        at in any::<prop::sample::Index>(),
        change in prop_oneof![
            any::<u8>().prop_map(Change::Byte),
            Just(Change::Cut),
            any::<u8>().prop_map(Change::Insert),
            Just(Change::Remove),
            "[ -~\n]{1,20}".prop_map(|text| Change::Append(text.into_bytes())),
        ],
    ) {
        let file = if large { &*LARGE } else { &*SMALL };
        let shared = Shared::new(file);
        let mut snapshot = Snapshot::open(shared.clone()).expect("opens");
        let first = all(&mut snapshot);
        {
            let mut bytes = shared.bytes.borrow_mut();
            let at = at.index(bytes.len());
            match change {
                Change::Byte(byte) => bytes[at] = byte,
                Change::Cut => bytes.truncate(at),
                Change::Insert(byte) => bytes.insert(at, byte),
                Change::Remove => drop(bytes.remove(at)),
                Change::Append(text) => bytes.extend(text),
            }
        }
        let same = *shared.bytes.borrow() == *file;
        let (events, result) = events(&mut snapshot, &mut |_| {});
        if same {
            prop_assert!(result.is_ok() && events == first);
        } else {
            assert_changed(result);
        }
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
