//! The browser of the journeys: a real Chromium.

use std::{env, path::PathBuf};

use anyhow::Result;

use super::{Found, has_apt, is_root, on_path};
use crate::{repo::Repo, run::Run};

/// Names it goes by, in the order they are tried.
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
/// Where macOS keeps it.
const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// The browser, if there is one; `PORTAL_CHROMIUM` names another.
pub fn here() -> Option<PathBuf> {
    if let Some(named) = env::var_os("PORTAL_CHROMIUM") {
        return Some(PathBuf::from(named));
    }
    NAMES.iter().find_map(|name| on_path(name)).or_else(|| Some(PathBuf::from(MAC)).filter(|file| file.is_file()))
}

/// For the doctor.
pub fn found() -> Found {
    match here() {
        Some(file) => Found::Here(file.display().to_string()),
        None if is_root() && has_apt() => Found::Missing("`apt-get install -y chromium` (about a minute)".into()),
        None => Found::Missing(advice().into()),
    }
}

/// The one command for people.
fn advice() -> &'static str {
    if has_apt() { "run `sudo apt-get install chromium`" } else { "install Chromium or Google Chrome" }
}

/// Installs it where that is allowed, else says the one command. Never uses sudo by itself.
pub fn ensure(repo: &Repo) -> Result<Option<PathBuf>> {
    if let Some(file) = here() {
        return Ok(Some(file));
    }
    if !(is_root() && has_apt()) {
        eprintln!("  – no Chromium: {}; the journeys are skipped", advice());
        return Ok(None);
    }
    Run::new(repo, "Chromium: apt-get update", "apt-get")?.args(["update"]).must()?;
    Run::new(repo, "Chromium: apt-get install, about a minute", "apt-get")?
        .args(["install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .must()?;
    Ok(here())
}
