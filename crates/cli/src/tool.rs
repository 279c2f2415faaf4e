//! The program that the commands are part of: its schema, its archive, its default database, and its name in help texts.
//!
//! The rule to keep in mind: nothing here is read from anywhere. What a program is, its author has written down.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Subcommand};
use workflow::{Migrations, Schema, Schemas};

use crate::cli::{Command, Global, Root};
use crate::commands::{Failure, Outcome};
use crate::terminal::Terminal;
use crate::{environment, exit_code, nearest, report, terminal};

/// The program that help texts name, until another one is put in its place.
pub(crate) const PROGRAM: &str = "cargo xtask";

/// The database file that help texts name.
const DATABASE: &str = "target/demo.sqlite";

/// Lines of help are no longer than this, and than the terminal is wide.
const HELP_WIDTH: u16 = 100;

/// The scenarios that the examples in help texts name.
const SCENARIOS: [&str; 2] = ["writer", "general"];

/// What examples name besides: another program has none of it, so it is not given these examples.
const OURS: [&str; 4] = ["memory", "todos", "fragments", "capsule_observations"];

/// A program with all of the tool's commands, and with commands of its own if it has any.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    pub(crate) program: &'static str,
    pub(crate) archive: &'static str,
    pub(crate) database: &'static str,
    pub(crate) schemas: Schemas,
    scenario: Option<&'static str>,
    start: &'static str,
}

impl Default for Tool {
    fn default() -> Self {
        Self {
            program: PROGRAM,
            archive: "demo-snapshots",
            database: DATABASE,
            schemas: Schemas::default(),
            scenario: None,
            start: "",
        }
    }
}

impl Tool {
    /// `cargo xtask`, with the archive `demo-snapshots`, the database file `target/demo.sqlite`, and no schema.
    pub fn new() -> Self {
        Self::default()
    }

    /// The schema's history: what `db-migrate` brings a database to, and what a missing SQLite file is made with. Without
    /// any, databases are made by their own application, or by `demo-import --create-schema`.
    #[must_use]
    pub fn migrations(self, migrations: Migrations) -> Self {
        Self { schemas: migrations.into(), ..self }
    }

    /// Several schemas, each with its name and history. The first is that of scenarios which name none; a scenario of another
    /// one says `schema:` in its scenario.yaml, and has a database file of its own.
    #[must_use]
    pub fn schemas(self, schemas: &'static [Schema]) -> Self {
        Self { schemas: schemas.into(), ..self }
    }

    /// The archive's folder, below the workspace that a command is run in.
    #[must_use]
    pub fn archive(self, folder: &'static str) -> Self {
        Self { archive: folder, ..self }
    }

    /// The SQLite file that commands work on where no database is named, below the workspace. It should be one that may
    /// be thrown away: `db-migrate --fresh` does not ask before it does.
    #[must_use]
    pub fn database(self, file: &'static str) -> Self {
        Self { database: file, ..self }
    }

    /// How the program is typed, if not `cargo xtask`: help texts and messages name it so.
    #[must_use]
    pub fn program(self, typed: &'static str) -> Self {
        Self { program: typed, ..self }
    }

    /// The scenario that the examples in help texts name.
    #[must_use]
    pub fn example_scenario(self, name: &'static str) -> Self {
        Self { scenario: Some(name), ..self }
    }

    /// What stands below the list of commands: where to begin, in a sentence or two.
    #[must_use]
    pub fn start_with(self, sentence: &'static str) -> Self {
        Self { start: sentence, ..self }
    }

    /// Runs what was typed, and prints its result or its error. The whole of a program without commands of its own, and
    /// the last arm of one that looks for its own first.
    pub fn run(self) -> ExitCode {
        self.run_with(|global, command: Command| command.run(global))
    }

    /// As [`Tool::run`], for a program with commands of its own, which `run` tells from the tool's.
    ///
    /// ```no_run
    /// use demo_snapshot_cli::{Command, Tool, clap, exit_code};
    ///
    /// #[derive(clap::Subcommand)]
    /// enum Xtask {
    ///     #[command(flatten)]
    ///     Demo(Command),
    ///     /// Say hello
    ///     Greet { name: String },
    /// }
    ///
    /// fn main() -> std::process::ExitCode {
    ///     Tool::new().run_with(|global, command| match command {
    ///         Xtask::Demo(command) => command.run(global),
    ///         Xtask::Greet { name } => {
    ///             println!("Hello, {name}");
    ///             Ok(exit_code::DONE)
    ///         }
    ///     })
    /// }
    /// ```
    pub fn run_with<C: Subcommand>(self, run: impl FnOnce(&Global, C) -> Outcome) -> ExitCode {
        ExitCode::from(self.run_typed(std::env::args_os(), run))
    }

