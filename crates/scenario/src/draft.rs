//! A scenario that is proposed: which tables it may select and follow, as data, and the text of a scenario.yaml for people
//! to finish. What is proposed, and why, is decided elsewhere.
//!
//! A proposal that is not active stands behind `# `, so that taking these two characters away makes it count. The rule to
//! keep in mind: whatever the names of a database hold, the text reads back as exactly these names and nothing more.

mod spell;

use model::{LogicalType, ScenarioName};

use crate::{Error, Relation, SCENARIO_LIMIT, Scenario, read_scenario};

pub use spell::is_spellable;
use spell::{comment, part, yaml};

/// What a scenario.yaml is written from. All names are [`is_spellable`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The scenario's name.
    pub scenario: ScenarioName,
    /// Where it comes from, in words: `a SQLite database with 6 tables`.
    pub origin: String,
    /// Tables whose rows may be the scenario's, no table twice; at least one is active.
    pub select: Vec<Proposal<Selected>>,
    /// Tables that may be followed, no table twice.
    pub follow: Vec<Proposal<String>>,
    /// References that the schema does not declare.
    pub relations: Vec<Proposal<Relation>>,
    /// What cannot be said in a scenario.yaml, a sentence each.
    pub unsaid: Vec<String>,
    /// What columns may hold, no table twice.
    pub columns: Vec<TableTypes>,
    /// Columns to count rows by, no table twice: table and column.
    pub breakdown: Vec<Proposal<(String, String)>>,
    /// The least rows of tables, no table twice.
    pub expect: Vec<Proposal<(String, u64)>>,
    /// The most rows over all tables.
    pub row_limit: u64,
}

/// Something that may stand in a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal<T> {
    /// What.
    pub what: T,
    /// Why, in a few words; names may stand in it as they are.
    pub why: String,
    /// Whether it counts as it stands, or waits behind `#`.
    pub active: bool,
}

/// Rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    /// The table.
    pub table: String,
    /// The marks that its rows carry: a column, then keys of its JSON. Without any, all rows are meant.
    pub marks: Vec<(Vec<String>, Mark)>,
}

/// The value of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// True.
    True,
    /// 1, in a column of integers.
    One,
    /// The scenario's name.
    Name,
}

/// What the columns of a table may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableTypes {
    /// The table.
    pub table: String,
    /// Columns and what their values mean; at least one, none twice.
    pub columns: Vec<Proposal<(String, LogicalType)>>,
}

impl Draft {
    /// The text of the scenario.yaml, the same for the same draft. Of many proposals that wait, as many as the file has
    /// room for.
    pub fn to_yaml(&self) -> String {
        let mut text = String::new();
        for most in [40, 10, 0] {
            text = Writer { out: String::new(), most }.write(self);
            if text.len() <= SCENARIO_LIMIT {
                break;
            }
        }
        text
    }

    /// Whether the rows of `table` are selected by a 1 in `column`.
    fn is_marked_with_one(&self, table: &str, column: &str) -> bool {
        let of_table = self.select.iter().filter(|proposal| proposal.what.table == table);
        of_table
            .flat_map(|proposal| &proposal.what.marks)
            .any(|(path, mark)| path == &[column] && *mark == Mark::One)
    }

    /// The scenario that the text says, as a reader of the file will find it.
    ///
    /// # Errors
    /// There is more in it than a scenario.yaml holds.
    pub fn scenario(&self) -> Result<Scenario, Error> {
        read_scenario(&self.to_yaml(), &format!("{}/scenario.yaml", self.scenario))
    }
}

struct Writer {
    out: String,
    /// How many waiting proposals a section shows.
    most: usize,
}

/// One entry of a section.
struct Entry {
    /// Indented as it stands in the file.
    text: String,
    why: String,
    active: bool,
}

impl Writer {
    fn write(mut self, draft: &Draft) -> String {
        self.note(&format!("Drawn up by demo-init from {}.", draft.origin));
        self.note("Lines behind `#` only propose: take `# ` away from what fits, and remove the rest.");
        self.note("Every key is explained in docs/scenarios.md.");
        self.line(true, &format!("scenario: {}", yaml(draft.scenario.as_str())), "");
        self.line(false, "description: What it shows, in one line", "");
        self.select(draft);
        self.follow(draft);
        self.relations(draft);
        self.columns(draft);
        self.breakdown(draft);
        self.expect(draft);
        self.heading("A guard: an export with more rows than this is refused.");
        self.line(true, &format!("limits: {{ rows: {} }}", draft.row_limit), "");
        self.out
    }

    fn line(&mut self, active: bool, text: &str, why: &str) {
        let parts = [if active { "" } else { "# " }, text, if why.is_empty() { "" } else { "   # " }];
        self.out.extend(parts);
        self.out.push_str(&comment(why));
        self.out.push('\n');
    }

    fn note(&mut self, sentence: &str) {
        self.out.extend(["# ", &comment(sentence), "\n"]);
    }

    /// A sentence of this file's own.
    fn heading(&mut self, sentence: &'static str) {
        self.out.extend(["\n# ", sentence, "\n"]);
    }

