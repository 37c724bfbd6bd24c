//! Whether the page must be built again: a hash over all it is made from, and over what came out.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::{repo::Repo, tools};

/// What the page is made from: files and folders. Those that are not there count too.
const INPUTS: [&str; 14] = [
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "build.rs",
    "index.html",
    ".cargo",
    "src",
    "style",
    "public",
    "locales",
    "crates/model/Cargo.toml",
    "crates/model/src",
    "crates/xtask/src/page",
    "tests/package-lock.json",
];

/// A hash over all inputs, their names and whether wasm-opt can run.
pub fn inputs(repo: &Repo) -> Result<String> {
    let mut hash = Sha256::new();
    for input in INPUTS {
        add(&mut hash, repo.root(), &repo.root().join(input))?;
    }
    hash.update([u8::from(tools::on_path("npm").is_some())]);
    Ok(hex(hash))
}

/// Whether the page in `dist/` was made from these inputs, and was not touched since.
pub fn is_current(repo: &Repo, remembered: &Path, inputs: &str) -> Result<bool> {
    if !repo.dist().join("index.html").is_file() {
        return Ok(false);
    }
    let Ok(remembered) = fs::read_to_string(remembered) else { return Ok(false) };
    Ok(remembered == line(inputs, &output(repo)?))
}

/// Remembers what the page was made from.
pub fn write(repo: &Repo, remembered: &Path, inputs: &str) -> Result<()> {
    fs::write(remembered, line(inputs, &output(repo)?))
        .with_context(|| format!("{} cannot be written", remembered.display()))
}

fn line(inputs: &str, output: &str) -> String {
    format!("{inputs} {output}\n")
}

fn output(repo: &Repo) -> Result<String> {
    let mut hash = Sha256::new();
    add(&mut hash, repo.root(), &repo.dist())?;
    Ok(hex(hash))
}

fn add(hash: &mut Sha256, root: &Path, path: &Path) -> Result<()> {
    let files = if path.is_dir() { files_below(path)? } else { vec![path.to_owned()] };
    for file in files.iter().filter(|file| file.is_file()) {
        let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        hash.update(file.strip_prefix(root).unwrap_or(file).as_os_str().as_encoded_bytes());
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(&bytes);
    }
    Ok(())
}

/// What is in a folder, in an order that does not change.
fn children(dir: &Path) -> Result<Vec<PathBuf>> {
    let read = || format!("{} cannot be read", dir.display());
    let mut paths = fs::read_dir(dir)
        .with_context(read)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()
        .with_context(read)?;
    paths.sort();
    Ok(paths)
}

/// All files in a folder and in the folders below it.
pub fn files_below(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in children(dir)? {
        if path.is_dir() { files.extend(files_below(&path)?) } else { files.push(path) }
    }
    Ok(files)
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_of(root: &Path) -> String {
        let mut hash = Sha256::new();
        add(&mut hash, root, root).expect("readable");
        hex(hash)
    }

    #[test]
    fn contents_and_names_count() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("a"), "1").expect("written");
        let first = hash_of(dir.path());
        assert_eq!(first, hash_of(dir.path()));
        fs::write(dir.path().join("a"), "2").expect("written");
        let second = hash_of(dir.path());
        assert_ne!(first, second);
        fs::rename(dir.path().join("a"), dir.path().join("b")).expect("renamed");
        assert_ne!(second, hash_of(dir.path()));
    }
}
