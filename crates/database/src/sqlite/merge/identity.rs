//! SQL that finds one row in several tables: the target's own (by its row number or primary key), and the merge's notes,
//! where the same identity stands in `r0`, `r1`, … (`h0`, … for a row in the way, `i0`, … among the selected rows).
//!
//! On which side a column stands decides whose index and whose collation serve; each function says which.

use super::shape::Shape;

impl Shape {
    /// How many values identify a row.
    pub(super) fn identity_len(&self) -> usize {
        self.identity.len()
    }

    /// `t."id"`: a row's identity in the target's table.
    pub(super) fn identity_list(&self, alias: &str) -> String {
        self.each(", ", |_, column| format!("{alias}.{column}"))
    }

    /// `s.r0, s.r1`: a row's identity in the notes; without alias, the bare names.
    pub(super) fn r_list(&self, alias: &str) -> String {
        let dot = if alias.is_empty() { "" } else { "." };
        self.each(", ", |at, _| format!("{alias}{dot}r{at}"))
    }

    /// `h0, h1`: the identity of a row in the way.
    pub(super) fn holder_list(&self) -> String {
        self.each(", ", |at, _| format!("h{at}"))
    }

    /// `k.i0, k.i1`: a row's identity among the selected rows.
    pub(super) fn kept_list(&self, kept: &str) -> String {
        self.each(", ", |at, _| format!("{kept}.i{at}"))
    }

    /// `t."id" = s.r0`: the target's row `target` of the known note `scratch`; served by the target's own index.
    pub(super) fn joined(&self, target: &str, scratch: &str) -> String {
        self.each(" AND ", |at, column| format!("{target}.{column} = {scratch}.r{at}"))
    }

    /// `s.r0 = +t."id"`: the note `scratch` of the target's known row `target`; served by the notes' key. The `+` takes the
    /// column's affinity away, which would keep SQLite from using that key.
    pub(super) fn looked_up(&self, scratch: &str, target: &str) -> String {
        self.each(" AND ", |at, column| format!("{scratch}.r{at} = +{target}.{column}"))
    }

    /// `t."id" = w.h0`: the target's row that the known wait `wait` names as being in the way.
    pub(super) fn joined_holder(&self, target: &str, wait: &str) -> String {
        self.each(" AND ", |at, column| format!("{target}.{column} = {wait}.h{at}"))
    }

    /// `g.r0 = w.h0`: the note `scratch` of the row that the known wait `wait` names as being in the way.
    pub(super) fn holder_is(&self, wait: &str, scratch: &str) -> String {
        self.each(" AND ", |at, _| format!("{scratch}.r{at} = {wait}.h{at}"))
    }

    /// `a.r0 = b.r0`: one row in two notes.
    pub(super) fn same(&self, a: &str, b: &str) -> String {
        self.each(" AND ", |at, _| format!("{a}.r{at} = {b}.r{at}"))
    }

    /// `s.r0 = k.i0`: one row in the notes and among the selected rows.
    pub(super) fn same_as_kept(&self, scratch: &str, kept: &str) -> String {
        self.each(" AND ", |at, _| format!("{scratch}.r{at} = {kept}.i{at}"))
    }

    /// `t."id" = ?3`: the target's row whose identity is bound from parameter `first` on.
    pub(super) fn is_row(&self, target: &str, first: usize) -> String {
        self.each(" AND ", |at, column| format!("{target}.{column} = ?{}", first + at))
    }

    /// `r0 = ?3`: the note whose identity is bound from parameter `first` on.
    pub(super) fn is_note(&self, first: usize) -> String {
        self.each(" AND ", |at, _| format!("r{at} = ?{}", first + at))
    }

    fn each(&self, separator: &str, each: impl Fn(usize, &str) -> String) -> String {
        let parts: Vec<String> =
            self.identity.iter().enumerate().map(|(at, column)| each(at, column)).collect();
        parts.join(separator)
    }
}
