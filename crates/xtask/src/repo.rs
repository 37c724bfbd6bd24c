//! Where things are in this repository and on this machine.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

/// This repository.
#[derive(Clone, Debug)]
pub struct Repo {
    root: PathBuf,
}

impl Repo {
    /// Finds it: cargo says where this package is.
    pub fn find() -> Result<Self> {
        let package = env::var_os("CARGO_MANIFEST_DIR").context("start this with `cargo xtask`")?;
        let root = Path::new(&package).ancestors().nth(2).context("crates/xtask has no grandparent")?.to_owned();
        if !root.join("Cargo.lock").is_file() {
            bail!("there is no Cargo.lock in {}", root.display());
        }
        Ok(Self { root })
    }

    /// Its top folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The built page.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The browser journeys, and what the page's build takes from npm.
    pub fn tests(&self) -> PathBuf {
        self.root.join("tests")
    }

    /// Cargo's target folder.
    pub fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), |dir| self.root.join(dir))
    }

    /// A program that cargo built for release.
    pub fn release(&self, program: &str) -> PathBuf {
        self.target().join("release").join(format!("{program}{}", env::consts::EXE_SUFFIX))
    }

    /// What these commands remember between runs: logs, stamps.
    pub fn memory(&self) -> Result<PathBuf> {
        let dir = self.target().join("xtask");
        fs::create_dir_all(&dir).with_context(|| format!("{} cannot be made", dir.display()))?;
        Ok(dir)
    }

    /// The version of a package in Cargo.lock.
    pub fn locked_version(&self, package: &str) -> Result<String> {
        let text = fs::read_to_string(self.root.join("Cargo.lock")).context("Cargo.lock cannot be read")?;
        locked_version(&text, package).with_context(|| format!("Cargo.lock does not name {package}"))
    }
}

fn locked_version(lockfile: &str, package: &str) -> Option<String> {
    let lock: toml::Table = lockfile.parse().ok()?;
    lock.get("package")?
        .as_array()?
        .iter()
        .find(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package))?
        .get("version")?
        .as_str()
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_the_lockfile() {
        let lock = "version = 4\n[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "axum"), None);
    }
}
