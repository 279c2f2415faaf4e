//! SQL that finds one row in several tables: the target's own, the staged rows of the snapshot (`c0`, `c1`, … by the
//! snapshot's columns), and the merge's notes, where a row's identity stands in `k0`, `k1`, ….

use super::shape::Shape;

/// What tells the rows of a table without a key apart: the part of a partitioned table, and the place in it.
pub(super) const PLACE: [&str; 2] = ["tableoid", "ctid"];

impl Shape {
    /// The columns of a row's identity, in SQL.
    pub(super) fn identity(&self) -> Vec<String> {
        if self.has_key() {
            self.key.iter().map(|at| self.columns[*at].quoted.clone()).collect()
        } else {
            PLACE.map(str::to_owned).to_vec()
        }
    }

    /// `t."id"`: a row's identity in the target's table.
    pub(super) fn identity_list(&self, alias: &str) -> String {
        self.each(", ", |_, column| format!("{alias}.{column}"))
    }

    /// `n.k0, n.k1`: a row's identity in the notes; without alias, the bare names.
    pub(super) fn k_list(&self, alias: &str) -> String {
        let dot = if alias.is_empty() { "" } else { "." };
        self.each(", ", |at, _| format!("{alias}{dot}k{at}"))
    }

    /// `t."id" = n.k0`: the target's row `target` is the one of the note `note`.
    pub(super) fn is_noted(&self, target: &str, note: &str) -> String {
        self.each(" AND ", |at, column| {
            format!("{target}.{column} {} {note}.k{at}", self.identity_equals(at))
        })
    }

    /// `a.k0 = b.k0`: one row in two notes.
    pub(super) fn same(&self, a: &str, b: &str) -> String {
        self.each(" AND ", |at, _| format!("{a}.k{at} {} {b}.k{at}", self.identity_equals(at)))
    }

    /// The SQL condition under which the target's row `target` is the staged row `staged`. Tables with a key only.
    pub(super) fn has_key_of(&self, target: &str, staged: &str) -> String {
        let terms: Vec<String> = (self.key.iter())
            .map(|at| {
                let column = &self.columns[*at];
                format!("{target}.{} {} {staged}.c{at}", column.quoted, column.equals)
            })
            .collect();
        terms.join(" AND ")
    }

    /// `pg_temp.stage_0 AS s JOIN "public"."t" AS t ON …`: the staged rows with the rows of the target that have their
    /// keys, now.
    pub(super) fn staged_in_target(&self, staged: &str, target: &str) -> String {
        let (stage, from) = (self.stage(), &self.relation.from);
        if self.has_key() {
            return format!(
                "{stage} AS {staged} JOIN {from} AS {target} ON {}",
                self.has_key_of(target, staged)
            );
        }
        format!(
            "{stage} AS {staged} JOIN {found} AS f ON f.seq = {staged}.seq JOIN {from} AS {target} ON {noted}",
            found = self.found(),
            noted = self.is_noted(target, "f")
        )
    }

    /// The SQL condition under which the target's row `target` is one of the snapshot's; `more` adds conditions on the
    /// staged row `s`, which rows without a key do not have.
    pub(super) fn in_snapshot(&self, target: &str, more: &str) -> String {
        if self.has_key() {
            return format!(
                "EXISTS (SELECT FROM {} AS s WHERE {}{more})",
                self.stage(),
                self.has_key_of(target, "s")
            );
        }
        format!("EXISTS (SELECT FROM {} AS f WHERE {})", self.found(), self.is_noted(target, "f"))
    }

    /// The SQL condition under which a noted row is one of the snapshot's.
    pub(super) fn note_in_snapshot(&self, note: &str) -> String {
        if self.has_key() {
            let terms: Vec<String> = (self.key.iter().enumerate())
                .map(|(k, at)| format!("{note}.k{k} {} s.c{at}", self.identity_equals(k)))
                .collect();
            return format!("EXISTS (SELECT FROM {} AS s WHERE {})", self.stage(), terms.join(" AND "));
        }
        format!("EXISTS (SELECT FROM {} AS f WHERE {})", self.found(), self.same("f", note))
    }

    /// ` AND NOT EXISTS (…)`: what keeps staged rows `s` out that are left alone.
    pub(super) fn not_skipped(&self, staged: &str) -> String {
        format!(
            " AND NOT EXISTS (SELECT FROM {} AS left_alone WHERE left_alone.seq = {staged}.seq AND left_alone.skipped)",
            self.change()
        )
    }

    /// How the part `k` of a row's identity compares.
    fn identity_equals(&self, k: usize) -> &str {
        self.key.get(k).map_or("=", |at| self.columns[*at].equals.as_str())
    }

    fn each(&self, separator: &str, each: impl Fn(usize, &str) -> String) -> String {
        let parts: Vec<String> =
            self.identity().iter().enumerate().map(|(at, column)| each(at, column)).collect();
        parts.join(separator)
    }
}
