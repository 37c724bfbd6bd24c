//! What comes from npm: wasm-opt and esbuild for the page, Playwright and axe for the journeys.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};

use super::{Found, on_path};
use crate::{repo::Repo, run::Run};

/// Whether npm is here.
pub fn npm() -> Found {
    match on_path("npm") {
        Some(file) => Found::Here(file.display().to_string()),
        None => Found::Missing(
            "install Node.js 20 or newer; without it the page is built without wasm-opt and esbuild, and journeys are skipped"
                .into(),
        ),
    }
}

/// Whether the packages of tests/package-lock.json are installed as it says.
pub fn packages(repo: &Repo) -> Found {
    if up_to_date(repo) {
        Found::Here("as in tests/package-lock.json".into())
    } else {
        Found::Missing("`npm ci` in tests/ (about half a minute)".into())
    }
}

/// npm writes `.package-lock.json` when it is done; ours is the copy of the lockfile it was done for.
fn stamp(repo: &Repo) -> PathBuf {
    repo.tests().join("node_modules").join(".portal-lock.json")
}

fn up_to_date(repo: &Repo) -> bool {
    match (fs::read(stamp(repo)), fs::read(repo.tests().join("package-lock.json"))) {
        (Ok(installed), Ok(wanted)) => installed == wanted,
        _ => false,
    }
}

/// Installs the packages if they are missing. `None` when there is no npm; else the folder of their programs.
pub fn ensure(repo: &Repo) -> Result<Option<PathBuf>> {
    if on_path("npm").is_none() {
        return Ok(None);
    }
    if !up_to_date(repo) {
        Run::new(repo, "npm packages: npm ci in tests, about half a minute", "npm")?
            .args(["ci", "--no-audit", "--no-fund"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .dir(repo.tests())
            .must()?;
        fs::copy(repo.tests().join("package-lock.json"), stamp(repo))
            .context("tests/node_modules cannot be written")?;
    }
    Ok(Some(repo.tests().join("node_modules").join(".bin")))
}
