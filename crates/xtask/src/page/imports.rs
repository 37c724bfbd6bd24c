//! Short names for what the page's main part imports. wasm-bindgen names each function of the browser with its hash, in the wasm
//! and once more in its script: some hundred names of which nothing can be compressed.

use std::ops::Range;

use anyhow::{Context as _, Result, ensure};
use wasmparser::{Imports, Parser, Payload};

/// The module that all of it is imported from, as wasm-bindgen names it for the page.
const MODULE: &str = "./portal-web_bg.js";
const SHORT: &str = "w";

/// The wasm and the script that gives it its imports, with short names in both.
pub fn shorten(wasm: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let key = format!("\"{MODULE}\":");
    ensure!(script.matches(&key).count() == 1, "the page's script does not give {MODULE} once");
    let mut script = script.replace(&key, &format!("\"{SHORT}\":"));
    let mut renamed = wasm.get(..8).context("no wasm")?.to_vec();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.context("the page's wasm cannot be read")?;
        let section = match &payload {
            Payload::ImportSection(imports) => Some((2, import_section(wasm, imports.clone(), &mut script)?)),
            other => other.as_section().map(|(id, range)| (id, wasm[within(&range)].to_vec())),
        };
        if let Some((id, bytes)) = section {
            renamed.push(id);
            number(&mut renamed, bytes.len());
            renamed.extend(bytes);
        }
    }
    Ok((renamed, script))
}

/// The section with short names, and the script with the same.
fn import_section(wasm: &[u8], imports: wasmparser::ImportSectionReader<'_>, script: &mut String) -> Result<Vec<u8>> {
    let (count, end) = (imports.count(), imports.range().end);
    let mut found = Vec::new();
    for import in imports {
        let Imports::Single(start, import) = import.context("an import cannot be read")? else {
            anyhow::bail!("the page's imports are written in a way that is not known here");
        };
        found.push((start, import));
    }
    let mut section = Vec::new();
    number(&mut section, count as usize);
    for (n, (start, import)) in found.iter().enumerate() {
        let end = found.get(n + 1).map_or(end, |(start, _)| *start);
        let key = format!(" {}: ", import.name);
        // What it is stands behind both names.
        let what = past_names(wasm, within(&(*start..end)), import);
        if import.module == MODULE && script.matches(&key).count() == 1 {
            let short = short(n);
            *script = script.replace(&key, &format!(" {short}: "));
            name(&mut section, SHORT);
            name(&mut section, &short);
        } else {
            ensure!(import.module != MODULE, "the page's script does not give {} once", import.name);
            name(&mut section, import.module);
            name(&mut section, import.name);
        }
        section.extend(&wasm[what]);
    }
    Ok(section)
}

fn past_names(wasm: &[u8], entry: Range<usize>, import: &wasmparser::Import<'_>) -> Range<usize> {
    // Both names are slices of the wasm: the second ends where the rest begins.
    let end = import.name.as_ptr() as usize + import.name.len() - wasm.as_ptr() as usize;
    end.clamp(entry.start, entry.end)..entry.end
}

/// A part of a file, which fits into memory.
fn within(range: &Range<u64>) -> Range<usize> {
    let at = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    at(range.start)..at(range.end)
}

/// A name of letters and digits that begins with a letter.
fn short(mut n: usize) -> String {
    const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut name = String::from(char::from(DIGITS[n % 26]));
    n /= 26;
    while n > 0 {
        name.push(char::from(DIGITS[n % 36]));
        n /= 36;
    }
    name
}

fn name(bytes: &mut Vec<u8>, name: &str) {
    number(bytes, name.len());
    bytes.extend(name.as_bytes());
}

/// LEB128, as wasm writes its lengths.
fn number(bytes: &mut Vec<u8>, mut n: usize) {
    loop {
        let low = (n & 0x7f) as u8;
        n >>= 7;
        bytes.push(if n == 0 { low } else { low | 0x80 });
        if n == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A module that imports two functions of type 0.
    fn module(names: [(&str, &str); 2]) -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend([1, 4, 1, 0x60, 0, 0]);
        let mut section = vec![2];
        for (from, what) in names {
            name(&mut section, from);
            name(&mut section, what);
            section.extend([0, 0]);
        }
        wasm.push(2);
        number(&mut wasm, section.len());
        wasm.extend(section);
        wasm
    }

    #[test]
    fn both_sides_have_the_same_short_name() {
        let wasm = module([(MODULE, "__wbg_new_0123456789abcdef"), ("other", "memory")]);
        let script =
            "const i = {\n  __wbg_new_0123456789abcdef: function() {},\n};\nreturn { \"./portal-web_bg.js\": i };";
        let (short, script) = shorten(&wasm, script).expect("shortened");
        assert_eq!(short, module([("w", "a"), ("other", "memory")]));
        assert_eq!(script, "const i = {\n  a: function() {},\n};\nreturn { \"w\": i };");
    }

    #[test]
    fn what_the_script_does_not_give_is_said() {
        let wasm = module([(MODULE, "gone"), (MODULE, "gone")]);
        assert!(shorten(&wasm, "{ \"./portal-web_bg.js\": i }").is_err());
        assert!(shorten(&wasm, "").is_err());
    }

    #[test]
    fn no_two_short_names_are_the_same() {
        let names: BTreeSet<String> = (0..5_000).map(short).collect();
        assert_eq!(names.len(), 5_000);
        assert!(names.iter().all(|name| name.starts_with(|c: char| c.is_ascii_lowercase())));
    }
}
