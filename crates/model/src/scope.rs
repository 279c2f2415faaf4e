//! What an export takes beyond what a definition says of its rows: how many of them, tables as a whole, references that are not
//! followed, and references that no engine knows as keys.
//!
//! A file does not hold any of it: an import works on the rows that are there. The definition's tables that it shapes are
//! marked as limited, so that no import deletes by a rule that is not the whole rule.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Condition, LogicalType, Reference, json};

/// See the module's documentation. The default changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// By table: at most so many owned rows, selected and followed ones together. Parents are kept whatever it says.
    pub rows: BTreeMap<String, Limit>,
    /// By table: at most so many rows for each owned row that they refer to, along each reference.
    pub children: BTreeMap<String, Limit>,
    /// Tables of which every row is kept; those that are not owned are shared.
    pub whole: BTreeSet<String>,
    /// References that are not followed.
    pub cuts: Vec<Cut>,
    /// References that are no columns' own.
    pub loose: Vec<LooseReference>,
}

/// The first rows in an order. Rows that it leaves equal are ordered by their row key, those of a table without one by all
/// their columns. Values compare as the model's do, NULL first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// So many rows; at least 1.
    pub most: u64,
    /// The order, most significant column first.
    pub order: Vec<OrderBy>,
}

/// A column of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderBy {
    /// Its name.
    pub column: String,
    /// Whether the largest value comes first, and NULL last.
    pub descending: bool,
}

/// A reference of a held table that is not followed: a column of it is written as NULL in the rows that refer to something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The referring table.
    pub table: String,
    /// The reference's columns: a row with NULL in one of them refers to nothing, and stays as it is.
    pub reference: Vec<String>,
    /// The one of them that is written as NULL. Nothing else needs it: it is in no key and no condition, and all references
    /// that it is a part of are cut.
    pub column: String,
    /// The reference, which stays as it is in rows whose parent is kept for another reason; `None`: the snapshot does not
    /// hold the table referred to.
    pub unless_kept: Option<Reference>,
    /// The loose reference that the column is, which is cut in the rows that it is meant for; `None`: it is none.
    pub only: Option<LooseReference>,
}

/// A reference out of a JSON value, or one that means a table only under conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct LooseReference {
    /// The referring table.
    pub from: String,
    /// Its column, then keys into its JSON. A list stands for each of its elements, at every step.
    pub path: Vec<String>,
    /// The table referred to.
    pub to: String,
    /// Its column.
    pub key: String,
    /// Conditions on the referring row, joined by AND; without them the reference means something else.
    pub when: Vec<Condition>,
    /// A condition by way of another table.
    pub type_table: Option<TypeTable>,
    /// Whether rows that refer to an owned row are owned too.
    pub child: bool,
    /// Whether a value that finds no row is none of the export's business.
    pub optional: bool,
}

impl Eq for LooseReference {}

/// A table whose rows name the tables that a reference can mean, as Django's content types do.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeTable {
    /// The referring row's column that names a row of it.
    pub column: String,
    /// The table.
    pub table: String,
    /// The column that `column` refers to.
    pub key: String,
    /// Which of its rows mean the reference's table; joined by AND.
    pub select: Vec<Condition>,
}

impl Eq for TypeTable {}

impl LooseReference {
    /// What the JSON in a value of the column refers to, as texts, each once. What is no JSON refers to nothing.
    pub fn targets(&self, text: &str) -> Vec<String> {
        let keys = self.path.get(1..).unwrap_or_default();
        let found = json::parse(text).map_or_else(|_| Vec::new(), |value| value.scalars_at(keys));
        let mut seen = BTreeSet::new();
        found.into_iter().filter(|target| seen.insert(target.clone())).collect()
    }

    /// Whether it reads JSON out of a column of type `ty`.
    pub fn reads_json(&self, ty: LogicalType) -> bool {
        self.path.len() > 1 || ty.is_json()
    }

    /// The path as people write it: `payload.user_id`.
    pub fn shown_path(&self) -> String {
        self.path.join(".")
    }
}

impl Scope {
    /// Whether rows have to be walked one by one: everything but whole tables can leave one out, or bring one in that no
    /// condition names.
    pub fn is_walked(&self) -> bool {
        let Self { rows, children, whole: _, cuts, loose } = self;
        !(rows.is_empty() && children.is_empty() && cuts.is_empty() && loose.is_empty())
    }

    /// The cut of a reference of `table`, if there is one.
    pub fn cut_of(&self, table: &str, reference: &Reference) -> Option<&Cut> {
        self.cuts.iter().find(|cut| cut.table == table && cut.unless_kept.as_ref() == Some(reference))
    }

    /// The cuts of a table.
    pub fn cuts_of<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a Cut> {
        self.cuts.iter().filter(move |cut| cut.table == table)
    }
}
