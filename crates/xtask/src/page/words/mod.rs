//! The languages of the page: of each file in `locales/` but English a list in the order of the keys, with a name that
//! carries its hash, and in `index.html` which there are. Without this the page speaks English.

#[cfg(test)]
mod faults;
mod locale;
mod pseudo;

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use super::split::hashed;
use crate::repo::Repo;
use locale::{Areas, Locale, START};

/// What the browser fetches of a language.
#[derive(Serialize)]
struct List<'a> {
    /// By the key's number; `null` where there is none, which reads English.
    texts: Vec<Option<&'a str>>,
    /// Plural forms that English does not have: by the number of the `_other` key, then by the form's name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    forms: BTreeMap<usize, BTreeMap<&'static str, &'a str>>,
    /// What `init.js` says by itself.
    start: &'a BTreeMap<String, String>,
}

/// What `init.js` draws the list with before the wasm runs: area and name of each text.
const EARLY: [(&str, &[&str]); 9] = [
    ("app", &["navigation"]),
    ("explorer", &["title"]),
    ("news", &["title"]),
    (
        "inbox",
        &[
            "title",
            "list",
            "search",
            "search_hint",
            "sort",
            "sort_newest",
            "sort_oldest",
            "sort_name",
            "sort_job",
            "sort_due",
            "sort_due_back",
            "sort_name_back",
            "sort_job_back",
            "sort_dataset",
            "sort_dataset_back",
            "sort_status",
            "sort_status_back",
            "sort_created",
            "sort_created_back",
            "filters",
            "row",
            "row_of",
            "compact",
            "column_name",
            "column_job",
            "column_dataset",
            "column_status",
            "column_due",
            "column_updated",
            "overdue",
            "tab_todo",
            "tab_sent_back",
            "tab_in_review",
            "tab_done",
            "tab_all",
            "connecting",
            "open",
            "opens",
            "issues_one",
            "issues_other",
            "title_everyone",
            "whose",
            "mine",
            "everyone",
            "nobody",
            "select",
        ],
    ),
    ("jobs", &["title"]),
    ("next", &["title", "progress", "take"]),
    ("links", &["of"]),
    ("schema", &["title"]),
    (
        "status",
        &[
            "created",
            "available",
            "in_progress",
            "review_requested",
            "in_review",
            "to_review",
            "requires_changes",
            "deferred",
            "complete",
            "archived",
        ],
    ),
];

/// The number of a text in the lists, and its English.
type Early<'a> = BTreeMap<String, (usize, &'a str)>;

/// Code, own name, direction, address of the list: as `init.js` reads it.
type Entry = [String; 4];

/// Writes the lists into `dist/locales/` and tells the page of them.
pub fn write(repo: &Repo, dist: &Path) -> Result<()> {
    let locales = locale::read(&repo.root().join("locales"))?;
    let english = locales.iter().find(|locale| locale.code == "en").context("locales/en.json is missing")?;
    let pseudo = pseudo::of(english);
    let folder = dist.join("locales");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let mut entries = vec![entry(english, String::new())?];
    for locale in locales.iter().filter(|locale| locale.code != "en").chain([&pseudo]) {
        let json = serde_json::to_string(&list(&english.areas, locale)?).context("a list of texts")?;
        let name = hashed(&locale.code, &[json.as_bytes()], "json");
        fs::write(folder.join(&name), json).with_context(|| format!("{name} cannot be written"))?;
        entries.push(entry(locale, format!("/locales/{name}"))?);
    }
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index).context("index.html cannot be read")?;
    let html = told(&html, "languages", &entries)?;
    fs::write(&index, told(&html, "early", &early(&english.areas)?)?).context("index.html cannot be written")
}

fn entry(locale: &Locale, file: String) -> Result<Entry> {
    Ok([locale.code.clone(), locale.start("language")?.to_owned(), locale.start("direction")?.to_owned(), file])
}

/// The texts of a language in the order of English's keys: by area, then by name, as the page's `build.rs` numbers them.
fn list<'a>(english: &Areas, other: &'a Locale) -> Result<List<'a>> {
    let (mut texts, mut forms) = (Vec::new(), BTreeMap::new());
    for (area, entries) in english.iter().filter(|(area, _)| *area != START) {
        for name in entries.keys() {
            let more: BTreeMap<&'static str, &str> =
                locale::further_forms(name).filter_map(|(form, key)| Some((form, other.text(area, &key)?))).collect();
            if !more.is_empty() {
                forms.insert(texts.len(), more);
            }
            texts.push(other.text(area, name));
        }
    }
    let start = other.areas.get(START).with_context(|| format!("locales/{}.json has no `{START}`", other.code))?;
    Ok(List { texts, forms, start })
}

