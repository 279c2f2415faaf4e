//! Chance as an adversary: whatever stands in a file, a command ends with one of the five exit codes, and a refusal
//! changes nothing. The same bytes in every run.

use test_support::Sandbox;

use crate::support::{TINY_FILE, assert_unchanged, state, tiny};

const RUNS: usize = 100;

#[test]
fn random_edits_of_a_snapshot_file_are_refused() {
    let sandbox = tiny();
    let original = std::fs::read(sandbox.path(TINY_FILE)).expect("a version");
    let mut chance = Chance(1);
    for _ in 0..RUNS {
        let bytes = chance.edit(&original);
        sandbox.write("edited.sql", &bytes);
        let code = ends_well(
            &sandbox,
            &["demo-import", "tiny", "--database", "sqlite:app.sqlite", "--file", "edited.sql"],
        );
        assert!(bytes == original || code == 3, "exit {code}: {:?}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn random_edits_of_the_manifest_end_well() {
    let sandbox = tiny();
    let path = "demo-snapshots/metadata/export_manifest.json";
    let original = std::fs::read(sandbox.path(path)).expect("a manifest");
    let mut chance = Chance(2);
    for run in 0..RUNS {
        let bytes = chance.edit(&original);
        sandbox.write(path, &bytes);
        let args: &[&str] = match run % 3 {
            0 => &["demo-list"],
            1 => &["demo-verify"],
            _ => &["demo-import", "tiny", "--database", "sqlite:app.sqlite"],
        };
        let code = ends_well(&sandbox, args);
        assert!(bytes == original || code != 0, "{args:?} took {:?}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn random_edits_of_a_scenario_end_well() {
    let sandbox = tiny();
    let path = "demo-snapshots/tiny/scenario.yaml";
    let original = std::fs::read(sandbox.path(path)).expect("a scenario");
    let mut chance = Chance(3);
    for _ in 0..RUNS {
        sandbox.write(path, chance.edit(&original));
        let _ = ends_well(
            &sandbox,
            &["demo-export", "tiny", "--database", "sqlite:app.sqlite", "--output", "out.sql"],
        );
        let _ = std::fs::remove_file(sandbox.path("out.sql"));
    }
}

/// Runs a command; its exit code is one of the five, and unless it succeeded nothing changed.
#[track_caller]
fn ends_well(sandbox: &Sandbox, args: &[&str]) -> i32 {
    let before = state(sandbox);
    let run = sandbox.run(args);
    let code = run.code.unwrap_or_else(|| panic!("{}", run.transcript()));
    assert!((0..=4).contains(&code), "{}", run.transcript());
    if code != 0 {
        assert_unchanged(&before, sandbox);
        assert!(code == 1 || run.stdout.is_empty(), "{}", run.transcript());
        let control = |c: char| c.is_control() && c != '\n';
        assert!(!run.stderr.contains(control), "{:?}", run.stderr);
    }
    code
}

/// xorshift64: the same sequence on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).expect("fits") % n.max(1)
    }

    /// One to three edits: bytes changed, cut out, doubled, inserted; at times nothing of the original is left.
    fn edit(&mut self, original: &[u8]) -> Vec<u8> {
        let mut bytes = original.to_vec();
        if self.below(10) == 0 {
            let length = self.below(400);
            return (0..length).map(|_| self.byte()).collect();
        }
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            let end = (at + 1 + self.below(40)).min(bytes.len());
            match self.below(4) {
                0 if at < bytes.len() => bytes[at] = self.byte(),
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let part = bytes[at..end].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, part);
                }
                _ => {
                    let part: Vec<u8> = (0..self.below(6)).map(|_| self.byte()).collect();
                    bytes.splice(at..at, part);
                }
            }
        }
        bytes
    }

    fn byte(&mut self) -> u8 {
        const TELLING: &[u8] = b"'\"{}[]():;,&*!|>%@`#-\\\n\r\t\0\x1b\xff0159aE";
        if self.below(2) == 0 {
            TELLING[self.below(TELLING.len())]
        } else {
            u8::try_from(self.below(256)).expect("a byte")
        }
    }
}
