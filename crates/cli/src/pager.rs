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
        let none = Self { child: None, input: None };
        let Some(mut command) = command(environment::pager()) else { return none };
        let Ok(mut child) = command.stdin(Stdio::piped()).spawn() else { return none };
        let input = child.stdin.take();
        Self { child: Some(child), input }
    }

    /// Waits until the reader is done.
    pub(crate) fn finish(&mut self) {
        self.input = None;
        if let Some(mut child) = self.child.take() {
            let _ = child.wait();
        }
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
