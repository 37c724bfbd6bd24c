//! Many options at once: one a line, what is indented stands under the line above. Pure.

use std::collections::HashMap;

use portal_model::attribute::{Draft, DraftOption};

use super::tree::{arrange, next_new};

/// A tab is as wide as so many blanks.
const TAB: usize = 4;

/// A line of the list, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The option's name.
    pub name: String,
    /// How deep it stands within the list.
    pub depth: u16,
    /// Whether an option of that name is there already; then only what stands under it is added.
    pub there: bool,
}

/// What adding a list of lines comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Each line that is not blank.
    pub lines: Vec<Line>,
    /// The options to be added.
    options: Vec<DraftOption>,
}

impl Added {
    /// How many options are new.
    pub fn fresh(&self) -> u32 {
        u32::try_from(self.options.len()).unwrap_or(u32::MAX)
    }

    /// How many lines are there already.
    pub fn there(&self) -> u32 {
        u32::try_from(self.lines.len() - self.options.len()).unwrap_or(u32::MAX)
    }

    /// Adds them.
    pub fn into_draft(self, draft: &mut Draft) {
        draft.options.extend(self.options);
        arrange(&mut draft.options);
    }
}

/// What these lines would add under an option, or at the top. `nested`: whether blanks before a line mean anything.
pub fn look(options: &[DraftOption], text: &str, under: Option<&str>, nested: bool) -> Added {
    let top = under.filter(|under| options.iter().any(|option| option.key == *under)).map(str::to_owned);
    let mut known: HashMap<(Option<String>, String), String> = options
        .iter()
        .map(|option| ((option.parent.clone(), option.name.trim().to_lowercase()), option.key.clone()))
        .collect();
    let mut next = next_new(options);
    let mut added = Added::default();
    // How far the lines above are indented, each with its option.
    let mut above: Vec<(usize, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let indent = if nested { width(line) } else { 0 };
        while above.last().is_some_and(|(width, _)| *width >= indent) {
            above.pop();
        }
        let parent = above.last().map_or_else(|| top.clone(), |(_, key)| Some(key.clone()));
        let name = line.trim().to_owned();
        let depth = u16::try_from(above.len()).unwrap_or(u16::MAX);
        let place = (parent.clone(), name.to_lowercase());
        let (key, there) = match known.get(&place) {
            Some(key) => (key.clone(), true),
            None => {
                let key = format!("new-{next}");
                next += 1;
                known.insert(place, key.clone());
                added.options.push(DraftOption { key: key.clone(), name: name.clone(), parent });
                (key, false)
            }
        };
        if nested {
            above.push((indent, key));
        }
        added.lines.push(Line { name, depth, there });
    }
    added
}

fn width(line: &str) -> usize {
    let blanks = line.chars().take_while(|c| c.is_whitespace());
    blanks.map(|c| if c == '\t' { TAB } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::{
        super::tree::{depths, tests::attribute},
        *,
    };

    fn drawn(draft: &Draft) -> Vec<String> {
        let depths = depths(&draft.options);
        draft.options.iter().zip(depths).map(|(option, depth)| ".".repeat(depth.into()) + &option.name).collect()
    }

    #[test]
    fn lines_that_are_there_already_are_left_out_and_said() {
        let mut draft = Draft::from(&attribute(&[(1, "blue", None)]));
        let added = look(&draft.options, "\n green\r\nBlue\nlime\nLIME\n \n", None, false);
        assert_eq!((added.fresh(), added.there()), (2, 2));
        added.into_draft(&mut draft);
        assert_eq!(drawn(&draft), ["blue", "green", "lime"]);
    }

    #[test]
    fn what_is_indented_stands_under_the_line_above() {
        let base = attribute(&[(1, "warm", None), (2, "red", Some(1))]);
        let mut draft = Draft::from(&base);
        let text = "Warm\n  red\n    crimson\n\torange\ncold\n\tblue\n\t\tnavy\n  sky\n";
        let added = look(&draft.options, text, None, true);
        let lines: Vec<_> = added.lines.iter().map(|line| (line.name.as_str(), line.depth, line.there)).collect();
        assert_eq!(lines[0..3], [("Warm", 0, true), ("red", 1, true), ("crimson", 2, false)]);
        assert_eq!(lines[3], ("orange", 2, false), "a tab is four blanks");
        assert_eq!((added.fresh(), added.there()), (6, 2));
        added.into_draft(&mut draft);
        assert_eq!(drawn(&draft), ["warm", ".red", "..crimson", "..orange", "cold", ".blue", "..navy", ".sky"]);
        assert_eq!(draft.faults(&base), []);
    }

    #[test]
    fn a_list_under_an_option_begins_there() {
        let base = attribute(&[(1, "warm", None), (2, "red", Some(1))]);
        let mut draft = Draft::from(&base);
        look(&draft.options, "red\npink\n  rose", Some("1"), true).into_draft(&mut draft);
        assert_eq!(drawn(&draft), ["warm", ".red", ".pink", "..rose"]);
    }

    #[test]
    fn dat_03_fifty_thousand_lines_are_added_at_once() {
        let mut draft = Draft::from(&attribute(&[]));
        let text: String = (0..50_000).map(|n| format!("{}option {n}\n", "  ".repeat(n % 12))).collect();
        look(&draft.options, &text, None, true).into_draft(&mut draft);
        assert_eq!(draft.options.len(), 50_000);
        assert_eq!(depths(&draft.options).iter().max(), Some(&11));
    }
}
