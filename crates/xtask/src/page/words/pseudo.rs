//! A language for testing, `xb`, made from English: other letters that run from the right, a third longer, in brackets. What
//! shows without brackets does not come from `locales/`; what shows one bracket is cut off. Its letters are Hebrew's, in the
//! order of the alphabet: they mean nothing, and browsers lay them out as they lay out Arabic and Hebrew.

use super::locale::{Locale, Part, START, parts};

/// One for each of a to z.
const LETTERS: [char; 26] = [
    'א', 'ב', 'ג', 'ד', 'ה', 'ו', 'ז', 'ח', 'ט', 'י', 'ך', 'כ', 'ל', 'ם', 'מ', 'ן', 'נ', 'ס', 'ע', 'ף', 'פ', 'ץ', 'צ',
    'ק', 'ר', 'ש',
];

/// The language.
pub fn of(english: &Locale) -> Locale {
    let mut areas = english.areas.clone();
    for text in areas.values_mut().flat_map(|texts| texts.values_mut()) {
        *text = turned(text);
    }
    let start = areas.entry(START.to_owned()).or_default();
    // Nobody is offered it.
    start.insert("language".to_owned(), String::new());
    start.insert("direction".to_owned(), "rtl".to_owned());
    Locale { code: "xb".to_owned(), areas }
}

fn turned(text: &str) -> String {
    let (mut turned, mut letters) = (String::from("⟦"), 0);
    for part in parts(text) {
        match part {
            Part::Words(words) => {
                turned.extend(words.chars().map(letter));
                letters += words.chars().count();
            }
            Part::Value(name) => turned.push_str(&format!("{{{name}}}")),
        }
    }
    // In words, so that it can be broken as sentences can.
    for more in 0..letters.div_ceil(3) {
        turned.push(if more % 7 == 0 { ' ' } else { LETTERS[more % LETTERS.len()] });
    }
    turned.push('⟧');
    turned
}

fn letter(of: char) -> char {
    let index = u32::from(of.to_ascii_lowercase()).wrapping_sub(u32::from('a'));
    usize::try_from(index).ok().and_then(|index| LETTERS.get(index)).copied().unwrap_or(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_and_the_text_is_a_third_longer() {
        assert_eq!(turned("Ab {name}!"), "⟦אב {name}! ב⟧");
        let long = turned("Reload to go on. Nothing you saved is lost.");
        let (before, after) = ("Reload to go on. Nothing you saved is lost.".chars().count(), long.chars().count());
        assert!(after * 10 >= before * 13, "{before} {after}");
        assert!(!long.chars().any(|c| c.is_ascii_alphabetic()), "{long}");
    }
}
