//! `cargo xtask demo`: everything on this machine, ready to click.

use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

use anyhow::{Context as _, Result};

use crate::{page, repo::Repo, run::Run};

/// What is passed on to `portal-demo`.
#[derive(clap::Args)]
pub struct Args {
    /// For `portal-demo`, for example `--tasks 10000` or `--data folder`; `--help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

/// Builds what changed and becomes `portal-demo`.
pub fn demo(repo: &Repo, args: &Args) -> Result<ExitCode> {
    eprintln!(
        "Diffgram Portal, the demo. The first start builds everything (10 to 30 minutes); the next takes seconds."
    );
    page::build(repo)?;
    build_programs(repo)?;
    eprintln!();
    let mut portal = Command::new(repo.release("portal-demo"));
    portal.current_dir(repo.root()).arg("--gateway").arg(repo.release("diffgram-portal")).args(&args.args);
    become_it(portal)
}

/// Builds the programs that ship, the page inside.
pub fn build_programs(repo: &Repo) -> Result<()> {
    Run::cargo(repo, "the gateway and the demo: cargo build --release")?
        .args(["build", "--release", "--locked", "--package", "portal-gateway", "--package", "portal-demo"])
        .crates(380)
        .must()?;
    Ok(())
}

/// From here on this process is that program, so that Ctrl-C reaches it and nothing stays behind.
#[cfg(unix)]
fn become_it(mut program: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(program.exec()).with_context(|| format!("{} cannot be started", program.get_program().display()))
}

/// Where a process cannot become another: waits for it. Ctrl-C reaches both.
#[cfg(not(unix))]
fn become_it(mut program: Command) -> Result<ExitCode> {
    let status = program.status().with_context(|| format!("{} cannot be started", program.get_program().display()))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
