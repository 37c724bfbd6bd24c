//! Makes a constant of each text in `locales/en.json`: a text that is missing or mistyped does not compile. And keeps in the
//! linked page what `cargo xtask` needs to cut it into chunks.

use std::{collections::BTreeMap, env, fs, path::PathBuf};

/// By area, then by name. Keys are numbered in this order, as `cargo xtask` numbers them in the lists of other languages.
type Areas = BTreeMap<String, BTreeMap<String, String>>;

/// The area of what is known and said before the wasm runs: for `public/init.js` only.
const START: &str = "start";

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
    let (mut keys, mut all, mut n) = (String::new(), String::new(), 0);
    for (area, entries) in areas.iter().filter(|(area, _)| *area != START) {
        keys.push_str(&format!("/// Texts of `{area}`.\npub mod {area} {{\n    use super::{{Key, Text}};\n"));
        for (name, english) in entries {
            let name = name.to_uppercase();
            // Each by itself, not all in one table: a text that only a chunk says comes with that chunk.
            keys.push_str(&format!(
                "    /// {english}\n    pub const {name}: Key = {{\n        static TEXT: Text = Text {{ number: {n}, english: {english:?} }};\n        Key(&TEXT)\n    }};\n"
            ));
            all.push_str(&format!("    {area}::{name},\n"));
            n += 1;
        }
        keys.push_str("}\n");
    }
    let out = format!(
        "{keys}\n/// How many there are.\nconst COUNT: usize = {n};\n\n/// All of them, by number. Not for the page: who names all has all.\n#[cfg(test)]\nconst ALL: [Key; COUNT] = [\n{all}];\n"
    );
    let target = PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join("texts.rs");
    if let Err(error) = fs::write(target, out) {
        println!("cargo::error=the texts cannot be written: {error}");
    }
}

/// Only for the program itself and only where it is cut: dependencies need not be built again for it.
fn keep_relocations() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if env::var_os("CARGO_FEATURE_SPLIT").is_some() && is("PROFILE", "release") && is("CARGO_CFG_TARGET_FAMILY", "wasm")
    {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
