//! The one place that reads the environment for the commands: folders, variables, logging.

use std::collections::BTreeSet;
use std::fmt;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use archive::Archive;
use database::DatabaseUrl;
use model::ScenarioName;
use model::text::Shown;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;
use workflow::{Clock, Context, Migrations, Schema};

use crate::cli::{DatabaseArg, Global};
use crate::commands::Failure;
use crate::terminal::Terminal;

/// The workspace that the current folder is in: the nearest folder upwards with the archive or a Cargo workspace.
pub(crate) fn workspace(global: &Global) -> Result<PathBuf, Failure> {
    let here = std::env::current_dir().map_err(Failure::CurrentDir)?;
    let archive = &global.tool.archive;
    let is_workspace = |dir: &Path| {
        let manifest = std::fs::read_to_string(dir.join("Cargo.toml")).unwrap_or_default();
        dir.join(archive).is_dir() || manifest.contains("[workspace]")
    };
    let found = here.ancestors().find(|dir| is_workspace(dir)).map(Path::to_path_buf);
    found.ok_or_else(|| Failure::NoWorkspace { archive: shown(Path::new(archive)) })
}

/// The archive that was named, or the workspace's.
pub(crate) fn context(global: &Global) -> Result<Context, Failure> {
    context_of(global, Archive::open)
}

/// As [`context()`], for the command that makes an archive where there is none yet.
pub(crate) fn context_to_begin(global: &Global) -> Result<Context, Failure> {
    context_of(global, Archive::at)
}

fn context_of(
    global: &Global,
    open: fn(&Path) -> Result<Archive, archive::Error>,
) -> Result<Context, Failure> {
    let dir = match &global.archive {
        Some(dir) => dir.clone(),
        None => shorten(&workspace(global)?.join(global.tool.archive)),
    };
    let epoch = variable("SOURCE_DATE_EPOCH");
    let clock = Clock::from_source_date_epoch(epoch.as_deref()).map_err(workflow::Error::from)?;
    let archive = open(&dir).map_err(workflow::Error::from)?;
    Ok(Context::new(archive, clock, global.tool.schemas)?)
}

/// As [`context()`], for a command that works on a schema of the program's own.
pub(crate) fn context_with_schema(global: &Global, command: &'static str) -> Result<Context, Failure> {
    let makes_tables = |schema: Schema| {
        let Migrations { sqlite, postgres } = schema.migrations;
        !(sqlite.is_empty() && postgres.is_empty())
    };
    if global.tool.schemas.iter().any(makes_tables) {
        context(global)
    } else {
        Err(Failure::NoSchema { command })
    }
}

/// The database that was named, or the bundled file that demos go to unless they name a schema.
pub(crate) fn database(global: &Global, arg: &DatabaseArg) -> Result<DatabaseUrl, Failure> {
    named_or(global, arg, || Ok(global.tool.database.to_owned()))
}

/// The database that was named, or the bundled file of the scenario's schema.
pub(crate) fn database_of(
    global: &Global,
    arg: &DatabaseArg,
    context: &Context,
    scenario: &ScenarioName,
) -> Result<DatabaseUrl, Failure> {
    // Also where a database is named: a name of a schema that there is not is no more right there.
    let schema = context.schema_of(scenario)?;
    named_or(global, arg, || Ok(bundled_file(global, context, schema)))
}

/// The database that was named, or the bundled file of a schema.
pub(crate) fn database_with(
    global: &Global,
    arg: &DatabaseArg,
    context: &Context,
    schema: Schema,
) -> Result<DatabaseUrl, Failure> {
    named_or(global, arg, || Ok(bundled_file(global, context, schema)))
}

/// The SQLite file of a bundled schema: that of the first one, or one beside it with the schema in its name.
fn bundled_file(global: &Global, context: &Context, schema: Schema) -> String {
    let first = global.tool.database;
    if schema.name == context.schemas.first().name {
        return first.to_owned();
    }
    let (stem, suffix) = first.rsplit_once('.').unwrap_or((first, "sqlite"));
    format!("{stem}-{}.{suffix}", schema.name)
}

fn named_or(
    global: &Global,
    arg: &DatabaseArg,
    bundled: impl FnOnce() -> Result<String, Failure>,
) -> Result<DatabaseUrl, Failure> {
    match &arg.database {
        Some(text) => {
            let url = DatabaseUrl::parse(text).map_err(workflow::Error::from)?;
            let is_typed = variable("DEMO_DATABASE_URL").as_ref() != Some(text);
            if is_typed && matches!(&url, DatabaseUrl::Postgres(url) if url.has_password_in_text()) {
                // A warning is for everybody, `--quiet` or not.
                Terminal { quiet: false }.warn(
                    "others can see a password on the command line: put it into ~/.pgpass or PGPASSWORD",
                );
            }
            Ok(url)
        }
        None => Ok(DatabaseUrl::Sqlite(shorten(&workspace(global)?.join(bundled()?)))),
    }
}

/// The terminal, as asked for.
pub(crate) fn terminal(global: &Global) -> Terminal {
    Terminal { quiet: global.quiet }
}

/// The pager that the user has chosen.
pub(crate) fn pager() -> Option<String> {
    variable("PAGER")
}

/// The options for `less` that the user has chosen.
pub(crate) fn less() -> Option<String> {
    variable("LESS")
}

/// A path as people would write it from here.
pub(crate) fn shorten(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).map_or_else(|_| path.to_path_buf(), Path::to_path_buf)
}

#[expect(clippy::disallowed_methods, reason = "the one home of the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Sends the log to stderr: warnings by default, what is done with `-v`, details with `-vv`.
pub(crate) fn start_logging(verbose: u8) {
    let level = match verbose {
        0 => tracing::Level::WARN,
        1 => tracing::Level::INFO,
        _ => tracing::Level::DEBUG,
    };
    let plain =
        !std::io::stderr().is_terminal() || variable("NO_COLOR").is_some_and(|value| !value.is_empty());
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(!plain)
        // It would tell its own failure to write, and panic when that cannot be written either.
        .log_internal_errors(false)
        .event_format(Lines::default())
        .init();
}

/// The log's lines. Warnings look like those of the commands themselves, and each is told once: a database is asked for
/// its tables more than once.
#[derive(Default)]
struct Lines {
    warned: Mutex<BTreeSet<String>>,
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &tracing::Event<'_>,
    ) -> fmt::Result {
        let mut line = String::new();
        context.format_fields(Writer::new(&mut line), event)?;
        let level = *event.metadata().level();
        if level != tracing::Level::WARN {
            return writeln!(writer, "{level:>5} {line}");
        }
        if !self.warned.lock().is_ok_and(|mut warned| warned.insert(line.clone())) {
            return Ok(());
        }
        if writer.has_ansi_escapes() {
            let style = clap::builder::styling::AnsiColor::Yellow.on_default().bold();
            write!(writer, "{style}warning{style:#}: ")?;
        } else {
            writer.write_str("warning: ")?;
        }
        writeln!(writer, "{line}")
    }
}

/// A path as it is shown: from the current folder where it is below it, without control or bidi characters.
pub fn shown(path: &Path) -> String {
    let here = std::env::current_dir().and_then(|dir| dir.canonicalize()).unwrap_or_default();
    let path = path.strip_prefix(&here).unwrap_or(path);
    Shown(&path.to_string_lossy()).to_string()
}
