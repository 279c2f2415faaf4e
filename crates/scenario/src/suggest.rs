//! Which known name a person most likely meant.

/// Names longer than this are compared by their beginning.
const MAX_COMPARED: usize = 80;

/// The candidate nearest to `name`, if one is near enough to be worth naming; the first of equals.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = comparable(name);
    let length = name.chars().count();
    let is_near = |candidate: &str, distance: usize| {
        distance < length
            && (distance <= (length / 3).max(1) || strsim::jaro_winkler(&name, candidate) >= 0.85)
    };
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let compared = comparable(candidate);
            let distance = strsim::osa_distance(&name, &compared);
            is_near(&compared, distance).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn comparable(name: &str) -> String {
    name.chars().take(MAX_COMPARED).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn the_nearest_name_is_suggested_and_no_far_one() {
        let tables = ["contacts", "fragments", "todos"];
        assert_eq!(closest("fragmants", tables), Some("fragments"));
        assert_eq!(closest("Todo", tables), Some("todos"));
        assert_eq!(closest("childs", ["children", "parents"]), Some("children"));
        assert_eq!(closest("vaults", tables), None);
        assert_eq!(closest("a", ["b", "c"]), None);
        assert_eq!(closest("", tables), None);
        assert_eq!(closest("x", []), None);
    }
}
