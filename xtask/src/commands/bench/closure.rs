//! The memory of an export through a closure of three levels, beside that of a small one: roots, their children, these
//! rows' children, and the parents that the last ones need.

use std::path::{Path, PathBuf};

use cli::terminal::{Align, Terminal, count, size, table};
use cli::{Failure, Outcome, exit_code};
use database::{DatabaseUrl, TargetOptions};
use model::{
    Catalog, ColumnSpec, Definition, Engine, LogicalType, Ownership, Reference, RowEvent, RowSource,
    RowStream, StreamError, TableSpec, Value,
};

use super::measure::{self, Figure, Step};
use super::postgres::Server;
use super::{Archive, io, memory};
use crate::tasks::BenchArgs;

/// How many times smaller the run beside is.
const SMALLER: u64 = 1000;

const DATABASE: &str = "demo_bench_closure";

/// Plain, and so that every row has to be walked: the limit is never reached.
const SCENARIOS: [(&str, &str); 2] = [
    ("plain", "select: { roots: all }\nfollow: { children: all }\n"),
    (
        "with a limit",
        "select: { roots: all }\nfollow: { children: all, max_children_per_node: 1000000, follow_nullable_relations: false }\n",
    ),
];

pub(super) fn run(terminal: Terminal, xtask: &Path, args: &BenchArgs) -> Outcome {
    let dir = tempfile::tempdir().map_err(|source| io(Path::new("a temp folder"), "making it", source))?;
    let server = args.postgres.as_deref().map(Server::new).transpose()?;
    terminal.say(format!("{} rows through three levels, {} runs each", count(args.rows), args.runs));
    let mut measured: Vec<Vec<(String, Figure)>> = Vec::new();
    for rows in [args.rows / SMALLER, args.rows] {
        let place = Place::prepare(dir.path(), server.as_ref(), rows.max(100))?;
        let mut figures = Vec::new();
        for (name, steps) in place.cases(xtask)? {
            let bar = terminal.progress(&name, args.runs as u64);
            figures.push((name, measure::medians(&steps, args.runs, || bar.inc(1))?));
            bar.finish_and_clear();
        }
        measured.push(figures);
    }
    let [small, large] = measured.as_slice() else { return Ok(exit_code::DONE) };
    let lines = small.iter().zip(large).map(|((name, small), (_, large))| {
        let more = small.peak.zip(large.peak).map(|(small, large)| size(large.saturating_sub(small)));
        let more = more.unwrap_or_else(|| "?".to_owned());
        vec![name.clone(), format!("{:.2}", large.seconds), memory(small.peak), memory(large.peak), more]
    });
    let columns = [
        ("", Align::Left),
        ("seconds", Align::Right),
        ("small run's peak", Align::Right),
        ("peak", Align::Right),
        ("more", Align::Right),
    ];
    terminal.result(table(&columns, lines.collect::<Vec<_>>()));
    Ok(exit_code::DONE)
}

/// A database of so many rows, and an archive.
struct Place<'a> {
    archive: Archive,
    url: String,
    output: PathBuf,
    server: Option<&'a Server>,
}

impl<'a> Place<'a> {
    fn prepare(dir: &Path, server: Option<&'a Server>, rows: u64) -> Result<Self, Failure> {
        let dir = dir.join(rows.to_string());
        std::fs::create_dir_all(&dir).map_err(|source| io(&dir, "making it", source))?;
        let (url, engine) = match server {
            Some(server) => {
                for step in server.fresh(DATABASE) {
                    measure::take(&step)?;
                }
                (server.of(DATABASE), Engine::Postgres)
            }
            None => {
                let file = dir.join("source.sqlite");
                database::create_database(&file).map_err(workflow::Error::from)?;
                (format!("sqlite:{}", file.display()), Engine::Sqlite)
            }
        };
        let mut rows = Levels::new(rows);
        let catalog = Catalog::of_definition(&rows.definition, engine);
        let parsed = DatabaseUrl::parse(&url).map_err(workflow::Error::from)?;
        let filled = database::open_target(&parsed, &TargetOptions::default()).and_then(|mut target| {
            target.create_schema(&catalog)?;
            target.load(&mut rows)
        });
        filled.map_err(workflow::Error::from)?;
        let place = Self { archive: Archive::prepare(&dir)?, url, output: dir.join("out.sql"), server };
        if let Some(server) = server {
            // Keys are followed downwards, which no engine has an index for by itself.
            let sql = "CREATE INDEX ON middles (root_id); CREATE INDEX ON leaves (middle_id); ANALYZE";
            measure::take(&server.psql(DATABASE, &["-c", sql]))?;
        }
        Ok(place)
    }

