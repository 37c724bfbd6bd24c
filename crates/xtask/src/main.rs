//! `cargo xtask …`: the commands of this repository. Each installs what it needs, says how long that takes, and can be stopped.
#![forbid(unsafe_code)]

mod bench;
mod demo;
mod dist;
mod page;
mod repo;
mod run;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The commands of this repository.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the portal and starts it with a stand-in Diffgram and a small identity provider; Ctrl-C ends all of it.
    Demo(demo::Args),
    /// Runs every check and test, as CI does.
    Test(test::Args),
    /// Builds the page into `dist/`, if its sources changed.
    Page {
        /// For working on the page: not optimised, in one wasm. Large, and built in seconds once warm.
        #[arg(long)]
        quick: bool,
    },
    /// Measures what the design has budgets for, and writes `benches/RESULTS.md`.
    Bench(bench::Args),
    /// One stripped program with the page inside, packed with what an install needs, and tried from an empty folder.
    Dist,
    /// Says which tools are here and what would be installed, and changes nothing.
    Doctor,
}

fn main() -> ExitCode {
    match command(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command(command: Command) -> anyhow::Result<ExitCode> {
    let repo = repo::Repo::find()?;
    match command {
        Command::Demo(args) => demo::demo(&repo, &args),
        Command::Test(args) => test::test(&repo, &args),
        Command::Page { quick: true } => page::quick(&repo).map(|()| ExitCode::SUCCESS),
        Command::Page { quick: false } => page::build(&repo).map(|()| ExitCode::SUCCESS),
        Command::Bench(args) => bench::bench(&repo, &args),
        Command::Dist => dist::dist(&repo).map(|()| ExitCode::SUCCESS),
        Command::Doctor => tools::doctor(&repo).map(|()| ExitCode::SUCCESS),
    }
}
