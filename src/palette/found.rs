//! What fits to what was typed: every word must, in any order; the beginning of a word counts more than its middle, and letters
//! with others in between count too.

/// How well a label fits: greater is better. `None`: not at all.
pub fn fits(label: &str, typed: &str) -> Option<u32> {
    let label = label.to_lowercase();
    let mut sum = 0;
    for word in typed.to_lowercase().split_whitespace() {
        sum += one(&label, word)?;
    }
    Some(sum)
}

fn one(label: &str, word: &str) -> Option<u32> {
    if let Some(at) = label.find(word) {
        let begins = label[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        return Some(if begins { 3 } else { 2 });
    }
    // Two letters in order occur nearly everywhere.
    if word.chars().count() < 3 {
        return None;
    }
    let mut rest = label.chars();
    word.chars().all(|wanted| rest.any(|letter| letter == wanted)).then_some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fit_in_any_order_and_beginnings_fit_best() {
        assert_eq!(fits("My tasks", ""), Some(0));
        assert!(fits("My tasks", "tas") > fits("My tasks", "ask"));
        assert!(fits("My tasks", "ask") > fits("My tasks", "tks"));
        assert_eq!(fits("My tasks", "tasks MY"), Some(6));
        assert_eq!(fits("My tasks", "tasks nothing"), None);
        assert_eq!(fits("My tasks", "mt"), None, "two letters with others in between fit too much");
        assert_eq!(fits("Größe", "GRÖ"), Some(3));
        assert_eq!(fits("\u{202e}<b>", "<B>"), Some(3), "no markup, no pattern: only letters");
    }
}
