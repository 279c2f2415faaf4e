//! One run of a command and its transcript.

use std::path::Path;
use std::process::Output;

/// What a command printed and how it ended.
#[derive(Clone, Debug)]
pub struct Run {
    /// As typed after `cargo xtask`.
    pub args: Vec<String>,
    /// The exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// Data.
    pub stdout: String,
    /// Everything else.
    pub stderr: String,
}

impl Run {
    /// Of a finished process whose sandbox is `root`: paths below it are shown without it.
    pub(crate) fn of(args: &[&str], output: &Output, root: &Path) -> Self {
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
            text.replace(&format!("{}{}", root.display(), std::path::MAIN_SEPARATOR), "")
        };
        Self {
            args: args.iter().map(|&arg| arg.to_owned()).collect(),
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Fails the test unless the exit code is `code`.
    #[track_caller]
    #[must_use]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.transcript());
        self
    }

    /// Command, output and exit code, with what differs between runs replaced: times by `[TIME]`, today by `[TODAY]`.
    pub fn transcript(&self) -> String {
        let mut out = format!("$ cargo xtask {}\n", self.args.join(" "));
        out.push_str(&self.stdout);
        if !self.stderr.is_empty() {
            out.push_str("-- stderr\n");
            out.push_str(&self.stderr);
        }
        out.push_str("-- exit ");
        out.push_str(&self.code.map_or_else(|| "by signal".to_owned(), |code| code.to_string()));
        let lines: Vec<String> =
            out.lines().map(|line| with_slashes(&without_times(line.trim_end()))).collect();
        lines.join("\n")
    }
}

/// `(12 ms)` and `in 1.2 s.` differ from run to run.
fn without_times(line: &str) -> String {
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    for at in 1..words.len() {
        let unit = words[at].trim_end_matches([')', '.', ',']).to_owned();
        let number = words[at - 1].trim_start_matches('(').to_owned();
        if matches!(unit.as_str(), "ms" | "s")
            && !number.is_empty()
            && number.chars().all(|c| c.is_ascii_digit() || c == '.')
        {
            words[at - 1] = words[at - 1].replace(&number, "[TIME]");
            words[at] = words[at].replacen(&unit, "", 1);
        }
    }
    words.join(" ").replace("[TIME] ", "[TIME]")
}

/// Paths as they are shown on other systems; a backslash elsewhere is data.
fn with_slashes(line: &str) -> String {
    if !cfg!(windows) {
        return line.to_owned();
    }
    let is_path = |word: &str| ["demo-snapshots\\", "target\\"].iter().any(|folder| word.contains(folder));
    let words: Vec<String> = line
        .split(' ')
        .map(|word| if is_path(word) { word.replace('\\', "/") } else { word.to_owned() })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_replaced_and_nothing_else() {
        assert_eq!(super::without_times("Verified: 218 rows (12 ms)."), "Verified: 218 rows ([TIME]).");
        assert_eq!(super::without_times("Done in 1.2 s."), "Done in [TIME].");
        assert_eq!(super::without_times("todos  14 s"), "todos  [TIME]");
        assert_eq!(super::without_times("3 rows of s"), "3 rows of s");
    }
}
