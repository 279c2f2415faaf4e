//! The tables of `docs/types.md`, and values as it writes them.

use model::{LogicalType, Value};

const DOCUMENT: &str = include_str!("../../../../docs/types.md");

/// One line of a table.
pub(crate) struct Line(Vec<&'static str>);

/// The lines of the first table under a heading, without its head.
#[track_caller]
pub(crate) fn table(heading: &str) -> Vec<Line> {
    let section = DOCUMENT.split_once(&format!("\n## {heading}\n")).unwrap().1;
    let lines =
        section.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let lines: Vec<Line> = lines
        .skip(2)
        .map(|line| Line(line.trim_matches('|').split(" | ").map(str::trim).collect()))
        .collect();
    assert!(!lines.is_empty(), "{heading} has no table");
    lines
}

impl Line {
    /// A cell as it stands.
    pub(crate) fn text(&self, at: usize) -> &'static str {
        self.0[at]
    }

    /// What stands in backquotes in a cell.
    pub(crate) fn code(&self, at: usize) -> Vec<&'static str> {
        self.0[at].split('`').skip(1).step_by(2).filter(|code| !code.is_empty()).collect()
    }

    /// The type that the line is about.
    #[track_caller]
    pub(crate) fn ty(&self) -> LogicalType {
        LogicalType::parse(self.code(0)[0]).unwrap()
    }
}

/// A value as the file spells it.
pub(crate) fn literal(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Typed(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Bytes(bytes) => {
            let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("unhex('{}')", digits.concat())
        }
        other => model::text::show_value(other, usize::MAX),
    }
}

/// The value of a literal in a column of type `ty`.
pub(crate) fn value(ty: LogicalType, literal: &str) -> Value {
    if let Some(quoted) = literal.strip_prefix('\'') {
        Value::from_quoted(ty, quoted.strip_suffix('\'').unwrap().replace("''", "'"))
    } else if literal.starts_with("unhex(") {
        Value::Bytes(vec![0, 0xff])
    } else if let Ok(number) = literal.parse() {
        Value::Integer(number)
    } else {
        Value::real(literal.parse().unwrap())
    }
}
