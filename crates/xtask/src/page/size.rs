//! What the page weighs on the wire: the code of the first route against its budget, and what each part adds.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
};

use anyhow::{Context as _, Result};

use super::{compress::brotli_of, stamp::files_below};

/// All code that the first route of a signed-in person loads, brotli: wasm, JavaScript and styles. Bytes.
const FIRST_ROUTE: u64 = 220_000;

/// The weight of each file of code.
pub struct Size {
    rows: Vec<Row>,
    /// The files of each chunk, those it shares included.
    chunks: BTreeMap<String, Vec<String>>,
}

struct Row {
    name: String,
    plain: u64,
    packed: u64,
}

/// Weighs the code in `dist/`.
pub fn measure(dist: &Path) -> Result<Size> {
    let bytes =
        |file: &Path| fs::metadata(file).map(|m| m.len()).with_context(|| format!("{} cannot be read", file.display()));
    let is_code =
        |file: &Path| file.extension().and_then(|e| e.to_str()).is_some_and(|ext| matches!(ext, "wasm" | "js" | "css"));
    let mut rows = Vec::new();
    for file in files_below(dist)?.iter().filter(|file| is_code(file)) {
        let name = file.strip_prefix(dist).unwrap_or(file).display().to_string();
        rows.push(Row { name, plain: bytes(file)?, packed: bytes(&brotli_of(file))? });
    }
    if !rows.iter().any(|row| row.name.ends_with(".wasm")) {
        anyhow::bail!("there is no wasm in {}", dist.display());
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.packed));
    let html = fs::read_to_string(dist.join("index.html")).context("index.html cannot be read")?;
    Ok(Size { rows, chunks: chunks(&html)? })
}

/// What `index.html` says of the chunks; none if the page is one wasm.
fn chunks(html: &str) -> Result<BTreeMap<String, Vec<String>>> {
    let Some((_, after)) = html.split_once("data-chunks='") else { return Ok(BTreeMap::new()) };
    let list = after.split_once('\'').map_or("", |(list, _)| list);
    serde_json::from_str(list).context("data-chunks of index.html")
}

impl Size {
    /// What the first route loads: all that is in no chunk.
    fn first(&self) -> impl Iterator<Item = &Row> {
        let later: BTreeSet<&String> = self.chunks.values().flatten().collect();
        self.rows.iter().filter(move |row| !later.contains(&row.name))
    }

    fn weight(&self, files: &[String]) -> u64 {
        self.rows.iter().filter(|row| files.contains(&row.name)).map(|row| row.packed).sum()
    }

    /// Whether the first route is within its budget.
    pub fn fits(&self) -> bool {
        self.first().map(|row| row.packed).sum::<u64>() <= FIRST_ROUTE
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kb = |bytes: u64| format!("{:.1} KB", bytes as f64 / 1000.0);
        let (mut plain, mut packed) = (0, 0);
        for row in self.first() {
            writeln!(f, "  {:>10}  {:>10}  {}", kb(row.plain), kb(row.packed), row.name)?;
            plain += row.plain;
            packed += row.packed;
        }
        let verdict = if self.fits() { "within" } else { "ABOVE" };
        let budget = kb(FIRST_ROUTE);
        writeln!(
            f,
            "  {:>10}  {:>10}  the first route, brotli {verdict} the budget of {budget}",
            kb(plain),
            kb(packed)
        )?;
        for (chunk, files) in &self.chunks {
            writeln!(f, "  {:>10}  {:>10}  then {chunk}, {} files", "", kb(self.weight(files)), files.len())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(first: u64) -> Size {
        let row = |name: &str, packed| Row { name: name.into(), plain: packed * 3, packed };
        let chunks = BTreeMap::from([("task".to_owned(), vec!["task.wasm".to_owned(), "shared.wasm".to_owned()])]);
        Size { rows: vec![row("main.wasm", first), row("task.wasm", 70_000), row("shared.wasm", 5_000)], chunks }
    }

    #[test]
    fn the_first_route_has_a_limit_and_chunks_come_later() {
        assert!(size(FIRST_ROUTE).fits());
        assert!(!size(FIRST_ROUTE + 1).fits());
        assert!(size(FIRST_ROUTE + 1).to_string().contains("ABOVE"));
        assert!(size(1).to_string().contains("75.0 KB  then task, 2 files"), "{}", size(1));
    }

    #[test]
    fn the_chunks_are_read_from_the_page() {
        let html = r#"<script data-chunks='{"task":["a.wasm"]}' data-js="x">"#;
        assert_eq!(chunks(html).expect("read").get("task"), Some(&vec!["a.wasm".to_owned()]));
        assert!(chunks("<script>").expect("read").is_empty());
    }

    #[test]
    fn a_page_without_wasm_is_no_page() {
        let dir = tempfile::tempdir().expect("a folder");
        assert!(measure(dir.path()).is_err());
    }
}
