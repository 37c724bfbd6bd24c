//! What must be true of every language: the same keys as English, the same `{names}` in each text, nothing empty.

use std::{collections::BTreeSet, fs, path::Path};

use super::locale::{Areas, FURTHER, Part, START, further_forms, parts, read};

fn values(text: &str) -> BTreeSet<&str> {
    parts(text).into_iter().filter_map(|part| if let Part::Value(name) = part { Some(name) } else { None }).collect()
}

/// More than three words.
fn is_sentence(text: &str) -> bool {
    let words = |part| if let Part::Words(words) = part { words.split_whitespace() } else { "".split_whitespace() };
    parts(text).into_iter().flat_map(words).filter(|word| word.chars().any(char::is_alphabetic)).count() > 3
}

/// What is wrong with a language, one line each.
fn faults(english: &Areas, other: &Areas) -> Vec<String> {
    let mut faults = Vec::new();
    let keys = |areas: &Areas| -> BTreeSet<(String, String)> {
        areas.iter().flat_map(|(area, texts)| texts.keys().map(|name| (area.clone(), name.clone()))).collect()
    };
    let (wanted, found) = (keys(english), keys(other));
    let mut may_be = wanted.clone();
    may_be.extend(wanted.iter().flat_map(|(area, name)| further_forms(name).map(|(_, key)| (area.clone(), key))));
    faults.extend(wanted.difference(&found).map(|(area, name)| format!("{area}.{name} is missing")));
    faults.extend(found.difference(&may_be).map(|(area, name)| format!("{area}.{name} is no key of en.json")));
    for (area, name) in found.intersection(&may_be) {
        let text = &other[area][name];
        let (stem, form) = name.rsplit_once('_').unwrap_or((name, ""));
        let plural = FURTHER.contains(&form)
            || matches!(form, "one" | "other") && english[area].contains_key(&format!("{stem}_other"));
        let source = english[area].get(name).or_else(|| english[area].get(&format!("{stem}_other")));
        let (has, should) = (values(text), source.map(|text| values(text)).unwrap_or_default());
        // "One new task" says its number itself.
        let may_lack = |value: &&&str| plural && **value == "n";
        faults.extend(
            has.difference(&should).map(|value| format!("{area}.{name} fills in {{{value}}}, which has no value")),
        );
        faults.extend(
            should
                .difference(&has)
                .filter(|value| !may_lack(value))
                .map(|value| format!("{area}.{name} lacks {{{value}}}")),
        );
        if text.trim().is_empty() {
            faults.push(format!("{area}.{name} is empty"));
        }
        // Short words are often the same; sentences never are.
        if source == Some(text) && is_sentence(text) {
            faults.push(format!("{area}.{name} is English"));
        }
    }
    faults
}

fn repository() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_language_says_all_that_english_says() {
    let locales = read(&repository().join("locales")).expect("locales");
    let english = locales.iter().find(|locale| locale.code == "en").expect("English");
    assert!(locales.len() > 1);
    for other in locales.iter().filter(|locale| locale.code != "en") {
        let faults = faults(&english.areas, &other.areas);
        assert!(faults.is_empty(), "locales/{}.json:\n  {}", other.code, faults.join("\n  "));
        assert!(matches!(other.start("direction"), Ok("ltr" | "rtl")), "{}: start.direction", other.code);
    }
}

#[test]
fn english_before_the_wasm_stands_in_the_page_itself() {
    let read_file = |name: &str| fs::read_to_string(repository().join(name)).expect(name);
    let page = read_file("public/init.js") + &read_file("index.html");
    let locales = read(&repository().join("locales")).expect("locales");
    let english = locales.iter().find(|locale| locale.code == "en").expect("English");
    for text in english.areas[START].values() {
        assert!(page.contains(text.as_str()), "{text:?} stands neither in public/init.js nor in index.html");
    }
}

#[test]
fn each_fault_is_seen() {
    let areas = |json: &str| -> Areas { serde_json::from_str(json).expect("areas") };
    let english = areas(
        r#"{"a": {"x": "{n} of {all}", "t_one": "{n} task", "t_other": "{n} tasks", "s": "This is a whole sentence."}}"#,
    );
    let good = areas(
        r#"{"a": {"x": "{all}: {n}", "t_one": "eine", "t_few": "{n} aa", "t_other": "{n} a", "s": "Ein Satz."}}"#,
    );
    assert_eq!(faults(&english, &good), Vec::<String>::new());
    let bad =
        areas(r#"{"a": {"x": "{n} {who}", "t_other": " ", "u": "?", "s_few": "?", "s": "This is a whole sentence."}}"#);
    assert_eq!(
        faults(&english, &bad),
        [
            "a.t_one is missing",
            "a.s_few is no key of en.json",
            "a.u is no key of en.json",
            "a.s is English",
            "a.t_other is empty",
            "a.x fills in {who}, which has no value",
            "a.x lacks {all}",
        ]
    );
}
