//! Format 0, the layout from before `Format` lines: a closed reader, and no writer.
//!
//! Unquoted names, trailing commas, plain literals, cleanup and verification in fixed templates that are recognised and
//! never run. Types and keys are the target's: the file has none. Rows come in file order and count as shared. The rule to
//! keep in mind: opening reads the whole file, so totals and the end mark are checked before anything is asked of it.

mod statement;
mod values;

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use model::text::Shown;
use model::{
    Catalog, ColumnSpec, Definition, Ownership, Reference, RowEvent, RowSource, RowStream, ScenarioName,
    StreamError, TableSpec, Value, Version,
};

use crate::Error;
use crate::compose::MAX_ROW;
use crate::cursor::Cursor;
use crate::faults::stopped;
use crate::literal::label;
use crate::parse::Stop;
use statement::{Head, Piece, Tokens};

/// The last line of a file.
const END: &str = "-- Export complete";
/// A header field or comment is at most this long.
const MAX_COMMENT: usize = 64 * 1024;

/// What a file in format 0 says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format0Header {
    /// Whose rows these are.
    pub scenario: ScenarioName,
    /// Its version.
    pub version: Version,
    /// When it was written.
    pub generated: jiff::Timestamp,
    /// The rows of the table that the header counts by name.
    pub total: u64,
    /// All rows.
    pub records: u64,
}

/// A file in format 0 as a source of rows, all of them [`Ownership::Shared`].
pub struct Format0<R> {
    input: R,
    header: Format0Header,
    definition: Definition,
    runs: Vec<Run>,
}

/// Rows of one table, one after the other.
struct Run {
    table: usize,
    /// The file's columns, in the order of the table's.
    order: Vec<usize>,
    count: u64,
}

impl<R: Read + Seek> Format0<R> {
    /// Reads a whole file, with `catalog` for types and keys.
    ///
    /// # Errors
    /// The file is not in format 0, is cut off, names a table or column that the catalog lacks, or has other rows than its
    /// totals say.
    pub fn open(mut input: R, catalog: &Catalog) -> Result<Self, Error> {
        let mut scan = Scan::new();
        let fields = scan.header(&mut input)?;
        let mut survey = Survey { catalog, tables: Vec::new(), runs: Vec::new() };
        while let Some(piece) = scan.next(&mut input, |line, head| survey.head(line, head))? {
            if matches!(piece, Found::Row) {
                survey.row();
            }
        }
        let Survey { tables, runs, .. } = survey;
        let definition = definition(&fields, tables, catalog);
        let header = fields.checked(&definition, &runs)?;
        Ok(Self { input, header, definition, runs })
    }

    /// What the file says of itself.
    pub fn header(&self) -> &Format0Header {
        &self.header
    }
}

impl<R: Read + Seek> RowSource for Format0<R> {
    fn definition(&self) -> &Definition {
        &self.definition
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        let mut scan = Scan::new();
        scan.header(&mut self.input)?;
        Ok(Box::new(Pass {
            input: &mut self.input,
            definition: &self.definition,
            runs: &self.runs,
            scan,
            at: 0,
            left: 0,
            row: Vec::new(),
        }))
    }
}

struct Pass<'s, R> {
    input: &'s mut R,
    definition: &'s Definition,
    runs: &'s [Run],
    scan: Scan,
    /// The next run.
    at: usize,
    /// Rows left of the last one.
    left: u64,
    row: Vec<Value>,
}

