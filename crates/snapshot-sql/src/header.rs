//! The header: what a file says of itself before its rows.
//!
//! Reads line by line and renders in one way; a header is accepted only if rendering it again gives the same bytes. What
//! depends on the rows (counts, `Raw`) is believed only after the rows were read.

use std::fmt;

use model::text::Shown;
use model::{Definition, Engine, ScenarioName, Version};

use crate::definition_json::{LineFault, definition_text, read_definition, read_table, table_text};
use crate::literal::label;
use crate::{Error, definition_check};

/// A header is at most this long.
pub(crate) const MAX_HEADER: usize = 4 * 1024 * 1024;
/// The first line of every format.
pub(crate) const TITLE: &str = "-- Demo Data Export\n";
/// The second line of format 1.
pub(crate) const FORMAT: &str = "-- Format: 1\n";

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whose rows these are.
    pub scenario: ScenarioName,
    /// `None` for a file that is in no archive.
    pub version: Option<Version>,
    /// When it was written, in whole seconds.
    pub generated: jiff::Timestamp,
    /// The engine that the rows came from.
    pub source: Engine,
    /// The engines that can hold every value, in [`Engine::ALL`]'s order.
    pub engines: Vec<Engine>,
    /// What a raw run through a database's own client needs.
    pub raw: Raw,
    /// Tables, keys, references, selection.
    pub definition: Definition,
    /// The rows of the definition's `total` table, shared ones included.
    pub total: u64,
    /// All rows, shared ones included.
    pub records: u64,
}

/// What a raw run needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw {
    /// The oldest SQLite, as major and minor; `None` if none can run the file.
    pub sqlite: Option<(u32, u32)>,
    /// The oldest PostgreSQL; `None` if none can run the file.
    pub postgres: Option<u32>,
    /// The file cannot clean up after itself: some table's rows have no portable predicate, or a shared row may refer to
    /// an owned one.
    pub empty_tables_only: bool,
}

/// A header without what the rows decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// See [`Header::scenario`].
    pub scenario: ScenarioName,
    /// See [`Header::version`].
    pub version: Option<Version>,
    /// See [`Header::generated`]; fractions of a second are dropped.
    pub generated: jiff::Timestamp,
    /// See [`Header::source`].
    pub source: Engine,
    /// See [`Header::engines`]; not empty.
    pub engines: Vec<Engine>,
    /// See [`Header::definition`].
    pub definition: Definition,
}

impl Header {
    /// The header's text, its last line feed included.
    pub fn text(&self) -> String {
        let version = self.version.map_or_else(|| "unversioned".to_owned(), |version| version.to_string());
        let engines: Vec<&str> = self.engines.iter().map(|engine| engine.as_str()).collect();
        let mut out = format!(
            "{TITLE}{FORMAT}-- Scenario: {}\n-- Version: {version}\n-- Generated: {}\n-- Source: {}\n-- Engines: {}\n\
             -- Raw: {}\n-- Definition: {}\n",
            self.scenario,
            whole_seconds(self.generated),
            self.source,
            engines.join(", "),
            self.raw,
            definition_text(&self.definition),
        );
        for spec in &self.definition.tables {
            out.push_str("-- Table: ");
            out.push_str(&table_text(spec));
            out.push('\n');
        }
        let label = label(&self.definition.total);
        out + &format!("-- Total {label}: {}\n-- Total Records: {}\n", self.total, self.records)
    }

    /// The header as it was before the rows were known.
    pub fn draft(&self) -> Draft {
        Draft {
            scenario: self.scenario.clone(),
            version: self.version,
            generated: self.generated,
            source: self.source,
            engines: self.engines.clone(),
            definition: self.definition.clone(),
        }
    }

    /// Reads a header's text, from the title to the last total line.
    pub(crate) fn read(text: &str) -> Result<Self, Error> {
        let header = Lines { lines: text.lines(), line: 0 }.header()?;
        let rendered = header.text();
        if rendered != text {
            return Err(misspelled(text, &rendered));
        }
        definition_check::check(&header.definition)?;
        Ok(header)
    }
}

impl Draft {
    /// Checks what the rows have no say in.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let ordered = self.engines.is_sorted_by(|a, b| a < b);
        if self.engines.is_empty() || !ordered {
            return Err(Error::Definition { why: "the engines are missing or not in order".to_owned() });
        }
        definition_check::check(&self.definition)
    }

    /// The header, now that the rows are known.
    pub(crate) fn with(&self, raw: Raw, total: u64, records: u64) -> Header {
        Header {
            scenario: self.scenario.clone(),
            version: self.version,
            generated: whole_seconds(self.generated),
            source: self.source,
            engines: self.engines.clone(),
            raw,
            definition: self.definition.clone(),
            total,
            records,
        }
    }
}

impl fmt::Display for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sqlite {
            Some((major, minor)) => write!(f, "sqlite >= {major}.{minor}")?,
            None => f.write_str("sqlite none")?,
        }
        match self.postgres {
            Some(major) => write!(f, ", postgres >= {major}")?,
            None => f.write_str(", postgres none")?,
        }
        f.write_str(if self.empty_tables_only { ", empty tables only" } else { "" })
    }
}

fn whole_seconds(time: jiff::Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_second(time.as_second()).unwrap_or(time)
}

fn misspelled(text: &str, rendered: &str) -> Error {
    let pairs = text.lines().zip(rendered.lines());
    let line = pairs.take_while(|(found, expected)| found == expected).count();
    let expected: String = rendered.lines().nth(line).unwrap_or_default().chars().take(80).collect();
    let why =
        format!("the line is spelled otherwise than the writer spells it; it begins `{}`", Shown(&expected));
    Error::Header { line: line as u64 + 1, why }
}

