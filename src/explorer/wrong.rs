//! What is wrong with a query: the place, what would be right there, and the nearest word for one click.

use leptos::prelude::*;
use portal_model::query::{Expected, FieldName, SyntaxError};

use super::{Go, field};
use crate::{
    app::portal,
    text::{explorer as words, t, t_with},
};

/// So many characters around the place are shown.
const AROUND: usize = 32;

/// A text around a place in it: before, there, after. Pure.
fn piece(text: &str, at: usize, len: usize) -> (String, String, String) {
    let at = at.min(text.len());
    let end = (at + len).min(text.len());
    let before: Vec<char> = text.get(..at).unwrap_or_default().chars().collect();
    let after: Vec<char> = text.get(end..).unwrap_or_default().chars().collect();
    let mut shown: String = before[before.len().saturating_sub(AROUND)..].iter().collect();
    if before.len() > AROUND {
        shown.insert(0, '…');
    }
    let mut rest: String = after.iter().take(AROUND).collect();
    if after.len() > AROUND {
        rest.push('…');
    }
    (shown, text.get(at..end).unwrap_or_default().to_owned(), rest)
}

/// The text with the nearest word in the place of the wrong one. Pure.
fn corrected(text: &str, wrong: &SyntaxError, word: &str) -> String {
    let piece = text.get(wrong.at..wrong.at + wrong.len).unwrap_or_default();
    // The sign of an order is no part of its word.
    let sign = if piece.trim_start_matches('"').starts_with('-') { "-" } else { "" };
    let (before, after) = (text.get(..wrong.at), text.get(wrong.at + wrong.len..));
    format!("{}{sign}{word}{}", before.unwrap_or_default(), after.unwrap_or_default())
}

pub(super) fn said(expected: &Expected) -> String {
    let key = match expected {
        Expected::Condition => words::WRONG_CONDITION,
        Expected::Field => {
            let list: Vec<&str> = FieldName::ALL.iter().map(|field| field.word()).collect();
            return t_with(words::WRONG_FIELD, &[("list", &list.join(", "))]);
        }
        Expected::OneOf(list) => return t_with(words::WRONG_ONE_OF, &[("list", &list.join(", "))]),
        Expected::Value => words::WRONG_VALUE,
        Expected::Comparison => words::WRONG_COMPARISON,
        Expected::Number => words::WRONG_NUMBER,
        Expected::Colon => words::WRONG_COLON,
        Expected::ClosingBracket => words::WRONG_BRACKET,
        Expected::NoClosingBracket => words::WRONG_CLOSING,
        Expected::ClosingQuote => words::WRONG_QUOTE,
        Expected::WholeNumber => words::WRONG_WHOLE,
        Expected::Time => words::WRONG_TIME,
        Expected::Question => words::WRONG_QUESTION,
        Expected::AnotherRun => words::WRONG_RUN,
        Expected::OnceOutside => words::WRONG_ONCE,
        Expected::Shorter => words::WRONG_LONGER,
    };
    t(key).to_owned()
}

/// What is wrong, while something is.
#[component]
pub fn Wrong(go: Go) -> impl IntoView {
    let explorer = portal().explorer();
    view! {
        <div id="query-wrong" role="alert">
            {move || explorer.wrong.get().map(|(text, wrong)| {
                let (before, there, after) = piece(&text, wrong.at, wrong.len);
                let number = text.get(..wrong.at).unwrap_or(&text).chars().count() + 1;
                let at = t_with(words::WRONG_AT, &[("n", &number.to_string())]);
                let missing = there.is_empty();
                view! {
                    <div class="wrong">
                        <code dir="ltr" aria-hidden="true">{before}<mark class:missing=missing>{there}</mark>{after}</code>
                        <p>{at}" "{said(&wrong.expected)}</p>
                        {wrong.nearest.map(|word| {
                            let better = corrected(&text, &wrong, word);
                            view! {
                                <button type="button" class="btn" on:click=move |_| field::write(explorer, &better, go)>
                                    {t_with(words::WRONG_USE, &[("word", word)])}
                                </button>
                            }
                        })}
                    </div>
                }
            })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portal_model::query::parse;

    fn fixed(text: &str) -> String {
        let wrong = parse(text).expect_err("wrong");
        corrected(text, &wrong, wrong.nearest.expect("something near"))
    }

    #[test]
    fn the_nearest_word_takes_the_place_of_the_wrong_one() {
        assert_eq!(fixed("cup lable:face x"), "cup label:face x");
        assert_eq!(fixed("has:predicton"), "has:prediction");
        assert_eq!(fixed("sort:-scor label:a"), "sort:-score label:a");
        assert_eq!(fixed("type:\"vidoe\""), "type:video");
        assert_eq!(fixed("atribute.weather:fog"), "attribute.weather:fog");
        assert_eq!(fixed("created>=yesterdy"), "created>=yesterday");
        for text in ["cup lable:face x", "has:predicton", "sort:-scor label:a", "type:\"vidoe\""] {
            assert!(parse(&fixed(text)).is_ok(), "{text}");
        }
    }

    #[test]
    fn the_place_is_shown_whatever_the_text() {
        assert_eq!(piece("a é:b", 2, 2), ("a ".into(), "é".into(), ":b".into()));
        assert_eq!(piece("label:", 6, 0), ("label:".into(), String::new(), String::new()));
        assert_eq!(piece("ab", 9, 9), ("ab".into(), String::new(), String::new()));
        let long = "x".repeat(100);
        let (before, there, after) = piece(&long, 50, 1);
        assert_eq!((before.chars().count(), there.as_str(), after.chars().count()), (AROUND + 1, "x", AROUND + 1));
    }
}
