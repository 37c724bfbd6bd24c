//! The page: built by trunk into `dist/`, once per change of what it is made from, and compressed for the gateway to embed.

mod compress;
mod imports;
mod shrink;
pub mod size;
mod split;
mod stamp;
mod styles;
mod words;

use std::{fs, path::PathBuf, time::Instant};

use anyhow::{Context as _, Result};

use crate::{
    repo::Repo,
    run::{Run, ask, human},
    tools::{node, path_with, wasm},
};

pub use stamp::files_below;

/// Builds the page if anything it is made from changed, installing what that needs.
pub fn build(repo: &Repo) -> Result<()> {
    let remembered = repo.memory()?.join("page.stamp");
    let now = stamp::inputs(repo)?;
    if stamp::is_current(repo, &remembered, &now)? {
        eprintln!("  ✓ the page is built");
        return Ok(());
    }
    wasm::ensure_target(repo)?;
    let mut folders = vec![wasm::trunk(repo)?.ensure(repo)?, wasm::bindgen(repo)?.ensure(repo)?];
    let npm = node::ensure(repo)?;
    folders.extend(npm);
    trunk(repo, &folders)?;
    words::write(repo, &repo.dist())?;
    styles::name_starter(&repo.dist())?;
    compress::all(&repo.dist(), &repo.memory()?.join("brotli"))?;
    stamp::write(repo, &remembered, &now)
}

/// Builds the page for working on it: not optimised, in one wasm, not compressed. The next [`build`] builds it anew.
pub fn quick(repo: &Repo) -> Result<()> {
    wasm::ensure_target(repo)?;
    let folders = [wasm::trunk(repo)?.ensure(repo)?, wasm::bindgen(repo)?.ensure(repo)?];
    // What is there is no page that ships.
    let remembered = repo.memory()?.join("page.stamp");
    if remembered.exists() {
        fs::remove_file(&remembered).with_context(|| format!("{} cannot be removed", remembered.display()))?;
    }
    let html = Html::without_wasm_opt(repo)?;
    Run::new(repo, "the page, quickly: trunk build", "trunk")?
        .args(["build", "--offline", "--html-output", "index.html"])
        .arg(&html.file)
        .env("PATH", path_with(&folders)?)
        .env("TRUNK_TOOLS_WASM_BINDGEN", repo.locked_version("wasm-bindgen")?)
        .without_env("NO_COLOR")
        .without_env("CARGO_MANIFEST_DIR")
        .crates(190)
        .must()?;
    words::write(repo, &repo.dist())
}

fn trunk(repo: &Repo, folders: &[PathBuf]) -> Result<()> {
    // Trunk builds offline, so that it never fetches a tool of its own; the crates must be here before.
    Run::cargo(repo, "crates: cargo fetch")?.args(["fetch", "--locked"]).must()?;
    let html = Html::without_wasm_opt(repo)?;
    Run::new(repo, "the page: trunk build, some minutes when cold", "trunk")?
        .args(["build", "--release", "--offline", "--features", "split", "--html-output", "index.html"])
        .arg(&html.file)
        .env("PATH", path_with(folders)?)
        .env("TRUNK_TOOLS_WASM_BINDGEN", repo.locked_version("wasm-bindgen")?)
        // Trunk takes NO_COLOR for a switch of its own and refuses `1`.
        .without_env("NO_COLOR")
        .without_env("CARGO_MANIFEST_DIR")
        .crates(190)
        .must()?;
    let find = |program: &str| {
        let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
        folders.iter().map(|dir| dir.join(&name)).find(|file| file.is_file())
    };
    let tools = split::Tools {
        bindgen: find("wasm-bindgen").context("wasm-bindgen is missing")?,
        wasm_opt: find("wasm-opt").filter(|file| ask(file, &["--version"]).is_some()),
        cache: repo.memory()?.join("wasm-opt"),
    };
    let esbuild = find("esbuild");
    if tools.wasm_opt.is_none() || esbuild.is_none() {
        eprintln!("  – no npm, so no wasm-opt and no esbuild: the page works, but is larger than it should be");
    }
    let started = Instant::now();
    let styles = styles::part(&repo.dist())?;
    let linked = repo.target().join("wasm32-unknown-unknown/wasm-release/portal-web.wasm");
    split::split(&linked, &repo.dist(), &tools, &styles)?;
    if let Some(esbuild) = esbuild {
        shrink::scripts(&esbuild, &repo.dist())?;
    }
    eprintln!("  ✓ the page: cut into chunks ({})", human(started.elapsed()));
    Ok(())
}

/// The page's HTML as trunk gets it here: without wasm-opt, which must come after the cutting.
struct Html {
    file: PathBuf,
}

impl Html {
    fn without_wasm_opt(repo: &Repo) -> Result<Self> {
        let text = fs::read_to_string(repo.root().join("index.html")).context("index.html cannot be read")?;
        // Next to the real one, because its paths are relative.
        let file = repo.root().join("index.no-wasm-opt.html");
        fs::write(&file, without_wasm_opt(&text)).with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(Self { file })
    }
}

impl Drop for Html {
    fn drop(&mut self) {
        // If it stays, it does no harm: it is written anew each time.
        let _ = fs::remove_file(&self.file);
    }
}

/// Sets trunk's `data-wasm-opt` to `0`: off.
fn without_wasm_opt(html: &str) -> String {
    const ATTRIBUTE: &str = "data-wasm-opt=\"";
    let Some((before, rest)) = html.split_once(ATTRIBUTE) else { return html.to_owned() };
    let after = rest.split_once('"').map_or("", |(_, after)| after);
    format!("{before}{ATTRIBUTE}0\"{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_opt_is_turned_off_and_nothing_else() {
        let html = r#"<link data-trunk rel="rust" data-wasm-opt="z" data-wasm-opt-params="--enable-sign-ext">"#;
        assert_eq!(
            without_wasm_opt(html),
            r#"<link data-trunk rel="rust" data-wasm-opt="0" data-wasm-opt-params="--enable-sign-ext">"#
        );
        assert_eq!(without_wasm_opt("<p>"), "<p>");
    }
}