impl<R: Read + Seek> RowStream for Pass<'_, R> {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        if self.left == 0
            && let Some(run) = self.runs.get(self.at)
        {
            self.at += 1;
            self.left = run.count;
            return Ok(Some(RowEvent::Section {
                table: run.table,
                ownership: Ownership::Shared,
                count: run.count,
            }));
        }
        loop {
            match self.scan.next(self.input, |_, _| Ok(()))? {
                None if self.left == 0 => return Ok(None),
                None => return Err(Error::Changed.into()),
                Some(Found::Head) => {}
                Some(Found::Row) => break,
            }
        }
        let Some(run) = self.at.checked_sub(1).and_then(|at| self.runs.get(at)).filter(|_| self.left > 0)
        else {
            return Err(Error::Changed.into());
        };
        self.left -= 1;
        let types = &self.definition.tables[run.table].columns;
        self.row.clear();
        for (column, at) in types.iter().zip(&run.order) {
            let literal = self.scan.row.get(*at).ok_or(Error::Changed)?;
            self.row.push(values::typed(column.ty, literal).map_err(|why| self.scan.fault(why))?);
        }
        Ok(Some(RowEvent::Row(&self.row)))
    }
}

/// Goes through a file, statement by statement and row by row.
struct Scan {
    cursor: Cursor,
    /// The table and number of columns of the INSERT that is being read.
    insert: Option<(String, usize)>,
    /// The last row's literals.
    row: Vec<Value>,
    /// Where it stands.
    row_line: u64,
}

enum Found {
    Head,
    Row,
}

impl Scan {
    fn new() -> Self {
        Self { cursor: Cursor::new(0, 1), insert: None, row: Vec::new(), row_line: 1 }
    }

    /// Reads the header's fields, up to the first blank line.
    fn header<R: Read + Seek>(&mut self, input: &mut R) -> Result<Fields, Error> {
        self.cursor.ensure(input, 256)?;
        match crate::detect(self.cursor.rest()) {
            crate::FileKind::Format0 => {}
            crate::FileKind::Empty => return Err(Error::Empty),
            crate::FileKind::Crlf => return Err(Error::Crlf { line: 1 }),
            _ => return Err(Error::NotASnapshot),
        }
        let mut fields = Fields::default();
        loop {
            let number = self.cursor.line();
            let line = self.cursor.line_ahead(input, MAX_COMMENT, "a header line")?;
            let length = line.len();
            let Some(text) = line.strip_suffix(b"\n") else { return Err(truncated(&self.cursor)) };
            if text.is_empty() {
                return Ok(fields);
            }
            let text = String::from_utf8_lossy(text).into_owned();
            if number > 1 {
                fields.set(&text).map_err(|why| Error::Header { line: number, why })?;
            }
            self.cursor.pass(length);
        }
    }

