//! What somebody who mistyped a command may have meant.

use clap::error::{ContextKind, ContextValue};

/// Of many suggestions for a mistyped command, the nearest by edit distance: all of them start with `demo-`, and so are
/// all alike to a measure that counts common letters.
pub(crate) fn with_nearest_command(mut error: clap::Error, root: &clap::Command) -> clap::Error {
    if error.get(ContextKind::SuggestedSubcommand).is_some()
        && let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand)
        && let Some(nearest) = nearest_command(typed, root)
    {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![nearest]));
    }
    error
}

fn nearest_command(typed: &str, root: &clap::Command) -> Option<String> {
    let names = root.get_subcommands().flat_map(|command| {
        std::iter::once(command.get_name()).chain(command.get_all_aliases()).map(str::to_owned)
    });
    names.min_by_key(|name| strsim::damerau_levenshtein(typed, name))
}

#[cfg(test)]
mod tests {
    use super::nearest_command;
    use crate::{Command, Tool};

    #[test]
    fn the_nearest_command_is_the_one_with_the_fewest_other_letters() {
        let root = Tool::new().command::<Command>();
        let nearest = |typed| nearest_command(typed, &root).expect("one");
        assert_eq!(
            ["demo-stats", "demo-imprt", "demo-lsit", "demo-cleanups"].map(nearest),
            ["data-stats", "demo-import", "demo-list", "demo-cleanup"]
        );
    }
}