    fn cases(&self, xtask: &Path) -> Result<Vec<(String, Vec<Step>)>, Failure> {
        let mut cases = Vec::new();
        for (at, (name, settings)) in SCENARIOS.iter().enumerate() {
            let scenario = format!("scenario: bench\n{settings}");
            let archive = self.archive.beside(&at.to_string(), &scenario)?;
            let output = ["--output", &self.output.display().to_string()];
            let anew = Step::Remove(self.output.clone());
            let export = archive.command(xtask, "demo-export", &self.url, &output);
            cases.push((format!("export, {name}"), vec![anew, export]));
            cases.push((
                format!("explain, {name}"),
                vec![archive.command(xtask, "demo-explain", &self.url, &[])],
            ));
        }
        Ok(cases)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(server) = self.server {
            server.drop_database(DATABASE);
        }
    }
}

/// Rows of four tables: every root has ten rows in the middle, these nine leaves each, and leaves share places.
struct Levels {
    definition: Definition,
    counts: [u64; 4],
}

const TABLES: [&str; 4] = ["places", "roots", "middles", "leaves"];

impl Levels {
    /// About `rows` rows in all.
    fn new(rows: u64) -> Self {
        let roots = (rows / 101).max(1);
        let refers = |column: &str, to: &str| Reference {
            columns: vec![column.to_owned()],
            to: to.to_owned(),
            key: vec!["id".to_owned()],
            child: false,
            link: false,
        };
        let spec = |name: &str, columns: &[(&str, LogicalType)], references: Vec<Reference>| TableSpec {
            name: name.to_owned(),
            schema: None,
            columns: columns
                .iter()
                .map(|(name, ty)| ColumnSpec { name: (*name).to_owned(), ty: *ty })
                .collect(),
            key: vec!["id".to_owned()],
            order_parents: false,
            limit: false,
            select: vec![Vec::new()],
            references,
        };
        let (id, text) = (("id", LogicalType::Integer), ("title", LogicalType::Text));
        let key = |name| (name, LogicalType::Integer);
        let tables = vec![
            spec("places", &[id, text], Vec::new()),
            spec("roots", &[id, text], Vec::new()),
            spec("middles", &[id, key("root_id"), text], vec![refers("root_id", "roots")]),
            spec(
                "leaves",
                &[id, key("middle_id"), key("place_id"), text],
                vec![refers("middle_id", "middles"), refers("place_id", "places")],
            ),
        ];
        let definition =
            Definition { total: "roots".to_owned(), breakdown: std::collections::BTreeMap::new(), tables };
        Self { definition, counts: [roots.min(1000), roots, roots * 10, roots * 90] }
    }
}

impl RowSource for Levels {
    fn definition(&self) -> &Definition {
        &self.definition
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        Ok(Box::new(Stream { counts: self.counts, table: 0, at: 0, row: Vec::new() }))
    }
}

struct Stream {
    counts: [u64; 4],
    table: usize,
    /// 0 before the table's section.
    at: u64,
    row: Vec<Value>,
}

impl RowStream for Stream {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        while self.table < TABLES.len() && self.at > self.counts[self.table] {
            (self.table, self.at) = (self.table + 1, 0);
        }
        let Some(count) = self.counts.get(self.table).copied() else { return Ok(None) };
        let at = self.at;
        self.at += 1;
        if at == 0 {
            return Ok(Some(RowEvent::Section { table: self.table, ownership: Ownership::Owned, count }));
        }
        let number = |n: u64| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX));
        self.row = vec![number(at)];
        match TABLES[self.table] {
            "middles" => self.row.push(number((at - 1) / 10 + 1)),
            "leaves" => {
                self.row.push(number((at - 1) / 9 + 1));
                self.row.push(number(at % self.counts[0] + 1));
            }
            _ => {}
        }
        self.row.push(Value::Text(format!("{} number {at}, one of many", TABLES[self.table])));
        Ok(Some(RowEvent::Row(&self.row)))
    }
}
