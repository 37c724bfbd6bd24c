//! What the page weighs on the wire, against its budget.

use std::{fmt, fs, path::Path};

use anyhow::{Context as _, Result};

use super::{compress::brotli_of, stamp::files_below};

/// All code of the page, brotli: wasm, JavaScript and styles.
const BUDGET: u64 = 320 * 1024;

/// The weight of each file of code.
pub struct Size {
    rows: Vec<Row>,
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
    Ok(Size { rows })
}

impl Size {
    fn packed(&self) -> u64 {
        self.rows.iter().map(|row| row.packed).sum()
    }

    /// Whether the page is within its budget.
    pub fn fits(&self) -> bool {
        self.packed() <= BUDGET
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kib = |bytes: u64| format!("{:.1} KiB", bytes as f64 / 1024.0);
        for Row { name, plain, packed } in &self.rows {
            writeln!(f, "  {:>12}  {:>12}  {name}", kib(*plain), kib(*packed))?;
        }
        let plain = self.rows.iter().map(|row| row.plain).sum();
        let verdict = if self.fits() { "within" } else { "ABOVE" };
        writeln!(
            f,
            "  {:>12}  {:>12}  in all, brotli {verdict} the budget of {}",
            kib(plain),
            kib(self.packed()),
            kib(BUDGET)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_a_limit() {
        let size = |packed| Size { rows: vec![Row { name: "a.wasm".into(), plain: packed * 3, packed }] };
        assert!(size(BUDGET).fits());
        assert!(!size(BUDGET + 1).fits());
        assert!(size(BUDGET + 1).to_string().contains("ABOVE"));
    }

    #[test]
    fn a_page_without_wasm_is_no_page() {
        let dir = tempfile::tempdir().expect("a folder");
        assert!(measure(dir.path()).is_err());
    }
}
