//! The scripts of the page without what only people read: wasm-bindgen and the splitter write theirs to be read.

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result};

use super::{files_below, split::run};

/// What the browsers that the page runs in understand.
const TARGET: &str = "--target=es2022";

/// All scripts in `dist/`, each in its place. Their names stay: they change with what the scripts were made of.
pub fn scripts(esbuild: &Path, dist: &Path) -> Result<()> {
    for file in files_below(dist)? {
        if file.extension().is_none_or(|extension| extension != "js") {
            continue;
        }
        let small = file.with_extension("small");
        run(Command::new(esbuild)
            .args(["--minify", "--format=esm", TARGET, "--log-level=error"])
            .arg(&file)
            .arg(format!("--outfile={}", small.display())))?;
        fs::rename(&small, &file).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(())
}