    /// The next row or the start of the next INSERT, which `head` may refuse; `None` after the end mark.
    fn next<R: Read + Seek>(
        &mut self,
        input: &mut R,
        mut head: impl FnMut(u64, &Head) -> Result<(), Error>,
    ) -> Result<Option<Found>, Error> {
        loop {
            let mut tokens = Tokens::new(self.cursor.rest());
            let parsed = match &self.insert {
                Some((_, width)) => tokens.row(*width, &mut self.row),
                None => tokens.piece(),
            };
            let piece = match parsed {
                Ok(piece) => piece,
                Err(Stop::More) if !self.cursor.ended() => {
                    self.cursor.more(input, MAX_ROW, "a statement")?;
                    continue;
                }
                Err(Stop::More) => return Err(truncated(&self.cursor)),
                Err(stop) => {
                    let insert = self.insert.as_ref().map(|(table, width)| (table.as_str(), *width));
                    return Err(stopped(&self.cursor, stop, insert));
                }
            };
            let used = tokens.used();
            let line = self.cursor.line();
            match piece {
                Piece::Skipped => self.cursor.pass(used),
                Piece::Head(found) => {
                    head(line, &found)?;
                    self.insert = Some((found.table, found.columns.len()));
                    self.cursor.pass(used);
                    return Ok(Some(Found::Head));
                }
                Piece::Row { last } => {
                    self.row_line = line;
                    if last {
                        self.insert = None;
                    }
                    self.cursor.pass(used);
                    return Ok(Some(Found::Row));
                }
                Piece::Comment => {
                    if self.comment(input)? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Passes a comment; says whether it was the end mark, after which nothing may come.
    fn comment<R: Read + Seek>(&mut self, input: &mut R) -> Result<bool, Error> {
        let line = self.cursor.line_ahead(input, MAX_COMMENT, "a comment")?;
        let length = line.len();
        let is_end = line.strip_suffix(b"\n").unwrap_or(line) == END.as_bytes();
        self.cursor.pass(length);
        if is_end {
            self.cursor.ensure(input, 64)?;
            if self.cursor.rest().iter().any(|byte| *byte != b'\n') {
                return Err(Error::TrailingText { line: self.cursor.line() });
            }
        }
        Ok(is_end)
    }

    fn fault(&self, why: String) -> Error {
        Error::Syntax { line: self.row_line, column: 1, why }
    }
}

fn truncated(cursor: &Cursor) -> Error {
    let (line, _) = cursor.place(cursor.rest().len());
    Error::Truncated { line, expected: END }
}

/// The header's fields as they are read.
#[derive(Default)]
struct Fields {
    scenario: Option<ScenarioName>,
    version: Option<Version>,
    generated: Option<jiff::Timestamp>,
    /// The label and the number.
    total: Option<(String, u64)>,
    records: Option<u64>,
}

impl Fields {
    fn set(&mut self, line: &str) -> Result<(), String> {
        let shown: String = line.chars().take(60).collect();
        let unknown = || format!("`{}` is no header line of format 0", Shown(&shown));
        let (name, value) =
            line.strip_prefix("-- ").and_then(|rest| rest.split_once(": ")).ok_or_else(unknown)?;
        let twice = match name {
            "Scenario" => {
                let name = ScenarioName::new(value).map_err(|error| error.to_string())?;
                self.scenario.replace(name).is_some()
            }
            "Version" => {
                let version = Version::parse(value).map_err(|error| error.to_string())?;
                self.version.replace(version).is_some()
            }
            "Generated" => {
                let time = value.parse().map_err(|_| "the time is not of its form".to_owned())?;
                self.generated.replace(time).is_some()
            }
            "Total Records" => self.records.replace(count(value)?).is_some(),
            _ => {
                let label = name.strip_prefix("Total ").ok_or_else(unknown)?;
                self.total.replace((label.to_owned(), count(value)?)).is_some()
            }
        };
        if twice { Err(format!("`{}` stands twice", Shown(name))) } else { Ok(()) }
    }

    /// The header, if it is whole and its totals are those of the rows.
    fn checked(self, definition: &Definition, runs: &[Run]) -> Result<Format0Header, Error> {
        let missing =
            |name: &str| Error::Header { line: 1, why: format!("the line `-- {name}:` is missing") };
        let (label, total) = self.total.ok_or_else(|| missing("Total …"))?;
        let header = Format0Header {
            scenario: self.scenario.ok_or_else(|| missing("Scenario"))?,
            version: self.version.ok_or_else(|| missing("Version"))?,
            generated: self.generated.ok_or_else(|| missing("Generated"))?,
            total,
            records: self.records.ok_or_else(|| missing("Total Records"))?,
        };
        let rows = |only: Option<usize>| -> u64 {
            runs.iter().filter(|run| only.is_none_or(|table| table == run.table)).map(|run| run.count).sum()
        };
        let table = definition.tables.iter().position(|spec| crate::literal::label(&spec.name) == label);
        let found = table.map_or(0, |table| rows(Some(table)));
        agree(format!("`Total {}`", Shown(&label)), header.total, found)?;
        agree("`Total Records`".to_owned(), header.records, rows(None))?;
        Ok(header)
    }
}

fn count(digits: &str) -> Result<u64, String> {
    digits.parse().map_err(|_| "the total is no number".to_owned())
}

fn agree(what: String, said: u64, found: u64) -> Result<(), Error> {
    if said == found {
        return Ok(());
    }
    Err(Error::HeaderDisagrees { what, said: said.to_string(), found: found.to_string() })
}

/// What the first pass learns of tables, columns and rows.
struct Survey<'c> {
    catalog: &'c Catalog,
    tables: Vec<TableSpec>,
    runs: Vec<Run>,
}

impl Survey<'_> {
    fn head(&mut self, line: u64, head: &Head) -> Result<(), Error> {
        let missing = |what: String| Error::NotInTarget { line, what };
        let name = Shown(&head.table);
        let table = self.catalog.tables.get(&head.table).ok_or_else(|| missing(format!("table `{name}`")))?;
        let at = match self.tables.iter().position(|spec| spec.name == head.table) {
            Some(at) => at,
            None => {
                self.tables.push(spec(line, head, table)?);
                self.tables.len() - 1
            }
        };
        let columns = &self.tables[at].columns;
        let order: Option<Vec<usize>> =
            columns.iter().map(|column| head.columns.iter().position(|name| *name == column.name)).collect();
        let order = order.filter(|order| order.len() == head.columns.len()).ok_or_else(|| Error::Syntax {
            line,
            column: 1,
            why: format!("this INSERT names other columns of `{name}` than the one before"),
        })?;
        match self.runs.last_mut() {
            Some(run) if run.table == at && run.order == order => {}
            _ => self.runs.push(Run { table: at, order, count: 0 }),
        }
        Ok(())
    }

    fn row(&mut self) {
        if let Some(run) = self.runs.last_mut() {
            run.count += 1;
        }
    }
}

fn spec(line: u64, head: &Head, table: &model::Table) -> Result<TableSpec, Error> {
    let mut columns: Vec<ColumnSpec> = Vec::new();
    for name in &head.columns {
        let column = table.column(name).filter(|column| !column.generated);
        let what = || format!("column `{}.{}` that a row could fill", Shown(&head.table), Shown(name));
        let column = column.ok_or_else(|| Error::NotInTarget { line, what: what() })?;
        if columns.iter().any(|before| before.name == *name) {
            let why = format!("column `{}` stands twice", Shown(name));
            return Err(Error::Syntax { line, column: 1, why });
        }
        columns.push(ColumnSpec { name: name.clone(), ty: column.ty });
    }
    let key = table.row_key();
    if let Some(name) = key.iter().find(|name| !head.columns.contains(name)) {
        let why = format!("the rows of `{}` lack their key column `{}`", Shown(&head.table), Shown(name));
        return Err(Error::Syntax { line, column: 1, why });
    }
    Ok(TableSpec {
        name: head.table.clone(),
        schema: table.schema.clone(),
        columns,
        key,
        order_parents: false,
        limit: false,
        select: Vec::new(),
        references: Vec::new(),
    })
}

fn definition(fields: &Fields, mut tables: Vec<TableSpec>, catalog: &Catalog) -> Definition {
    let columns: BTreeMap<String, Vec<String>> =
        tables.iter().map(|spec| (spec.name.clone(), spec.column_names())).collect();
    let holds = |table: &str, names: &[String]| {
        columns.get(table).is_some_and(|columns| names.iter().all(|name| columns.contains(name)))
    };
    for spec in &mut tables {
        let Some(table) = catalog.tables.get(&spec.name) else { continue };
        let kept = table
            .foreign_keys
            .iter()
            .filter(|key| holds(&spec.name, &key.columns) && holds(&key.to, &key.key));
        spec.references = kept
            .map(|key| Reference {
                columns: key.columns.clone(),
                to: key.to.clone(),
                key: key.key.clone(),
                child: false,
                link: false,
            })
            .collect();
        spec.references.sort();
        spec.references.dedup();
    }
    let wanted = fields.total.as_ref().map(|(name, _)| name.as_str());
    let total = tables.iter().find(|spec| Some(label(&spec.name).as_str()) == wanted).or(tables.first());
    let total = total.map(|spec| spec.name.clone()).unwrap_or_default();
    Definition { total, breakdown: BTreeMap::new(), tables }
}
