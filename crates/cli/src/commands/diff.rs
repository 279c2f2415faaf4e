//! `demo-diff`: two sides of a scenario, row by row.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use model::{ScenarioName, Version};
use row_diff::render::html::{Caps, Html};
use row_diff::render::{Json, Look, Markdown, Rendering, Summary, Terminal as Told};
use workflow::{Context, DiffReport, DiffRequest, SideSpec};

use crate::cli::{DatabaseArg, DiffArgs, FormatArg, Global};
use crate::commands::{Failure, Outcome, merge_view};
use crate::pager::Pager;
use crate::{environment, exit_code, terminal};

/// The columns of a terminal that tells none.
const WIDTH: usize = 100;

pub(crate) fn run(global: &Global, args: &DiffArgs) -> Outcome {
    let context = environment::context(global)?;
    let scenario = context.scenario_name(&args.scenario)?;
    let side = |text: &String| side(global, args, &context, &scenario, text);
    let request = DiffRequest {
        base: args.base.as_ref().map(side).transpose()?,
        head: args.head.as_ref().map(side).transpose()?.unwrap_or(SideSpec::Latest),
        scenario: scenario.clone(),
    };
    let format = if args.json { FormatArg::Json } else { args.format };
    let report = match &args.output {
        Some(path) => to_file(global, args, &context, &request, format, path),
        None => to_stdout(global, args, &context, &request, format),
    };
    match report {
        Ok(report) if report.any() => Ok(exit_code::DIFFERS),
        Ok(_) => Ok(exit_code::DONE),
        // A reader that has seen enough (`| head`, `q` in a pager) is no error of ours; it has seen a difference.
        Err(Failure::Workflow(workflow::Error::Output(error)))
            if error.kind() == io::ErrorKind::BrokenPipe && args.output.is_none() =>
        {
            Ok(exit_code::DIFFERS)
        }
        Err(error) => Err(error),
    }
}

/// What was typed as a side.
fn side(
    global: &Global,
    args: &DiffArgs,
    context: &Context,
    scenario: &ScenarioName,
    text: &str,
) -> Result<SideSpec, Failure> {
    let is_url = ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| text.starts_with(scheme));
    if is_url || text == "database" {
        let named = DatabaseArg { database: Some(text.to_owned()) };
        let arg = if is_url { &named } else { &args.database };
        return Ok(SideSpec::Database(environment::database_of(global, arg, context, scenario)?));
    }
    if let Some(revision) = text.strip_prefix("git:") {
        // No name of a branch, tag or commit holds a colon.
        let (revision, version) = match revision.split_once(':') {
            Some((revision, version)) => (revision, Some(version.to_owned())),
            None => (revision, None),
        };
        return Ok(SideSpec::Git { revision: revision.to_owned(), version });
    }
    match text {
        "latest" => return Ok(SideSpec::Latest),
        "pending" => return Ok(SideSpec::Pending),
        _ => {}
    }
    if Version::parse_label(text).is_ok() {
        return Ok(SideSpec::Version(text.to_owned()));
    }
    let path = PathBuf::from(text);
    if path.symlink_metadata().is_err() && !text.contains(['/', '\\', '.']) {
        return Err(Failure::Side(text.to_owned()));
    }
    if super::place::is_database(&path) {
        return Err(workflow::Error::from(database::UrlError::BarePath(text.to_owned())).into());
    }
    Ok(SideSpec::File(path))
}

/// How differences look on stdout.
pub(crate) fn look() -> Look {
    let is_terminal = io::stdout().is_terminal();
    Look {
        width: is_terminal.then(|| terminal::width().map_or(WIDTH, usize::from)),
        colour: is_terminal && anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
    }
}

fn to_stdout(
    global: &Global,
    args: &DiffArgs,
    context: &Context,
    request: &DiffRequest,
    format: FormatArg,
) -> Result<DiffReport, Failure> {
    let (is_terminal, look) = (io::stdout().is_terminal(), look());
    let reads = matches!(format, FormatArg::Terminal | FormatArg::Summary);
    if is_terminal && reads && !args.no_pager {
        let mut out = BufWriter::new(Pager::start());
        let told = told(context, request, &mut out, args, format, look, &mut |_| ());
        // What is left in the buffer has nobody to read it if the pager is gone.
        let (mut pager, _) = out.into_parts();
        if pager.finish() {
            return Ok(told?);
        }
        // Nobody has read it: told again, to the terminal itself.
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let observer = &mut merge_view::observer(environment::terminal(global));
    Ok(told(context, request, &mut out, args, format, look, observer)?)
}

fn to_file(
    global: &Global,
    args: &DiffArgs,
    context: &Context,
    request: &DiffRequest,
    format: FormatArg,
    path: &Path,
) -> Result<DiffReport, Failure> {
    let terminal = environment::terminal(global);
    let place = super::place::Place::new(context, path)?;
    let look = Look { width: None, colour: false };
    let mut out = BufWriter::new(place.file());
    let observer = &mut merge_view::observer(terminal);
    let report = told(context, request, &mut out, args, format, look, observer)?;
    drop(out);
    let shown = place.keep()?;
    terminal.say(format!("Wrote {shown}: {}.", row_diff::render::sentence(report.counts.total())));
    Ok(report)
}

fn told(
    context: &Context,
    request: &DiffRequest,
    out: &mut dyn Write,
    args: &DiffArgs,
    format: FormatArg,
    look: Look,
    observer: workflow::Observer<'_>,
) -> Result<DiffReport, workflow::Error> {
    if format == FormatArg::Sql {
        return workflow::diff_sql(context, request, out, observer);
    }
    let most = usize::try_from(args.max_size).unwrap_or(usize::MAX);
    let mut rows;
    let mut rendering: Box<dyn Rendering + '_> = match format {
        FormatArg::Terminal => Box::new(Told::new(out, look)),
        FormatArg::Summary => Box::new(Summary::new(out)),
        FormatArg::Markdown => Box::new(Markdown::new(out, most)),
        FormatArg::Json | FormatArg::Sql => Box::new(Json::new(out)),
        FormatArg::Html => {
            rows = context.scratch_file()?;
            Box::new(Html::new(out, &mut rows, Caps::default()))
        }
    };
    workflow::diff(context, request, rendering.as_mut(), observer)
}
