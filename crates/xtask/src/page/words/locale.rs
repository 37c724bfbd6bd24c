//! The files in `locales/`, one a language, and the parts of a text.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result};

/// By area, then by name.
pub type Areas = BTreeMap<String, BTreeMap<String, String>>;

/// The area of what is known and said before the wasm runs.
pub const START: &str = "start";
/// Plural forms that some languages have and English has not (Unicode CLDR).
pub const FURTHER: [&str; 4] = ["zero", "two", "few", "many"];

/// One language.
pub struct Locale {
    /// Such as `de`.
    pub code: String,
    pub areas: Areas,
}

impl Locale {
    /// A text.
    pub fn text(&self, area: &str, name: &str) -> Option<&str> {
        self.areas.get(area)?.get(name).map(String::as_str)
    }

    /// A text of what is known before the wasm runs, which must be there.
    pub fn start(&self, name: &str) -> Result<&str> {
        self.text(START, name).with_context(|| format!("locales/{}.json has no {START}.{name}", self.code))
    }
}

/// All languages in a folder, by code.
pub fn read(folder: &Path) -> Result<Vec<Locale>> {
    let mut locales = Vec::new();
    for file in super::super::files_below(folder)? {
        let (Some(code), Some("json")) =
            (file.file_stem().and_then(|stem| stem.to_str()), file.extension().and_then(|ext| ext.to_str()))
        else {
            continue;
        };
        let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let areas = serde_json::from_str(&text)
            .with_context(|| format!("{} is no JSON of areas with texts", file.display()))?;
        locales.push(Locale { code: code.to_owned(), areas });
    }
    locales.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(locales)
}

/// The further plural forms that a language may give beside `name`, with their keys; none for what is no `…_other`.
pub fn further_forms(name: &str) -> impl Iterator<Item = (&'static str, String)> {
    let stem = name.strip_suffix("_other").map(str::to_owned);
    FURTHER.into_iter().filter_map(move |form| stem.as_ref().map(|stem| (form, format!("{stem}_{form}"))))
}

/// The parts of a text: words, and the names in braces between them.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        parts.extend([Part::Words(before), Part::Value(name)]);
        rest = after;
    }
    parts.push(Part::Words(rest));
    parts
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub enum Part<'a> {
    Words(&'a str),
    /// The name in `{…}`.
    Value(&'a str),
}
