//! What turns the page's Rust into files for browsers: the wasm target, trunk, wasm-bindgen.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Found, on_path, own_root};
use crate::{
    repo::Repo,
    run::{Run, ask},
};

const TARGET: &str = "wasm32-unknown-unknown";
const TRUNK: &str = "0.21.14";

/// Whether rustc can build for browsers.
pub fn target() -> Found {
    let installed =
        ask("rustc", &["--print", "target-libdir", "--target", TARGET]).is_some_and(|dir| Path::new(&dir).is_dir());
    if installed {
        Found::Here("installed".into())
    } else {
        Found::Missing(format!("`rustup target add {TARGET}` (seconds)"))
    }
}

/// Adds the target if it is missing.
pub fn ensure_target(repo: &Repo) -> Result<()> {
    if matches!(target(), Found::Here(_)) {
        return Ok(());
    }
    Run::new(repo, format!("Rust for browsers: rustup target add {TARGET}"), "rustup")?
        .args(["target", "add", TARGET])
        .must()?;
    Ok(())
}

/// A program from crates.io, at one version.
pub struct Crate {
    package: &'static str,
    program: &'static str,
    version: String,
    /// For people: how long building it takes on a small machine.
    takes: &'static str,
    /// How many crates that is, about.
    crates: u64,
    own: PathBuf,
}

/// The page's builder.
pub fn trunk(_: &Repo) -> Result<Crate> {
    Ok(Crate {
        package: "trunk",
        program: "trunk",
        version: TRUNK.into(),
        takes: "about 10 minutes",
        crates: 400,
        own: own_root("trunk", TRUNK)?,
    })
}

/// The program that must have exactly the version of the library in Cargo.lock.
pub fn bindgen(repo: &Repo) -> Result<Crate> {
    let version = repo.locked_version("wasm-bindgen")?;
    let own = own_root("wasm-bindgen", &version)?;
    Ok(Crate {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version,
        takes: "about 4 minutes",
        crates: 190,
        own,
    })
}

impl Crate {
    fn own_bin(&self) -> PathBuf {
        self.own.join("bin")
    }

    /// The folder that holds this version, if there is one.
    fn folder(&self) -> Option<PathBuf> {
        let right = |file: &Path| ask(file, &["--version"]).is_some_and(|said| is_version(&said, &self.version));
        let own = self.own_bin().join(format!("{}{}", self.program, std::env::consts::EXE_SUFFIX));
        [Some(own), on_path(self.program)]
            .into_iter()
            .flatten()
            .find(|file| file.is_file() && right(file))?
            .parent()
            .map(Path::to_owned)
    }

    /// Whether this version is here.
    pub fn found(&self) -> Found {
        match self.folder() {
            Some(folder) => Found::Here(format!("{} in {}", self.version, folder.display())),
            None if on_path("cargo-binstall").is_some() => Found::Missing(format!(
                "`cargo binstall {}@{}`, else built from source ({})",
                self.package, self.version, self.takes
            )),
            None => Found::Missing(format!(
                "`cargo install {} --version {}` ({}, once)",
                self.package, self.version, self.takes
            )),
        }
    }

    /// Installs it if it is missing. Says the folder it is in.
    pub fn ensure(&self, repo: &Repo) -> Result<PathBuf> {
        if let Some(folder) = self.folder() {
            return Ok(folder);
        }
        if on_path("cargo-binstall").is_some() && self.binstall(repo)? {
            return Ok(self.own_bin());
        }
        // A registry that lags behind may lack what the lockfile names: then without it.
        if !self.build_from_source(repo, &["--locked"])?.ok {
            eprintln!("    once more, without its lockfile:");
            self.build_from_source(repo, &[])?;
        }
        self.folder().ok_or_else(|| anyhow::anyhow!("{} {} could not be installed", self.program, self.version))
    }

    fn binstall(&self, repo: &Repo) -> Result<bool> {
        let spec = format!("{}@{}", self.package, self.version);
        let ended = Run::cargo(repo, format!("{spec}: looking for a ready-made one"))?
            .args(["binstall", "--no-confirm", "--disable-strategies", "compile", "--root"])
            .arg(&self.own)
            .args([&spec])
            .ended()?;
        Ok(ended.ok && self.folder().is_some())
    }

    fn build_from_source(&self, repo: &Repo, how: &[&str]) -> Result<crate::run::Ended> {
        Run::cargo(repo, format!("{} {}: building it from source, {}, once", self.program, self.version, self.takes))?
            .args(["install", self.package, "--version", &self.version, "--root"])
            .arg(&self.own)
            .args(how)
            .crates(self.crates)
            .ended()
    }
}

/// Whether a program's `--version` names this version, and not one that only begins alike.
fn is_version(said: &str, version: &str) -> bool {
    said.split_whitespace().any(|word| word == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_whole() {
        assert!(is_version("trunk 0.21.14", "0.21.14"));
        assert!(is_version("wasm-bindgen 0.2.130 (abc)", "0.2.130"));
        assert!(!is_version("wasm-bindgen 0.2.130", "0.2.13"));
    }
}
