//! Which tables lie on one circle of references: strongly connected components, found as Tarjan did, without recursion.

use std::collections::BTreeMap;

/// By table, the number of its component: two tables have the same one where each leads to the other. `edges` has every table,
/// and leads to no other.
pub(crate) fn components<'a>(edges: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeMap<&'a str, usize> {
    let mut search = Search::default();
    for start in edges.keys() {
        if !search.seen.contains_key(start) {
            search.from(start, edges);
        }
    }
    search.component
}

#[derive(Default)]
struct Search<'a> {
    /// In which order tables were met.
    seen: BTreeMap<&'a str, usize>,
    /// The first one met that each is known to lead back to.
    low: BTreeMap<&'a str, usize>,
    /// Tables without a component yet, in the order met.
    open: Vec<&'a str>,
    component: BTreeMap<&'a str, usize>,
}

impl<'a> Search<'a> {
    fn from(&mut self, start: &'a str, edges: &BTreeMap<&'a str, Vec<&'a str>>) {
        let mut path = vec![(start, 0)];
        self.meet(start);
        while let Some((at, next)) = path.pop() {
            let Some(&to) = edges.get(at).and_then(|to| to.get(next)) else {
                self.leave(at);
                if let Some((before, _)) = path.last() {
                    self.lower(before, self.low[at]);
                }
                continue;
            };
            path.push((at, next + 1));
            match self.seen.get(to) {
                None => {
                    self.meet(to);
                    path.push((to, 0));
                }
                Some(&met) if !self.component.contains_key(to) => self.lower(at, met),
                Some(_) => {}
            }
        }
    }

    fn meet(&mut self, table: &'a str) {
        let number = self.seen.len();
        self.seen.insert(table, number);
        self.low.insert(table, number);
        self.open.push(table);
    }

    fn lower(&mut self, table: &'a str, to: usize) {
        self.low.entry(table).and_modify(|low| *low = to.min(*low));
    }

    /// Ends the component that begins with `table`, if one does.
    fn leave(&mut self, table: &'a str) {
        let number = self.low[table];
        if number != self.seen[table] {
            return;
        }
        while let Some(member) = self.open.pop() {
            self.component.insert(member, number);
            if member == table {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ab bc` is an edge from `a` to `b` and one from `b` to `c`; the tables of each component.
    fn found(edges: &str) -> String {
        let mut graph: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for edge in edges.split(' ') {
            graph.entry(&edge[1..]).or_default();
            graph.entry(&edge[..1]).or_default().push(&edge[1..]);
        }
        let mut tables: BTreeMap<usize, String> = BTreeMap::new();
        for (table, number) in components(&graph) {
            tables.entry(number).or_default().push_str(table);
        }
        let mut tables: Vec<String> = tables.into_values().collect();
        tables.sort();
        tables.join(" ")
    }

    #[test]
    fn tables_that_lead_to_each_other_are_one_component() {
        assert_eq!(found("ab bc"), "a b c");
        assert_eq!(found("ab ba bc cd dc"), "ab cd");
        assert_eq!(found("ab bc ca cd de ed ea"), "abcde");
        assert_eq!(found("ad db bd ac ca"), "ac bd");
        assert_eq!(found("aa ab"), "a b");
    }
}
