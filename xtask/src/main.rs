//! This workspace's program: all commands of the tool with the bundled schema, and the development tasks.

mod commands;
mod environment;
mod tasks;

use std::process::ExitCode;

use cli::Tool;

fn main() -> ExitCode {
    tool().run_with(commands::run)
}

/// The tool as this workspace has it.
fn tool() -> Tool {
    Tool::new()
        .schemas(demo_app::SCHEMAS)
        .start_with("Start with `cargo xtask demo-import writer`. The guide is docs/guide.md.")
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_command_takes_a_yes() {
        let root = super::tool().command::<crate::tasks::Command>();
        let names: Vec<&str> = root.get_subcommands().map(clap::Command::get_name).collect();
        assert!(names.contains(&"ci") && names.contains(&"demo-import"), "{names:?}");
        for name in names {
            let told =
                root.clone().try_get_matches_from(["xtask", name, "--yes", "--help"]).expect_err("help");
            assert!(told.to_string().contains("-y, --yes"), "{told}");
        }
    }
}
