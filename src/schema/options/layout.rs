//! Which options are shown, and in which order. Pure.

use std::{collections::HashMap, sync::Arc};

use portal_model::attribute::DraftOption;

/// The rows to show, after searching and sorting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Which shape of the draft it is of.
    pub shape: u32,
    /// Places in the draft.
    pub rows: Vec<u32>,
    /// How deep each option of the draft stands.
    pub depths: Arc<[u16]>,
    /// The rows that have what is searched in their names.
    pub found: Vec<u32>,
}

impl Layout {
    /// `depths`: see [`depths`](crate::schema::tree::depths). `only`: nothing else than what is found. `sorted`: those beside
    /// each other by name.
    pub fn of(options: &[DraftOption], depths: Arc<[u16]>, wanted: &str, only: bool, sorted: bool) -> Self {
        let wanted = wanted.trim().to_lowercase();
        let fits = |place: &u32| options.get(*place as usize).is_some_and(|option| has(&option.name, &wanted));
        let all: Vec<u32> =
            if sorted { by_name(options) } else { (0..u32::try_from(options.len()).unwrap_or(u32::MAX)).collect() };
        if wanted.is_empty() {
            return Self { rows: all, depths, ..Self::default() };
        }
        if only {
            let rows: Vec<u32> = all.into_iter().filter(fits).collect();
            let found = (0..u32::try_from(rows.len()).unwrap_or(u32::MAX)).collect();
            return Self { rows, depths, found, ..Self::default() };
        }
        let found = all.iter().enumerate().filter(|(_, place)| fits(place));
        let found = found.filter_map(|(row, _)| u32::try_from(row).ok()).collect();
        Self { rows: all, depths, found, ..Self::default() }
    }

    /// How many rows there are.
    pub fn total(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    /// The row of a place in the draft, if it is shown.
    pub fn row_of(&self, place: u32) -> Option<u32> {
        self.rows.iter().position(|row| *row == place).and_then(|row| u32::try_from(row).ok())
    }
}

/// Whether the name has it, in letters of either case; `wanted` is in small ones. Fifty thousand names are looked through at each
/// letter: most are plain, and are not written anew for that.
fn has(name: &str, wanted: &str) -> bool {
    if !name.is_ascii() {
        return name.to_lowercase().contains(wanted);
    }
    wanted.is_empty() || name.as_bytes().windows(wanted.len()).any(|part| part.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// Places, those of the same parent by name, each followed by those under it.
fn by_name(options: &[DraftOption]) -> Vec<u32> {
    let at: HashMap<&str, usize> = options.iter().enumerate().map(|(i, option)| (option.key.as_str(), i)).collect();
    let mut under: HashMap<Option<usize>, Vec<usize>> = HashMap::new();
    for (i, option) in options.iter().enumerate() {
        // Arranged: a parent comes first, or the option is shown at the top.
        let parent = option.parent.as_deref().and_then(|parent| at.get(parent)).filter(|parent| **parent < i);
        under.entry(parent.copied()).or_default().push(i);
    }
    let names: Vec<String> = options.iter().map(|option| option.name.trim().to_lowercase()).collect();
    for beside in under.values_mut() {
        // From the last to the first: they are taken from the end.
        beside.sort_by(|a, b| names[*b].cmp(&names[*a]).then(b.cmp(a)));
    }
    let mut stack = under.remove(&None).unwrap_or_default();
    let mut order = Vec::with_capacity(options.len());
    while let Some(i) = stack.pop() {
        order.extend(u32::try_from(i).ok());
        stack.extend(under.remove(&Some(i)).unwrap_or_default());
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> [DraftOption; 5] {
        let option = |key: &str, name: &str, parent: Option<&str>| DraftOption {
            key: key.into(),
            name: name.into(),
            parent: parent.map(Into::into),
        };
        [
            option("1", "Warm", None),
            option("2", "Red", Some("1")),
            option("5", "amber", Some("1")),
            option("3", "Cold", None),
            option("4", "Infrared", None),
        ]
    }

    fn of(options: &[DraftOption], wanted: &str, only: bool, sorted: bool) -> Layout {
        Layout::of(options, crate::schema::tree::depths(options).into(), wanted, only, sorted)
    }

    #[test]
    fn letters_of_either_case_are_found_in_any_script() {
        for (name, wanted) in
            [("Infrared", "red"), ("RED", "red"), ("re", "re"), ("x", ""), ("", ""), ("Größe", "ö"), ("GRÖSSE", "ös")]
        {
            assert!(has(name, wanted), "{name} has {wanted}");
        }
        for (name, wanted) in [("re", "red"), ("", "r"), ("blue", "red"), ("Größe", "o"), ("grosse", "ö")] {
            assert!(!has(name, wanted), "{name} has no {wanted}");
        }
    }

    #[test]
    fn searching_shows_the_rows_that_fit_or_marks_them() {
        let options = options();
        assert_eq!(of(&options, "", true, false).rows, [0, 1, 2, 3, 4]);
        assert_eq!(of(&options, " RED", true, false).rows, [1, 4]);
        let marked = of(&options, "red", false, false);
        assert_eq!((marked.total(), marked.found), (5, vec![1, 4]));
        assert_eq!(of(&options, "blue", true, false).total(), 0);
    }

    #[test]
    fn sorting_is_a_view_that_keeps_what_stands_under_what() {
        let options = options();
        let sorted = of(&options, "", false, true);
        assert_eq!(sorted.rows, [3, 4, 0, 2, 1]);
        assert_eq!(*sorted.depths, [0, 1, 1, 0, 0]);
        assert_eq!(sorted.row_of(0), Some(2));
        let lost = [DraftOption { key: "9".into(), name: "x".into(), parent: Some("10".into()) }];
        assert_eq!(of(&lost, "", false, true).rows, [0]);
    }
}