/// The texts of [`EARLY`].
fn early(english: &Areas) -> Result<Early<'_>> {
    let mut found = BTreeMap::new();
    let keys = english.iter().filter(|(area, _)| *area != START);
    let all = keys.flat_map(|(area, texts)| texts.iter().map(move |(name, text)| (area.as_str(), name.as_str(), text)));
    for (number, (area, name, text)) in all.enumerate() {
        if EARLY.iter().any(|(early, names)| *early == area && names.contains(&name)) {
            found.insert(format!("{area}.{name}"), (number, text.as_str()));
        }
    }
    for (area, name) in EARLY.iter().flat_map(|(area, names)| names.iter().map(move |name| (area, name))) {
        if !found.contains_key(&format!("{area}.{name}")) {
            bail!("locales/en.json has no {area}.{name}, with which public/init.js draws the first list");
        }
    }
    Ok(found)
}

/// Tells `init.js` something.
fn told(html: &str, what: &str, value: &impl Serialize) -> Result<String> {
    let Some((before, after)) = html.split_once(" data-js=") else { bail!("index.html has no script with data-js") };
    let json = serde_json::to_string(value).with_context(|| format!("data-{what}"))?;
    // Texts may hold what ends an attribute.
    let json = json.replace('&', "&amp;").replace('\'', "&#39;").replace('<', "&lt;");
    Ok(format!("{before} data-{what}='{json}' data-js={after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locale(code: &str, json: &str) -> Locale {
        Locale { code: code.into(), areas: serde_json::from_str(json).expect("areas") }
    }

    #[test]
    fn the_list_follows_english_and_leaves_gaps() {
        let english =
            locale("en", r#"{"b": {"y_one": "1", "y_other": "2", "a": "3"}, "a": {"z": "4"}, "start": {"w": "x"}}"#);
        let other = locale(
            "cs",
            r#"{"a": {"z": "čtyři"}, "b": {"y_other": "dva", "y_few": "pár", "a": "tři"}, "start": {"w": "v"}}"#,
        );
        let json = serde_json::to_string(&list(&english.areas, &other).expect("a list")).expect("json");
        assert_eq!(json, r#"{"texts":["čtyři","tři",null,"dva"],"forms":{"3":{"few":"pár"}},"start":{"w":"v"}}"#);
    }

    #[test]
    fn the_page_is_told_and_no_name_breaks_out() {
        let entries: [Entry; 1] = [["xx".into(), "l'<b>".into(), "ltr".into(), "/locales/xx-1.json".into()]];
        assert_eq!(
            told("<script src=i data-js=x>", "languages", &entries).expect("told"),
            r#"<script src=i data-languages='[["xx","l&#39;&lt;b>","ltr","/locales/xx-1.json"]]' data-js=x>"#
        );
        assert!(told("<p>", "languages", &entries).is_err());
    }

    #[test]
    fn what_the_first_list_is_drawn_with_has_the_numbers_of_the_lists() {
        let locales = locale::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales")).expect("locales");
        let english = locales.iter().find(|locale| locale.code == "en").expect("English");
        let german = locales.iter().find(|locale| locale.code == "de").expect("German");
        let list = list(&english.areas, german).expect("a list");
        let early = early(&english.areas).expect("all are there");
        for (key, (number, text)) in &early {
            let (area, name) = key.split_once('.').expect("two parts");
            assert_eq!(Some(*text), english.text(area, name));
            assert_eq!(list.texts[*number], german.text(area, name), "{key}");
        }
        // What init.js names in full is among them.
        let script = include_str!("../../../../../public/init.js");
        let calls = script.match_indices("t(\"").filter(|(at, _)| !script[..*at].ends_with(char::is_alphanumeric));
        let keys: Vec<&str> = calls.filter_map(|(at, call)| script[at + call.len()..].split('"').next()).collect();
        assert!(keys.len() > 8, "{keys:?}");
        for key in keys {
            assert!(early.contains_key(key), "{key}");
        }
    }
}
