//! Errors as people see them: what, caused by, what to do next. The one place that renders them.

use miette::Diagnostic;

use crate::Global;

/// Prints `error` to stderr: the message, its causes, its help. Paths below the current folder are shown from there.
pub(crate) fn print(global: &Global, error: &dyn Diagnostic) {
    let here = std::env::current_dir().and_then(|dir| dir.canonicalize());
    let here = here.map(|dir| format!("{}{}", dir.display(), std::path::MAIN_SEPARATOR)).unwrap_or_default();
    let text = render(global.program(), error);
    crate::terminal::told(&if here.len() > 1 { text.replace(&here, "") } else { text });
}

/// The lines of [`print()`], with terminal styles. Helps that name a command name it as `program`'s.
pub(crate) fn render(program: &str, error: &dyn Diagnostic) -> String {
    use clap::builder::styling::AnsiColor;
    use std::fmt::Write as _;

    let (red, cyan) = (AnsiColor::Red.on_default().bold(), AnsiColor::Cyan.on_default().bold());
    let mut out = String::new();
    let _ = writeln!(out, "{red}error{red:#}: {}", indented(&error.to_string(), "       "));
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        // Transparent wrappers repeat their inner error's message.
        if !told.contains(&text) {
            let _ = writeln!(out, "  caused by: {}", indented(&text, "             "));
        }
        told = text;
        cause = inner.source();
    }
    if let Some(help) = help(error) {
        let help = help.replace(crate::tool::PROGRAM, program);
        let _ = writeln!(out, "   {cyan}help{cyan:#}: {}", indented(&help, "         "));
    }
    out
}

/// The error's own help, or that of the first cause that has one: an error that only names a file leaves it to its cause.
fn help(error: &dyn Diagnostic) -> Option<String> {
    let mut error = Some(error);
    while let Some(current) = error {
        if let Some(help) = current.help() {
            return Some(help.to_string());
        }
        error = current.diagnostic_source();
    }
    None
}

fn indented(text: &str, indent: &str) -> String {
    text.trim_end().replace('\n', &format!("\n{indent}"))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::render;

    #[test]
    fn a_cause_gives_the_help_that_the_error_itself_lacks() {
        let error =
            workflow::Error::File { file: "old.sql".to_owned(), source: snapshot_sql::Error::NotASnapshot };
        let text = anstream::adapter::strip_str(&render("cargo xtask", &error)).to_string();
        assert_snapshot!(text, @"
        error: old.sql: line 1: this is not a snapshot, since it does not start with `-- Demo Data Export`
           help: name a file that `demo-export` wrote
        ");
    }
}
