//! Makes a constant of each text in `locales/en.json`: a text that is missing or mistyped does not compile. Where the page is cut
//! into chunks, only those of `locales/first.txt` are inside it. And keeps in the linked page what `cargo xtask` needs to cut it.

use std::{collections::BTreeMap, env, fs, path::PathBuf};

/// By area, then by name. Keys are numbered in this order, as `cargo xtask` numbers them in the lists of other languages.
type Areas = BTreeMap<String, BTreeMap<String, String>>;

/// The area of what is known and said before the wasm runs: for `public/init.js` only.
const START: &str = "start";
/// What the first list is shown with.
const FIRST: &str = "locales/first.txt";
/// Set when the page is cut into chunks.
const SPLIT: &str = "CARGO_FEATURE_SPLIT";

fn main() {
    keep_relocations();
    println!("cargo::rerun-if-changed=locales/en.json");
    let text = fs::read_to_string("locales/en.json").unwrap_or_default();
    let areas: Areas = match serde_json::from_str(&text) {
        Ok(areas) => areas,
        Err(error) => {
            println!("cargo::error=locales/en.json is no JSON of areas with texts: {error}");
            return;
        }
    };
    let Some(first) = first(&areas) else { return };
    let is_inside = |area: &String, name: &str| {
        let is_named = |line: &String| line == area || line.split_once('.') == Some((area, name));
        env::var_os(SPLIT).is_none() || first.iter().any(is_named)
    };
    let (mut keys, mut texts, mut n) = (String::new(), String::new(), 0);
    for (area, entries) in areas.iter().filter(|(area, _)| *area != START) {
        keys.push_str(&format!("/// Texts of `{area}`.\npub mod {area} {{\n    use super::Key;\n"));
        for (name, english) in entries {
            keys.push_str(&format!("    /// {english}\n    pub const {}: Key = Key({n});\n", name.to_uppercase()));
            texts.push_str(&format!("    {:?},\n", if is_inside(area, name) { english } else { "" }));
            n += 1;
        }
        keys.push_str("}\n");
    }
    let out = format!(
        "{keys}\n/// The texts in English, by key; empty where they are fetched.\npub static ENGLISH: [&str; {n}] = [\n{texts}];\n"
    );
    let target = PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join("texts.rs");
    if let Err(error) = fs::write(target, out) {
        println!("cargo::error=the texts cannot be written: {error}");
    }
}

/// The lines of `locales/first.txt`; `None` when one of them names nothing.
fn first(areas: &Areas) -> Option<Vec<String>> {
    println!("cargo::rerun-if-changed={FIRST}");
    let text = fs::read_to_string(FIRST).unwrap_or_default();
    let lines: Vec<String> = text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect();
    let is_there = |line: &str| match line.split_once('.') {
        Some((area, name)) => areas.get(area).is_some_and(|texts| texts.contains_key(name)),
        None => areas.contains_key(line),
    };
    match lines.iter().find(|line| !is_there(line)) {
        None => Some(lines),
        Some(line) => {
            println!("cargo::error={FIRST} names {line}, which locales/en.json does not have");
            None
        }
    }
}

/// Only for the program itself and only where it is cut: dependencies need not be built again for it.
fn keep_relocations() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if env::var_os(SPLIT).is_some() && is("PROFILE", "release") && is("CARGO_CFG_TARGET_FAMILY", "wasm") {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
