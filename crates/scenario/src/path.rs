//! The path of keys to a setting, as messages show it: `select.fragments[0].metadata`.

use std::fmt;

use model::text::Shown;

/// How much of one key a message shows.
const MAX_SHOWN: usize = 60;
/// How many steps of a path a message shows.
const MAX_STEPS: usize = 12;

/// One step from a mapping or list to an entry of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

/// The keys and list positions from the top of a file to a setting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(Vec<Step>);

impl Path {
    pub(crate) fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }

    pub(crate) fn replace_last(&mut self, step: Step) {
        if let Some(last) = self.0.last_mut() {
            *last = step;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn key(&self, key: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Key(key.to_owned()));
        Self(steps)
    }

    pub(crate) fn index(&self, at: usize) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Index(at));
        Self(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                _ if at == MAX_STEPS => return f.write_str("…"),
                Step::Key(key) => {
                    f.write_str(if at > 0 { "." } else { "" })?;
                    f.write_str(&cut(key))?;
                }
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Text from outside, safe to show and of bounded length.
pub(crate) fn cut(text: &str) -> String {
    let shown = Shown(&text.chars().take(MAX_SHOWN).collect::<String>()).to_string();
    if text.chars().nth(MAX_SHOWN).is_some() { shown + "…" } else { shown }
}