    /// A key with its entries; the key counts if one of them does.
    fn section(&mut self, heading: &'static str, keys: &[&str], entries: &[Entry]) {
        if entries.is_empty() {
            return;
        }
        self.heading(heading);
        let active = entries.iter().any(|entry| entry.active);
        for (depth, key) in keys.iter().enumerate() {
            self.line(active, &format!("{}{key}:", "  ".repeat(depth)), "");
        }
        let mut waiting = 0;
        for entry in entries {
            waiting += usize::from(!entry.active);
            if entry.active || waiting <= self.most {
                self.line(entry.active, &entry.text, &entry.why);
            }
        }
        if waiting > self.most {
            self.note(&format!("And {} more.", waiting - self.most));
        }
    }

    fn select(&mut self, draft: &Draft) {
        let rows = |selected: &Selected| {
            if selected.marks.is_empty() {
                return "all".to_owned();
            }
            let condition = |(path, mark): &(Vec<String>, Mark)| {
                let path = path.iter().map(|step| part(step)).collect::<Vec<_>>().join(".");
                let value = match mark {
                    Mark::True => "true".to_owned(),
                    Mark::One => "1".to_owned(),
                    Mark::Name => yaml(draft.scenario.as_str()),
                };
                format!("{}: {value}", yaml(&path))
            };
            format!("{{ {} }}", selected.marks.iter().map(condition).collect::<Vec<_>>().join(", "))
        };
        let entries = entries(&draft.select, |s| format!("  {}: {}", yaml(&s.table), rows(s)));
        self.section(
            "Which rows are the scenario's own. To take some of a table, name values: `{ status: open }` for `all`.",
            &["select"],
            &entries,
        );
    }

    fn follow(&mut self, draft: &Draft) {
        let entries = entries(&draft.follow, |table| format!("    - {}", yaml(table)));
        self.section(
            "Whose rows come along if they point at these. Rows that these point at always come along.",
            &["follow", "children"],
            &entries,
        );
    }

    fn relations(&mut self, draft: &Draft) {
        let end = |table: &str, columns: Option<&[String]>| match columns {
            Some(columns) => {
                let columns: Vec<String> = columns.iter().map(|column| part(column)).collect();
                format!("{}({})", part(table), columns.join(", "))
            }
            None => part(table),
        };
        let entries = entries(&draft.relations, |r| {
            let (from, to) = (end(&r.from, Some(&r.columns)), end(&r.to, r.key.as_deref()));
            format!("  - {{ from: {}, to: {} }}", yaml(&from), yaml(&to))
        });
        self.section(
            "References that names suggest and the schema does not declare. One that counts must lead to a row everywhere.",
            &["relations"],
            &entries,
        );
        if !draft.unsaid.is_empty() && self.most > 0 {
            self.heading("References that a relation with `when` can say, once you know which values mean which table:");
        }
        for sentence in draft.unsaid.iter().take(self.most) {
            self.note(&format!("- {sentence}"));
        }
    }

    fn columns(&mut self, draft: &Draft) {
        let counts = |table: &TableTypes| table.columns.iter().any(|column| column.active);
        if draft.columns.is_empty() {
            return;
        }
        self.heading(
            "What columns hold that their declarations do not tell, by the rows that were looked at.",
        );
        self.line(draft.columns.iter().any(counts), "columns:", "");
        let (mut shown, mut left_out) = (0, 0);
        for table in &draft.columns {
            let mut key = Some(yaml(&table.table));
            for column in &table.columns {
                if !column.active && shown == self.most {
                    left_out += 1;
                    continue;
                }
                shown += usize::from(!column.active);
                if let Some(key) = key.take() {
                    self.line(counts(table), &format!("  {key}:"), "");
                }
                let (name, ty) = &column.what;
                let mut why = column.why.clone();
                if *ty == LogicalType::Boolean && draft.is_marked_with_one(&table.table, name) {
                    why.push_str("; with it, `select` says true and not 1");
                }
                self.line(column.active, &format!("    {}: {ty}", yaml(name)), &why);
            }
        }
        if left_out > 0 {
            self.note(&format!("And {left_out} more."));
        }
    }

    fn breakdown(&mut self, draft: &Draft) {
        let entries =
            entries(&draft.breakdown, |(table, column)| format!("  {}: {}", yaml(table), yaml(column)));
        self.section("Rows counted by a column, in what commands print.", &["breakdown"], &entries);
    }

    fn expect(&mut self, draft: &Draft) {
        let entries = entries(&draft.expect, |(table, rows)| format!("  {}: {{ min: {rows} }}", yaml(table)));
        self.section("An export with fewer rows than this is refused.", &["expect"], &entries);
    }
}

fn entries<T>(proposals: &[Proposal<T>], text: impl Fn(&T) -> String) -> Vec<Entry> {
    let entry = |p: &Proposal<T>| Entry { text: text(&p.what), why: p.why.clone(), active: p.active };
    proposals.iter().map(entry).collect()
}