    fn run_typed<C: Subcommand>(
        self,
        typed: impl IntoIterator<Item = OsString>,
        run: impl FnOnce(&Global, C) -> Outcome,
    ) -> u8 {
        // Told here and not found by clap, which takes a terminal without a height for none.
        let width = if std::io::stdout().is_terminal() { terminal::width() } else { None };
        let root = self.command::<C>().term_width(usize::from(width.unwrap_or(HELP_WIDTH).min(HELP_WIDTH)));
        let (global, command) = match parse::<C>(root.clone(), typed) {
            Ok(parsed) => (Global { tool: self, root, ..parsed.global }, parsed.command),
            Err(error) => {
                let error = nearest::with_nearest_command(error, &root);
                let _ = error.print();
                return if error.use_stderr() { exit_code::USAGE } else { exit_code::DONE };
            }
        };
        environment::start_logging(global.verbose);
        let outcome = run(&global, command).and_then(|code| match Terminal::lost() {
            None => Ok(code),
            Some(source) => Err(Failure::ResultLost(source)),
        });
        outcome.unwrap_or_else(|error| {
            report::print(&global, &error);
            exit_code::of(&error)
        })
    }

    /// All that can be typed, with this program's names in every text.
    pub fn command<C: Subcommand>(self) -> clap::Command {
        let root = Root::<C>::command().name(self.program).bin_name(self.program);
        let codes = root.get_after_help().map(ToString::to_string).unwrap_or_default();
        let after = if self.start.is_empty() { codes } else { format!("{}\n\n{codes}", self.start) };
        self.named(root.after_help(after))
    }

    /// With this program's names in the texts of a command, of its options and of the commands below it.
    fn named(self, mut command: clap::Command) -> clap::Command {
        if let Some(about) = command.get_about().map(|text| self.text(text)) {
            command = command.about(about);
        }
        if let Some(about) = command.get_long_about().map(|text| self.text(text)) {
            command = command.long_about(about);
        }
        if let Some(after) = command.get_after_help().map(|text| self.text(text)) {
            command = command.after_help(after);
        }
        command.mut_args(|arg| self.named_arg(arg)).mut_subcommands(|command| self.named(command))
    }

    fn named_arg(self, mut arg: clap::Arg) -> clap::Arg {
        if let Some(help) = arg.get_help().map(|text| self.text(text)) {
            arg = arg.help(help);
        }
        if let Some(help) = arg.get_long_help().map(|text| self.text(text)) {
            arg = arg.long_help(help);
        }
        arg
    }

    fn text(self, text: &clap::builder::StyledStr) -> String {
        let mut text = text.to_string();
        if let Some(name) = self.scenario {
            let commands = text.lines().filter_map(|line| {
                if !line.trim_start().starts_with(PROGRAM) {
                    return Some(line.to_owned());
                }
                let words = line.split(' ').map(|word| if SCENARIOS.contains(&word) { name } else { word });
                let words: Vec<&str> = words.collect();
                // `todos:105` names a row of one of them.
                let is_ours = |word: &&str| OURS.contains(&word.split(':').next().unwrap_or_default());
                (!words.iter().any(is_ours)).then(|| words.join(" "))
            });
            text = commands.collect::<Vec<_>>().join("\n");
        }
        text.replace(PROGRAM, self.program)
            .replace(DATABASE, self.database)
            .replace("demo-snapshots/ of", &format!("{}/ of", self.archive))
    }
}

impl Global {
    /// How the program is typed.
    pub fn program(&self) -> &'static str {
        self.tool.program
    }

    /// All that can be typed, for a command that tells of it.
    pub fn root(&self) -> &clap::Command {
        &self.root
    }

    /// The terminal, as quiet as was asked for.
    pub fn terminal(&self) -> Terminal {
        environment::terminal(self)
    }

    /// The folder of the workspace that the program is run in.
    ///
    /// # Errors
    /// It is run elsewhere.
    pub fn workspace(&self) -> Result<std::path::PathBuf, Failure> {
        environment::workspace(self)
    }
}

