//! `cargo xtask dist`: one stripped program with the page inside, packed with what an install needs, and tried from an empty folder.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{
    demo, page,
    page::files_below,
    repo::Repo,
    run::{Run, ask},
};

/// The program that ships.
const PROGRAM: &str = "diffgram-portal";

/// Builds, packs and tries it.
pub fn dist(repo: &Repo) -> Result<()> {
    page::build(repo)?;
    demo::build_programs(repo)?;
    // The same program without its symbols: only the last step of the build differs.
    Run::cargo(repo, "the program, stripped: cargo rustc --release")?
        .args(["rustc", "--release", "--locked", "--package", "portal-gateway", "--bin", PROGRAM, "--"])
        .args(["-C", "strip=symbols"])
        .must()?;
    let name = format!("{PROGRAM}-{}-{}", env!("CARGO_PKG_VERSION"), target()?);
    let folder = repo.target().join("dist").join(&name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    copy(&repo.root().join("deploy"), &folder)?;
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        copy(&repo.root().join(licence), &folder.join(licence))?;
    }
    copy(&repo.release(PROGRAM), &folder.join(PROGRAM))?;
    let packed = folder.with_file_name(format!("{name}.tar.gz"));
    Run::new(repo, "packing", "tar")?
        .args(["--owner=0", "--group=0", "-czf"])
        .arg(&packed)
        .arg(&name)
        .dir(repo.target().join("dist"))
        .must()?;
    try_it(repo, &packed, &name)?;
    let size = |file: &Path| fs::metadata(file).map_or(0, |meta| meta.len()) as f64 / 1e6;
    println!("\n  {:.1} MB  {}", size(&folder.join(PROGRAM)), folder.join(PROGRAM).display());
    println!("  {:.1} MB  {}", size(&packed), packed.display());
    println!("\n  Unpack it where it shall run and read its README.md.");
    Ok(())
}

/// What this machine's programs are made for, for example `x86_64-unknown-linux-gnu`.
fn target() -> Result<String> {
    let said =
        ask(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()), &["-vV"]).context("rustc does not answer")?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc does not say its host")?;
    Ok(host.to_owned())
}

/// Copies a file, or a folder with all in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let files = if from.is_dir() { files_below(from)? } else { vec![from.to_owned()] };
    for file in files {
        let to = file
            .strip_prefix(from)
            .ok()
            .filter(|rest| !rest.as_os_str().is_empty())
            .map_or(to.to_owned(), |rest| to.join(rest));
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        fs::copy(&file, &to).with_context(|| format!("{} cannot be written", to.display()))?;
    }
    Ok(())
}

/// Unpacks it into an empty folder and starts it there, without our environment, against the demo's Diffgram and provider.
fn try_it(repo: &Repo, packed: &Path, name: &str) -> Result<()> {
    let empty = repo.target().join("dist").join("empty");
    if empty.exists() {
        fs::remove_dir_all(&empty).with_context(|| format!("{} cannot be removed", empty.display()))?;
    }
    fs::create_dir_all(&empty).with_context(|| format!("{} cannot be made", empty.display()))?;
    Run::new(repo, "unpacking into an empty folder", "tar")?.arg("-xzf").arg(packed).dir(&empty).must()?;
    let program: PathBuf = empty.join(name).join(PROGRAM);
    let demo = Command::new(repo.release("portal-demo"))
        .env_clear()
        .current_dir(&empty)
        .arg("--gateway")
        .arg(&program)
        .args(["--json", "--ports", "free"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("portal-demo cannot be started")?;
    let mut demo = Ends(demo);
    let said = BufReader::new(demo.0.stdout.take().context("portal-demo says nothing")?)
        .lines()
        .map_while(Result::ok)
        .find(|line| line.starts_with('{'))
        .context("portal-demo did not start")?;
    let said: serde_json::Value = serde_json::from_str(&said).context("portal-demo")?;
    let portal = said["portal"].as_str().and_then(|url| url.strip_prefix("http://")).context("no address")?;
    let health = get(portal, "/healthz")?;
    ensure!(is_good(&health), "/healthz: {health}");
    let page = get(portal, "/")?;
    ensure!(is_good(&page) && page.contains("data-wasm="), "the page is not inside");
    demo.end()?;
    eprintln!("  ✓ started from an empty folder: it answers, and the page is inside");
    fs::remove_dir_all(&empty).with_context(|| format!("{} cannot be removed", empty.display()))
}

fn get(address: &str, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address).with_context(|| format!("{address} does not answer"))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn is_good(answer: &str) -> bool {
    answer.split_whitespace().nth(1) == Some("200")
}

/// A program that does not outlive us.
struct Ends(Child);

impl Ends {
    /// Asks it to end, and waits.
    fn end(&mut self) -> Result<()> {
        ask("kill", &["-TERM", &self.0.id().to_string()]);
        let begun = Instant::now();
        while self.0.try_wait().context("portal-demo got lost")?.is_none() {
            if begun.elapsed() > Duration::from_secs(20) {
                bail!("portal-demo does not end");
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        // It ended by itself when all went well. Killed at once, it could not end its gateway.
        if matches!(self.0.try_wait(), Ok(None)) && self.end().is_err() {
            let _ = self.0.kill();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_copied_with_all_in_it() {
        let dir = tempfile::tempdir().expect("a folder");
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::create_dir_all(from.join("deep")).expect("made");
        fs::write(from.join("a"), "1").expect("written");
        fs::write(from.join("deep/b"), "2").expect("written");
        copy(&from, &to).expect("copied");
        copy(&from.join("a"), &to.join("c")).expect("copied");
        let read = |name: &str| fs::read_to_string(to.join(name)).expect("read");
        assert_eq!((read("a"), read("deep/b"), read("c")), ("1".into(), "2".into(), "1".into()));
    }
}
