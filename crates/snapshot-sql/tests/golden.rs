//! A file with every feature of the format, byte by byte, and everything that can be done to it.

mod support;

use std::io::Cursor;

use model::RowSource;
use snapshot_sql::{Error, Snapshot, Validate, validate};
use support::{check, golden, rows, write};

#[test]
fn golden_file() {
    let file = String::from_utf8(golden_bytes()).expect("UTF-8");
    insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("every_feature", file);
    });
}

#[test]
fn golden_file_reads_back() {
    let (draft, sections) = golden();
    let (file, header, trailer) = write(&draft, &sections).expect("writes");
    let mut snapshot = Snapshot::open(Cursor::new(file.as_slice())).expect("opens");
    assert_eq!(rows(&mut snapshot).expect("reads"), sections);
    let checked = snapshot.checked().expect("the pass ended").clone();
    assert_eq!((&checked.header, checked.trailer, checked.size), (&header, trailer, file.len() as u64));
    assert_eq!(snapshot.check().expect("a second pass"), checked);
    assert_eq!(snapshot.definition(), &draft.definition);
}

#[test]
fn golden_file_is_sql_in_both_dialects() {
    for mode in [Validate::Auto, Validate::Full] {
        let mut snapshot = Snapshot::open(Cursor::new(golden_bytes())).expect("opens");
        let validated = validate(&mut snapshot, mode).expect("valid");
        assert_eq!((validated.statements, validated.rows), (13, 11));
    }
}

#[test]
fn every_flipped_byte_is_found() {
    let file = golden_bytes();
    for at in 0..file.len() {
        for bit in [0, 5, at % 8] {
            let mut damaged = file.clone();
            damaged[at] ^= 1 << bit;
            let result = check(&damaged);
            assert!(is_data_fault(&result), "byte {at}, bit {bit}: {result:?}");
        }
    }
}

#[test]
fn every_cut_is_found_and_called_truncated_at_line_ends() {
    let file = golden_bytes();
    for at in 0..file.len() {
        let result = check(&file[..at]);
        let truncated = matches!(result, Err(Error::Truncated { .. } | Error::Empty));
        assert!(truncated, "cut at {at}: {result:?}");
    }
}

#[test]
fn every_line_that_is_lost_doubled_or_swapped_is_found() {
    let file = golden_bytes();
    let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
    for at in 0..lines.len() {
        let lost = [&lines[..at], &lines[at + 1..]].concat().concat();
        let doubled = [&lines[..=at], &lines[at..]].concat().concat();
        let mut swapped = lines.clone();
        swapped.swap(at, (at + 1) % lines.len());
        let swapped = swapped.concat();
        for damaged in [lost, doubled, swapped].into_iter().filter(|damaged| *damaged != file) {
            assert!(is_data_fault(&check(&damaged)), "line {}", at + 1);
        }
    }
}

#[test]
fn every_inserted_byte_is_found() {
    let file = golden_bytes();
    for at in 0..=file.len() {
        for byte in [b"' -0"[at % 4], [b'\n', 0, 0xff][at % 3]] {
            let damaged = [&file[..at], &[byte], &file[at..]].concat();
            assert!(is_data_fault(&check(&damaged)), "byte {byte} at {at}");
        }
    }
}

fn golden_bytes() -> Vec<u8> {
    let (draft, sections) = golden();
    write(&draft, &sections).expect("writes").0
}

fn is_data_fault<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(error) if !matches!(error, Error::Read(_) | Error::Write(_) | Error::Changed))
}
