//! The text seam: every word that people read comes from here. Keys are checked when the page is compiled; English is inside,
//! each text beside the code that says it and so in the same chunk. Another language is a list in the order of the keys, which
//! `init.js` has fetched before this starts.

mod spoken;

use wasm_bindgen::JsValue;

pub use spoken::{choose, language, languages, start};

/// Names a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(&'static Text);

/// A text where it is kept.
#[derive(Debug, PartialEq, Eq)]
struct Text {
    /// Its place in the lists of other languages.
    number: u16,
    english: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The text; in English where the language has none.
pub fn t(key: Key) -> &'static str {
    spoken::text(key.0.number).unwrap_or(key.0.english)
}

/// The text with its `{names}` filled in. Values are text, never markup.
pub fn t_with(key: Key, values: &[(&str, &str)]) -> String {
    fill(t(key), values, spoken::is_mirrored())
}

/// The text for a number: the form that the language counts it with. English has `one` and `other`; a language with more
/// (`zero`, `two`, `few`, `many`) gives them beside `other`.
pub fn t_count(one: Key, other: Key, n: u32) -> String {
    let rules = js_sys::Intl::PluralRules::new(&language(), &js_sys::Object::new());
    let category = rules.select(f64::from(n));
    let values: [(&str, &str); 1] = [("n", &number(n))];
    if category == "one" {
        return t_with(one, &values);
    }
    match spoken::form(other.0.number, &category) {
        Some(form) => fill(&form, &values, spoken::is_mirrored()),
        None => t_with(other, &values),
    }
}

/// A whole number with the language's separators.
pub fn number(n: u32) -> String {
    let format = js_sys::Intl::NumberFormat::new(&language(), &js_sys::Object::new());
    format
        .format()
        .call1(&JsValue::UNDEFINED, &JsValue::from_f64(f64::from(n)))
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_else(|| n.to_string())
}

/// A score or a share, 0 to 1, with two digits after the language's point.
pub fn hundredths(number: f64) -> String {
    let options = js_sys::Object::new();
    for digits in ["minimumFractionDigits", "maximumFractionDigits"] {
        // A plain object takes every name.
        let _ = js_sys::Reflect::set(&options, &JsValue::from_str(digits), &JsValue::from_f64(2.0));
    }
    let format = js_sys::Intl::NumberFormat::new(&language(), &options);
    let text = format.format().call1(&JsValue::UNDEFINED, &JsValue::from_f64(number)).ok();
    text.and_then(|text| text.as_string()).unwrap_or_else(|| crate::platform::fixed(number, 2))
}

/// `isolated`: where words run from the right, a value that runs from the left must not carry its neighbours along
/// (Unicode's first strong isolate and its end).
fn fill(template: &str, values: &[(&str, &str)], isolated: bool) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}') {
            Some((name, after)) => {
                let value = values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
                if isolated {
                    filled.push('\u{2068}');
                }
                filled.push_str(value);
                if isolated {
                    filled.push('\u{2069}');
                }
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inj_01_values_are_never_templates_themselves() {
        assert_eq!(fill("Open {name}, {n} times", &[("name", "{n}<b>"), ("n", "2")], false), "Open {n}<b>, 2 times");
        assert_eq!(fill("{missing}|{unclosed", &[], false), "|{unclosed");
    }

    #[test]
    fn values_do_not_turn_the_words_around_them() {
        assert_eq!(fill("<{name}>", &[("name", "a.jpg")], true), "<\u{2068}a.jpg\u{2069}>");
    }

    #[test]
    fn no_text_is_empty_and_each_has_its_number() {
        for (number, key) in ALL.iter().enumerate() {
            assert!(!key.0.english.trim().is_empty());
            assert_eq!(usize::from(key.0.number), number);
        }
    }

    #[test]
    fn without_a_fetched_language_it_is_english() {
        assert_eq!(t(app::SIGN_OUT), "Sign out");
    }
}
