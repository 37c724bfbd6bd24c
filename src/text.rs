//! The text seam: every word that people read comes from here. Keys are checked when the page is compiled; English is inside,
//! other languages will be fetched as lists in the same order.

use wasm_bindgen::JsValue;

/// Names a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(u16);

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The text.
pub fn t(key: Key) -> &'static str {
    ENGLISH[usize::from(key.0)]
}

/// The text with its `{names}` filled in. Values are text, never markup.
pub fn t_with(key: Key, values: &[(&str, &str)]) -> String {
    fill(t(key), values)
}

/// The text for a number: `one` or `other`, as the language counts.
pub fn t_count(one: Key, other: Key, n: u32) -> String {
    let rules = js_sys::Intl::PluralRules::new(&language(), &js_sys::Object::new());
    let key = if rules.select(f64::from(n)) == "one" { one } else { other };
    t_with(key, &[("n", &number(n))])
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

/// The language as the browser's formatters take it.
pub fn language() -> js_sys::Array {
    js_sys::Array::of1(&JsValue::from_str("en"))
}

fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}') {
            Some((name, after)) => {
                filled.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
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
        assert_eq!(fill("Open {name}, {n} times", &[("name", "{n}<b>"), ("n", "2")]), "Open {n}<b>, 2 times");
        assert_eq!(fill("{missing}|{unclosed", &[]), "|{unclosed");
    }

    #[test]
    fn no_text_is_empty() {
        assert!(ENGLISH.iter().all(|text| !text.trim().is_empty()));
    }
}
