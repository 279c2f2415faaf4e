//! The help texts: all of them pinned, and the command reference with them.

use insta::assert_snapshot;

use crate::clone;

#[test]
fn the_command_reference_is_what_the_help_texts_say() {
    let run = clone().run(&["docs", "--print"]).expect_code(0);
    let written = include_str!("../../docs/commands.md").replace("\r\n", "\n");
    assert!(run.stdout == written, "docs/commands.md is out of date: cargo xtask docs");
}

#[test]
fn every_help_is_pinned() {
    let sandbox = clone();
    assert_snapshot!(sandbox.run(&["--help"]).transcript());
    let reference = include_str!("../../docs/commands.md").replace("\r\n", "\n");
    for command in
        reference.lines().filter_map(|line| line.strip_prefix("## ")).filter(|line| *line != "Overview")
    {
        let run = sandbox.run(&[command, "--help"]).expect_code(0);
        insta::assert_snapshot!(format!("help_of_{command}"), run.transcript());
    }
}

/// Those of other commands need databases that nobody has.
#[test]
fn the_examples_of_demo_explain_explain_something() {
    let sandbox = clone();
    let help = sandbox.run(&["demo-explain", "--help"]).expect_code(0).stdout;
    let examples: Vec<Vec<&str>> = (help.lines())
        .filter_map(|line| line.trim_start().strip_prefix("cargo xtask "))
        .map(|line| line.split(' ').collect())
        .collect();
    assert!(examples.len() >= 3, "{help}");
    for scenario in ["writer", "memory"] {
        let _ = sandbox.run(&["demo-import", scenario]).expect_code(0);
    }
    for example in examples {
        let _ = sandbox.run(&example).expect_code(0);
    }
}

#[test]
fn completions_are_scripts_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = clone().run(&["completions", shell]).expect_code(0);
        assert!(run.stdout.contains("demo-import"), "{shell}");
    }
}

#[test]
fn a_mistyped_command_or_option_is_a_usage_error_with_a_suggestion() {
    assert_snapshot!(clone().run(&["demo-imprt", "writer"]).transcript(), @r"
        $ cargo xtask demo-imprt writer
        -- stderr
        error: unrecognized subcommand 'demo-imprt'

          tip: a similar subcommand exists: 'demo-import'

        Usage: cargo xtask [OPTIONS] <COMMAND>

        For more information, try '--help'.
        -- exit 2
        ");
    assert_snapshot!(clone().run(&["demo-stats"]).transcript(), @r"
        $ cargo xtask demo-stats
        -- stderr
        error: unrecognized subcommand 'demo-stats'

          tip: a similar subcommand exists: 'data-stats'

        Usage: cargo xtask [OPTIONS] <COMMAND>

        For more information, try '--help'.
        -- exit 2
        ");
    assert_snapshot!(clone().run(&["demo-import", "writer", "--dryrun"]).transcript(), @r"
        $ cargo xtask demo-import writer --dryrun
        -- stderr
        error: unexpected argument '--dryrun' found

          tip: a similar argument exists: '--dry-run'

        Usage: cargo xtask demo-import --dry-run <SCENARIO>

        For more information, try '--help'.
        -- exit 2
        ");
}
