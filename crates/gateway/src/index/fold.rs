//! How text is compared when people search: the same in every store, because it is done here (DAT-06).

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Folds case, accents and compatibility forms: `Café`, `CAFÉ` and `cafe` are the same, so are `ß` and `ss`, and every Turkish
/// i is an i.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            c if is_combining_mark(c) => {}
            c => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dat_06_twins_fold_together() {
        assert_eq!(fold("Café"), fold("cafe\u{301}"));
        assert_eq!(fold("STRASSE"), fold("Straße"));
        assert_eq!(fold("İstanbul"), fold("istanbul"));
        assert_eq!(fold("ısı"), "isi");
        assert_eq!(fold("ﬁle"), "file");
        assert_eq!(fold("Łódź Ærø"), "lodz aero");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
