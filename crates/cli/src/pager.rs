//! Long output on a terminal, one screen at a time: by `$PAGER`, else `less`, as git does it.

use std::io::{self, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::environment;

/// Where output goes: through a pager, or straight to the terminal where none can be run.
pub(crate) struct Pager {
    child: Option<Child>,
    input: Option<ChildStdin>,
}

impl Pager {
    /// Starts the pager that the user has chosen. `PAGER=cat`, or an empty one, is none.
    pub(crate) fn start() -> Self {
        Self::of(environment::pager())
    }

    fn of(chosen: Option<String>) -> Self {
        let none = Self { child: None, input: None };
        let Some(mut command) = command(chosen) else { return none };
        let Ok(mut child) = command.stdin(Stdio::piped()).spawn() else { return none };
        let input = child.stdin.take();
        Self { child: Some(child), input }
    }

    /// Waits until the reader is done. Returns whether there was one: a shell that does not find the command, or may not
    /// run it, has said so and read nothing.
    pub(crate) fn finish(&mut self) -> bool {
        self.input = None;
        let ended = self.child.take().and_then(|mut child| child.wait().ok());
        !matches!(ended.and_then(|status| status.code()), Some(126 | 127))
    }
}

/// The user's own command with its options; nothing of what is shown is part of it.
#[expect(clippy::disallowed_methods, reason = "the pager that the user has chosen")]
fn command(chosen: Option<String>) -> Option<Command> {
    let mut command = match chosen {
        None => Command::new("less"),
        Some(chosen) if matches!(chosen.trim(), "" | "cat") => return None,
        Some(chosen) => {
            let mut shell = Command::new("sh");
            shell.args(["-c", &chosen]);
            shell
        }
    };
    // Colours, no paging of what fits on the screen, and the screen as it was afterwards: git's choice.
    command.env("LESS", environment::less().unwrap_or_else(|| "FRX".to_owned()));
    Some(command)
}

impl Write for Pager {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.input {
            Some(input) => input.write(bytes),
            None => io::stdout().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.input {
            Some(input) => input.flush(),
            None => io::stdout().flush(),
        }
    }
}

impl Drop for Pager {
    fn drop(&mut self) {
        self.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_that_is_not_there_has_read_nothing() {
        for (chosen, is_there) in
            [("nosuch-pager --quietly", false), ("true", true), ("cat > /dev/null; exit 3", true)]
        {
            let mut pager = Pager::of(Some(chosen.to_owned()));
            assert!(pager.child.is_some(), "{chosen}");
            // Whatever becomes of the text: the reader may be gone already.
            let _ = pager.write(b"text");
            assert_eq!(pager.finish(), is_there, "{chosen}");
        }
        assert!(Pager::of(Some("cat".to_owned())).finish(), "no pager is as good as one");
    }
}
