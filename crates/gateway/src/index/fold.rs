//! How text is made comparable: one rule for what is stored and for what is typed (DAT-06).

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The most text that is folded of one name: more does not help anybody to find it.
const NAME_LIMIT: usize = 1_000;

/// Search text: compatibility decomposition (NFKD), marks dropped, lower case, `ß` as `ss`, blanks as one space.
///
/// The rule for Turkish: `İ`, `I`, `ı` and `i` are all `i`, whatever language the name is in, so each finds the others.
/// (Lower-casing `İ` gives `i` and a combining dot, which is dropped with the other marks.)
#[must_use]
pub fn text(raw: &str) -> String {
    let mut folded = String::with_capacity(raw.len().min(NAME_LIMIT));
    for c in raw.chars().take(NAME_LIMIT).nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ı' => folded.push('i'),
            'ß' | 'ẞ' => folded.push_str("ss"),
            'ς' => folded.push('σ'),
            c if c.is_whitespace() || c.is_control() => {
                if !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            // Some letters fold to more than one (Å after decomposition does not; ŉ does), or gain marks doing so.
            c => folded.extend(c.to_lowercase().nfkd().filter(|c| !is_combining_mark(*c))),
        }
    }
    folded
}

/// An e-mail address for matching people: outer blanks dropped, ASCII letters lower-cased and nothing else, because two
/// addresses that merely look alike are two people.
#[must_use]
pub fn email(raw: &str) -> String {
    raw.trim().to_ascii_lowercase()
}

/// What somebody typed to find tasks: all words must occur, in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Words(Vec<String>);

/// The text has too many words, or is too long, to be searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("search for at most {} words of {} characters in all", Words::MOST, Words::LONGEST)]
pub struct TooMuch;

impl Words {
    /// The most words.
    pub const MOST: usize = 16;
    /// The most characters in all.
    pub const LONGEST: usize = 300;

    /// Folds and splits what was typed.
    ///
    /// # Errors
    /// [`TooMuch`] for more than [`Self::MOST`] words or [`Self::LONGEST`] characters.
    pub fn read(typed: &str) -> Result<Self, TooMuch> {
        if typed.chars().count() > Self::LONGEST {
            return Err(TooMuch);
        }
        let mut words: Vec<String> = text(typed).split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
        words.sort_unstable();
        words.dedup();
        if words.len() > Self::MOST { Err(TooMuch) } else { Ok(Self(words)) }
    }

    /// The folded words, each once.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dat_06_twins_marks_and_case_find_each_other() {
        for (a, b) in [
            ("Cafe\u{301}.jpg", "CAFÉ.JPG"),
            ("straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("İstanbul", "istanbul"),
            ("ISTANBUL", "ıstanbul"),
            ("ﬁle", "FILE"),
            ("ＡＢＣ１", "abc1"),
            ("Ὀδυσσεύς", "ΟΔΥΣΣΕΥΣ"),
            ("a\u{a0}\t b", "a b"),
        ] {
            assert_eq!(text(a), text(b), "{a:?} and {b:?}");
        }
    }

    #[test]
    fn addresses_that_look_alike_stay_apart() {
        assert_eq!(email(" Ana@ACME.example "), "ana@acme.example");
        assert_ne!(email("ａna@acme.example"), email("ana@acme.example"));
        assert_ne!(email("aná@acme.example"), email("ana@acme.example"));
    }

    #[test]
    fn a_search_has_bounds() {
        assert_eq!(Words::read("  b A  b ").unwrap().as_slice(), ["a", "b"]);
        assert_eq!(Words::read(&"x ".repeat(17).replace("x x", "x y")).map(|w| w.0.len()), Ok(2));
        assert!(Words::read(&(0..17).map(|n| format!("w{n} ")).collect::<String>()).is_err());
        assert!(Words::read(&"x".repeat(301)).is_err());
    }

    proptest! {
        #[test]
        fn dat_06_folding_twice_changes_nothing(raw in "\\PC{0,40}") {
            let once = text(&raw);
            prop_assert_eq!(text(&once), once);
        }

        #[test]
        fn every_word_of_a_name_finds_it(raw in "[\\p{L}\\p{N} ._-]{0,40}") {
            let stored = text(&raw);
            for word in Words::read(&raw).unwrap_or_default().as_slice() {
                prop_assert!(stored.contains(word.as_str()), "{} in {}", word, stored);
            }
        }
    }
}
