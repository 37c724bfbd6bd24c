//! What the page weighs on the wire: the code of the first route against its budget, and what each part adds.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::Path,
};

use anyhow::{Context as _, Result};

use super::{compress::brotli_of, stamp::files_below};
use crate::repo::Repo;

/// All code that the first route of a signed-in person loads, brotli: wasm, JavaScript and styles. Bytes.
const FIRST_ROUTE: u64 = 220_000;
/// What each part weighed when somebody last looked.
const TABLE: &str = "benches/SIZE.md";
/// A part may grow by so much before somebody has to look: compilers differ a little from machine to machine.
const SLACK: (u64, u64) = (1_000, 100);

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

    /// What the first route weighs, brotli, in bytes.
    pub fn first_route(&self) -> u64 {
        self.first().map(|row| row.packed).sum()
    }

    /// Whether the first route is within its budget.
    pub fn fits(&self) -> bool {
        self.first_route() <= FIRST_ROUTE
    }

    /// What comes later, in words.
    pub fn later(&self) -> String {
        let parts = self.chunks.iter().map(|(chunk, files)| format!("{chunk} {} KB", self.weight(files) / 1000));
        parts.collect::<Vec<_>>().join(", ")
    }

    /// Each part with its weight, brotli, in bytes. Hashes are not in the names.
    fn parts(&self) -> BTreeMap<String, u64> {
        let mut parts = BTreeMap::from([("first route".to_owned(), self.first_route())]);
        for row in self.first() {
            *parts.entry(without_hash(&row.name)).or_default() += row.packed;
        }
        parts.extend(self.chunks.iter().map(|(chunk, files)| (format!("chunk {chunk}"), self.weight(files))));
        parts
    }

    /// Writes the table that [`Size::grown`] compares with.
    pub fn keep(&self, repo: &Repo) -> Result<()> {
        let file = repo.root().join(TABLE);
        fs::write(&file, table(&self.parts())).with_context(|| format!("{TABLE} cannot be written"))
    }

    /// What weighs more than the table in the repository says, in words; nothing when all is well.
    pub fn grown(&self, repo: &Repo) -> Result<Vec<String>> {
        let text = fs::read_to_string(repo.root().join(TABLE)).with_context(|| format!("{TABLE} cannot be read"))?;
        Ok(grown(&self.parts(), &parts_of(&text)))
    }
}

/// `name-0123456789abcdef.wasm` without what stands for its content.
fn without_hash(name: &str) -> String {
    // Trunk leaves out zeros at the start.
    let is_hash = |part: &str| (8..=16).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    match stem.rsplit_once('-') {
        Some((stem, hash)) if is_hash(hash) => format!("{stem}.{ending}"),
        _ => name.to_owned(),
    }
}

fn table(parts: &BTreeMap<String, u64>) -> String {
    let rows = parts.iter().map(|(part, bytes)| format!("| {part} | {bytes} |\n"));
    format!(
        "# What the page weighs\n\nBytes after brotli. A chunk counts the files it shares with others. `cargo xtask test` fails when a part outgrows its row; \
         `cargo xtask bench size --update` writes the table anew.\n\n| part | bytes |\n|---|---|\n{}",
        rows.collect::<String>()
    )
}

fn parts_of(table: &str) -> BTreeMap<String, u64> {
    let cells = table.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    cells.filter_map(|(part, bytes)| Some((part.to_owned(), bytes.parse().ok()?))).collect()
}

fn grown(now: &BTreeMap<String, u64>, table: &BTreeMap<String, u64>) -> Vec<String> {
    let mut words = Vec::new();
    for (part, bytes) in now {
        match table.get(part) {
            None => words.push(format!("{part}: {bytes} bytes, and not in {TABLE}")),
            Some(before) if *bytes > before + SLACK.0.max(before / SLACK.1) => {
                words.push(format!("{part}: {bytes} bytes, {before} in {TABLE}"));
            }
            Some(_) => {}
        }
    }
    words
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
    fn what_outgrows_the_table_is_named() {
        let before = size(100_000).parts();
        assert_eq!(parts_of(&table(&before)), before, "the table is read as it is written");
        assert!(grown(&size(101_000).parts(), &before).is_empty(), "a little is no growth");
        let words = grown(&size(101_001).parts(), &before).join("; ");
        assert_eq!(
            words,
            "first route: 101001 bytes, 100000 in benches/SIZE.md; main.wasm: 101001 bytes, 100000 in benches/SIZE.md"
        );
        assert!(
            grown(&before, &BTreeMap::new()).iter().any(|words| words.contains("chunk task")),
            "new parts are named"
        );
    }

    #[test]
    fn a_hash_is_not_part_of_a_name() {
        assert_eq!(without_hash("app-ddeaa948437eea92.css"), "app.css");
        assert_eq!(without_hash("portal-web.js"), "portal-web.js");
        assert_eq!(without_hash("init.js"), "init.js");
    }

    #[test]
    fn a_page_without_wasm_is_no_page() {
        let dir = tempfile::tempdir().expect("a folder");
        assert!(measure(dir.path()).is_err());
    }
}
