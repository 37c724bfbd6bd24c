//! The tools this repository builds with: which are here, which get installed, and how long that takes.
//!
//! What is installed goes into a folder of its own per tool and version, so that nobody's own tools are replaced.

pub mod chromium;
pub mod node;
pub mod wasm;

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::repo::Repo;

/// What is known about one tool.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// It is here; where or what it says of itself.
    Here(String),
    /// It is not; what would be done about it.
    Missing(String),
}

/// The folder for a tool that is installed by us.
pub fn own_root(tool: &str, version: &str) -> Result<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .context("neither HOME nor XDG_CACHE_HOME is set, so there is no place for tools")?;
    Ok(cache.join("diffgram-portal").join(format!("{tool}-{version}")))
}

/// Where a program is on the PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(&name)).find(|file| file.is_file())
}

/// The PATH with these folders first.
pub fn path_with(first: &[PathBuf]) -> Result<OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    env::join_paths(first.iter().cloned().chain(env::split_paths(&rest))).context("PATH cannot be put together")
}

/// Whether this is the super user.
pub fn is_root() -> bool {
    crate::run::ask("id", &["-u"]).as_deref() == Some("0")
}

/// Whether packages come by `apt-get`.
pub fn has_apt() -> bool {
    Path::new("/etc/debian_version").is_file() && on_path("apt-get").is_some()
}

/// Says what is here and what would be installed; changes nothing.
pub fn doctor(repo: &Repo) -> Result<()> {
    let rows = [
        ("Rust's wasm32-unknown-unknown", wasm::target()),
        ("trunk", wasm::trunk(repo)?.found()),
        ("wasm-bindgen", wasm::bindgen(repo)?.found()),
        ("npm", node::npm()),
        ("npm packages (wasm-opt, Playwright)", node::packages(repo)),
        ("Chromium", chromium::found()),
    ];
    for (name, found) in rows {
        match found {
            Found::Here(what) => println!("  ✓ {name}: {what}"),
            Found::Missing(remedy) => println!("  – {name}: missing; {remedy}"),
        }
    }
    Ok(())
}