fn parse<C: Subcommand>(
    mut root: clap::Command,
    typed: impl IntoIterator<Item = OsString>,
) -> Result<Root<C>, clap::Error> {
    let mut matches = root.try_get_matches_from_mut(typed)?;
    Root::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut root))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn help(tool: Tool, command: &[&str]) -> String {
        let typed = ["xtask"].iter().chain(command).chain(&["--help"]);
        let told = tool.command::<Command>().try_get_matches_from(typed).expect_err("help");
        told.to_string()
    }

    #[test]
    fn every_command_takes_a_yes() {
        for command in Tool::new().command::<Command>().get_subcommands() {
            let told = help(Tool::new(), &[command.get_name()]);
            assert!(told.contains("-y, --yes"), "{told}");
        }
    }

    #[test]
    fn a_program_without_a_schema_refuses_the_commands_that_need_one() {
        let run = |typed: &str| {
            let typed = ["xtask"].into_iter().chain(typed.split(' ')).map(OsString::from);
            let root = Tool::new().command::<Command>();
            let parsed = parse::<Command>(root, typed).expect("a command");
            parsed.command.run(&parsed.global)
        };
        for typed in ["db-migrate", "demo-seed spring", "demo-regenerate --check"] {
            let refused = run(typed).expect_err("no schema");
            let told = refused.to_string();
            assert!(
                matches!(&refused, Failure::NoSchema { command } if typed.starts_with(command)),
                "{told}"
            );
        }
    }

    #[test]
    fn help_texts_name_the_program_that_they_are_part_of() {
        let shop = Tool::new()
            .program("shopctl")
            .archive("scenes")
            .database("var/shop.sqlite")
            .example_scenario("spring-sale")
            .start_with("Start with `shopctl demo-import spring-sale`.");
        let names: Vec<String> = shop
            .command::<Command>()
            .get_subcommands()
            .map(|command| command.get_name().to_owned())
            .collect();
        for name in &names {
            let told = help(shop, &[name]);
            let foreign = ["cargo xtask", "target/demo.", "demo-snapshots", " writer", " general"];
            let foreign = foreign.iter().chain(&OURS);
            let found: Vec<&&str> = foreign.filter(|word| told.contains(**word)).collect();
            assert!(found.is_empty(), "{found:?} in\n{told}");
        }
        assert_snapshot!(help(shop, &["db-migrate"]), @r"
            Bring a database to a bundled schema's newest version

            Usage: shopctl db-migrate [OPTIONS]

            Options:
                  --schema <NAME>            Which bundled schema, by its name in scenario.yaml [default: the
                                             first]
                  --database <URL>           The database, `sqlite:PATH` or `postgres://USER@HOST:PORT/DATABASE`
                                             [default: the bundled SQLite file, var/shop.sqlite, or that of the
                                             schema that is named] [env: DEMO_DATABASE_URL]
                  --fresh                    Remove the SQLite file, or the schema's tables of a PostgreSQL
                                             database, first: their rows are lost; asks unless it is a bundled
                                             file
                  --allow-target <DATABASE>  Go on although the database is on another machine, or looks like
                                             production: its path or HOST/DATABASE
                  --json                     Print the result as JSON on stdout
              -h, --help                     Print help

            Global options:
                  --archive <DIR>  The folder of scenarios and versions [default: scenes/ of the workspace]
                                   [env: DEMO_SNAPSHOTS]
              -q, --quiet          Print errors, warnings and results only
              -y, --yes            Go on without asking, where a command asks
              -v, --verbose...     Log to stderr what is done (-vv: in detail); never values, never passwords

            Examples:
              shopctl db-migrate
              shopctl db-migrate --fresh
              shopctl db-migrate --database postgres:///demo
            ");
        let root = help(shop, &[]);
        let after = root.split_once("never passwords\n").expect("the last option").1;
        assert_snapshot!(after.trim_start(), @"
        Start with `shopctl demo-import spring-sale`.

        Exit codes: 0 done, 1 differs, 2 usage, 3 file, data or target at fault, 4 environment.
        ");
    }
}
