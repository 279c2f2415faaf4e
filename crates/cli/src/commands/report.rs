//! `demo-report`: a site about the archive.

use std::time::Instant;

use serde_json::json;

use crate::cli::{Global, ReportArgs};
use crate::commands::{Outcome, merge_view, print_json};
use crate::terminal::{duration, plural};
use crate::{environment, exit_code};

pub(crate) fn run(global: &Global, args: &ReportArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context(global)?;
    let started = Instant::now();
    let output = match &args.output {
        Some(output) => output.clone(),
        None => environment::shorten(&environment::workspace(global)?.join("target/demo-report")),
    };
    let observer = &mut merge_view::observer(terminal);
    let site = workflow::report(&context, args.scenario.as_deref(), &output, observer)?;
    let first = environment::shown(&output.join("index.html"));
    if args.json.json {
        let scenarios: Vec<_> = site
            .scenarios
            .iter()
            .map(|(name, versions)| json!({ "scenario": name, "versions": versions }))
            .collect();
        let value =
            json!({ "output": output, "first_page": first, "pages": site.pages, "scenarios": scenarios });
        return Ok(print_json(terminal, &value));
    }
    let scenarios = plural(site.scenarios.len() as u64, "scenario");
    terminal.result(first);
    let pages = plural(site.pages, "page");
    terminal.say(format!(
        "Wrote {pages} on {scenarios} ({}). Open the file above in a browser.",
        duration(started.elapsed())
    ));
    Ok(exit_code::DONE)
}
