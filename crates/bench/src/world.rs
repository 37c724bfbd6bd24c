//! The demo that is measured: started, filled, and ended again.

use std::{
    fs,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::person::Person;

/// What is started.
#[derive(Debug)]
pub struct Programs {
    /// `portal-demo`.
    pub demo: PathBuf,
    /// `diffgram-portal`.
    pub gateway: PathBuf,
}

/// A running demo.
#[derive(Debug)]
pub struct World {
    child: Child,
    /// Process of the gateway.
    pub gateway: u32,
    /// Where the portal answers.
    pub portal: String,
    /// Where the stand-in Diffgram answers.
    pub diffgram: String,
    /// Where people say who they are.
    pub provider: String,
    /// Process of the demo.
    pub demo: u32,
    /// Where its data and the gateway's log are.
    pub data: PathBuf,
    /// When it was started.
    pub begun: Instant,
    /// For asking the stand-in.
    pub http: reqwest::Client,
}

impl World {
    /// Starts a demo of these sizes, for example `--tasks`.
    pub async fn start(programs: &Programs, sizes: &[(&str, u32)]) -> anyhow::Result<Self> {
        let begun = Instant::now();
        let mut command = Command::new(&programs.demo);
        command.arg("--gateway").arg(&programs.gateway).args(["--json", "--ports", "free"]);
        for (flag, size) in sizes {
            command.arg(flag).arg(size.to_string());
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command
            .spawn()
            .with_context(|| format!("{} cannot be started: cargo xtask bench builds it", programs.demo.display()))?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let ready = async {
            while let Some(line) = lines.next_line().await? {
                if line.starts_with('{') {
                    return Ok::<_, anyhow::Error>(serde_json::from_str::<Value>(&line)?);
                }
            }
            bail!("portal-demo ended before it was ready")
        };
        let said =
            tokio::time::timeout(Duration::from_secs(120), ready).await.context("portal-demo is not ready")??;
        let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        let demo = child.id().context("portal-demo ended")?;
        Ok(Self {
            gateway: child_of(demo)?,
            child,
            portal: text("portal"),
            diffgram: text("diffgram"),
            provider: text("provider"),
            demo,
            data: text("data").into(),
            begun,
            http: reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?,
        })
    }

    /// Waits until all tasks have been read, and what is drawn on their files.
    pub async fn read(&self, person: &Person) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let list = person.get("/api/files?limit=1").await?;
            if list["freshness"]["complete"] == true && list["annotations_percent"] == 100 {
                return Ok(());
            }
            if begun.elapsed() > Duration::from_secs(600) {
                bail!("not all was read in ten minutes: {list}");
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Memory that the gateway has for itself, in kilobytes.
    pub fn memory(&self) -> anyhow::Result<u64> {
        memory_of(self.gateway)
    }

    /// Ends it.
    pub async fn end(mut self) -> anyhow::Result<()> {
        if let Some(id) = self.child.id() {
            let _ = Command::new("kill").arg("-TERM").arg(id.to_string()).status().await;
        }
        if tokio::time::timeout(Duration::from_secs(15), self.child.wait()).await.is_err() {
            self.child.kill().await?;
        }
        Ok(())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // It ended by itself when all went well. Killed at once, it could not end its gateway.
        if let Some(id) = self.child.id() {
            let _ = std::process::Command::new("kill").arg("-TERM").arg(id.to_string()).status();
        }
    }
}

/// Memory that a process has for itself, in kilobytes: not the pages of the store, which are mapped and belong to the file.
pub fn memory_of(process: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).context("it ended")?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("no RssAnon")?;
    line.trim().trim_end_matches("kB").trim().parse().context("RssAnon")
}

/// The one child of a process.
fn child_of(parent: u32) -> anyhow::Result<u32> {
    let wanted = format!("PPid:\t{parent}");
    for entry in fs::read_dir("/proc").context("this needs /proc")?.flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // Processes come and go.
        let Ok(status) = fs::read_to_string(entry.path().join("status")) else { continue };
        if status.lines().any(|line| line == wanted) {
            return Ok(id);
        }
    }
    bail!("portal-demo has no child: the gateway is not running")
}