struct Lines<'a> {
    lines: std::str::Lines<'a>,
    line: u64,
}

impl<'a> Lines<'a> {
    fn header(&mut self) -> Result<Header, Error> {
        self.exactly(TITLE)?;
        self.exactly(FORMAT)?;
        let scenario = self.field("Scenario")?;
        let scenario = ScenarioName::new(scenario).map_err(|error| self.damaged(error.to_string()))?;
        let version = match self.field("Version")? {
            "unversioned" => None,
            text => Some(Version::parse(text).map_err(|error| self.damaged(error.to_string()))?),
        };
        let generated = self.field("Generated")?;
        let generated =
            generated.parse().map_err(|_| self.damaged("the time is not of its form".to_owned()))?;
        let source = self.field("Source")?;
        let source = self.engine(source)?;
        let engines = self.field("Engines")?;
        let engines: Vec<Engine> =
            engines.split(", ").map(|name| self.engine(name)).collect::<Result<_, _>>()?;
        if !engines.is_sorted_by(|a, b| a < b) {
            return Err(self.damaged("the engines are not in order".to_owned()));
        }
        let raw = self.field("Raw")?;
        let raw =
            parse_raw(raw).ok_or_else(|| self.newer(format!("it needs `{}` for a raw run", short(raw))))?;
        let mut definition = self.definition()?;
        let (total, records) = loop {
            let rest = self.next()?;
            if let Some(json) = rest.strip_prefix("Table: ") {
                definition.tables.push(read_table(json).map_err(|fault| self.fault(fault))?);
                continue;
            }
            let total = self.count(rest, &label(&definition.total))?;
            let rest = self.next()?;
            break (total, self.count(rest, "Records")?);
        };
        match self.lines.next() {
            None => {
                Ok(Header { scenario, version, generated, source, engines, raw, definition, total, records })
            }
            Some(_) => Err(self.damaged("a line follows the totals".to_owned())),
        }
    }

    fn definition(&mut self) -> Result<Definition, Error> {
        let json = self.field("Definition")?;
        read_definition(json).map_err(|fault| self.fault(fault))
    }

    /// The next line without its `-- `.
    fn next(&mut self) -> Result<&'a str, Error> {
        self.line += 1;
        let line =
            self.lines.next().ok_or(Error::Truncated { line: self.line, expected: "-- Total Records" })?;
        line.strip_prefix("-- ").ok_or_else(|| self.damaged("a line does not start with `-- `".to_owned()))
    }

    fn exactly(&mut self, expected: &str) -> Result<(), Error> {
        let line = self.next()?;
        if expected.strip_prefix("-- ").is_some_and(|text| text.trim_end() == line) {
            return Ok(());
        }
        Err(self.damaged(format!("`{}` is missing", expected.trim_end())))
    }

    fn field(&mut self, name: &str) -> Result<&'a str, Error> {
        let line = self.next()?;
        let value = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(": "));
        value.ok_or_else(|| self.unexpected(line, name))
    }

    fn count(&self, line: &str, name: &str) -> Result<u64, Error> {
        let digits = line.strip_prefix("Total ").and_then(|rest| rest.strip_prefix(name));
        let digits = digits.and_then(|rest| rest.strip_prefix(": "));
        let digits = digits.ok_or_else(|| self.unexpected(line, &format!("Total {name}")))?;
        digits.parse().map_err(|_| self.damaged("the total is no number".to_owned()))
    }

    /// A header field that this version does not know comes from a newer one; one that it knows is out of place.
    fn unexpected(&self, line: &str, wanted: &str) -> Error {
        const KNOWN: [&str; 10] = [
            "Format",
            "Scenario",
            "Version",
            "Generated",
            "Source",
            "Engines",
            "Raw",
            "Definition",
            "Table",
            "Total ",
        ];
        let name = line.split(':').next().unwrap_or_default();
        let known =
            KNOWN.iter().any(|known| name == *known || known.ends_with(' ') && name.starts_with(known));
        let is_field = line.contains(": ") && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ');
        if is_field && !known {
            return self.newer(format!("the header line `{}` is not known here", short(name)));
        }
        self.damaged(format!("`-- {}:` is missing, found `-- {}`", Shown(wanted), short(line)))
    }

    fn engine(&self, name: &str) -> Result<Engine, Error> {
        Engine::parse(name)
            .ok_or_else(|| self.newer(format!("the engine `{}` is not known here", short(name))))
    }

    fn fault(&self, fault: LineFault) -> Error {
        match fault {
            LineFault::Unknown(what) => self.newer(format!("{what} is not known here")),
            LineFault::Damaged(why) => self.damaged(why),
        }
    }

    fn newer(&self, what: String) -> Error {
        Error::Newer { line: self.line, what }
    }

    fn damaged(&self, why: String) -> Error {
        Error::Header { line: self.line, why }
    }
}

fn short(text: &str) -> String {
    let cut: String = text.chars().take(60).collect();
    Shown(&cut).to_string()
}

fn parse_raw(text: &str) -> Option<Raw> {
    let (text, empty_tables_only) = match text.strip_suffix(", empty tables only") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (sqlite, postgres) = text.split_once(", ")?;
    let sqlite = match sqlite.strip_prefix("sqlite ")? {
        "none" => None,
        ">= 3.38" => Some((3, 38)),
        ">= 3.41" => Some((3, 41)),
        _ => return None,
    };
    let postgres = match postgres.strip_prefix("postgres ")? {
        "none" => None,
        ">= 14" => Some(14),
        _ => return None,
    };
    Some(Raw { sqlite, postgres, empty_tables_only })
}
