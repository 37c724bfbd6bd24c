//! `cargo xtask test`: every check and test, in one order, with one result.

mod browser;
mod cargo;
mod cases;
mod guard;
mod tally;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::{
    bench, demo, page,
    repo::Repo,
    run::{Run, human},
    tools::wasm,
};
pub use tally::Outcome;
use tally::{Tally, Verdict};

/// Which steps to run.
#[derive(clap::Args)]
pub struct Args {
    /// Only these steps; all when left out.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Step>,
    /// Also what takes long: every page opened and closed 500 times, 10,000 event streams.
    #[arg(long)]
    long: bool,
}

/// The steps, in the order they run: what fails soonest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Step {
    /// `cargo fmt --check`.
    Fmt,
    /// Habits that no lint knows.
    Habits,
    /// Clippy over everything that runs on servers and here.
    Clippy,
    /// Clippy over the page.
    ClippyPage,
    /// All Rust tests.
    Rust,
    /// The page is built and within its budget.
    Page,
    /// The programs that ship are built.
    Release,
    /// The journeys, in a real browser, against the programs that ship.
    Browser,
    /// Soaks, with `--long` only.
    Long,
}

const ALL: [Step; 8] =
    [Step::Fmt, Step::Habits, Step::Clippy, Step::ClippyPage, Step::Rust, Step::Page, Step::Release, Step::Browser];

impl Step {
    fn title(self) -> &'static str {
        match self {
            Self::Fmt => "formatting",
            Self::Habits => "habits",
            Self::Clippy => "clippy, native",
            Self::ClippyPage => "clippy, page",
            Self::Rust => "Rust tests",
            Self::Page => "page and its size",
            Self::Release => "release build",
            Self::Browser => "browser journeys",
            Self::Long => "soaks",
        }
    }

    fn run(self, repo: &Repo) -> Result<Vec<Outcome>> {
        match self {
            Self::Fmt => check(repo, self, &["fmt", "--all", "--check"]),
            Self::Habits => guard::check(repo),
            Self::Clippy => {
                let args = [
                    "clippy",
                    "--locked",
                    "--workspace",
                    "--exclude",
                    "portal-web",
                    "--all-targets",
                    "--",
                    "-D",
                    "warnings",
                ];
                check(repo, self, &args)
            }
            Self::ClippyPage => {
                wasm::ensure_target(repo)?;
                let args = [
                    "clippy",
                    "--locked",
                    "--package",
                    "portal-web",
                    "--target",
                    "wasm32-unknown-unknown",
                    "--",
                    "-D",
                    "warnings",
                ];
                check(repo, self, &args)
            }
            Self::Rust => cargo::test(repo),
            Self::Page => {
                page::build(repo)?;
                let size = page::size::measure(&repo.dist())?;
                print!("{size}");
                let grown = size.grown(repo)?;
                for words in &grown {
                    eprintln!("  ✗ {words}; if that is what you want: cargo xtask bench size --update");
                }
                Ok(vec![
                    Outcome::check("the page is within its budget", size.fits()),
                    Outcome::check("no part of the page outgrew benches/SIZE.md", grown.is_empty()),
                ])
            }
            Self::Release => {
                demo::build_programs(repo)?;
                Ok(vec![Outcome::check("the programs that ship are built", true)])
            }
            Self::Browser => browser::test(repo),
            Self::Long => bench::soak(repo),
        }
    }
}

/// One cargo command that is a check by itself.
fn check(repo: &Repo, step: Step, args: &[&str]) -> Result<Vec<Outcome>> {
    let ended = Run::cargo(repo, format!("cargo {}", args.join(" ")))?.args(args).ended()?;
    Ok(vec![Outcome::check(step.title(), ended.ok)])
}

/// Runs the steps and says what came of them; the last line is `N passed, N failed`.
pub fn test(repo: &Repo, args: &Args) -> Result<ExitCode> {
    let mut steps: Vec<Step> =
        ALL.into_iter().filter(|step| args.only.is_empty() || args.only.contains(step)).collect();
    if args.long || args.only.contains(&Step::Long) {
        steps.push(Step::Long);
    }
    let mut all = Tally::default();
    let mut times: Vec<(Step, Duration, Tally)> = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        println!("\n== {} of {}: {} ==", number + 1, steps.len(), step.title());
        let started = Instant::now();
        let outcomes = step.run(repo).unwrap_or_else(|error| {
            eprintln!("  ✗ {error:#}");
            vec![Outcome::check(step.title(), false)]
        });
        let mut tally = Tally::default();
        tally.add(&outcomes);
        all.add(&outcomes);
        times.push((*step, started.elapsed(), tally));
    }
    if args.only.is_empty() {
        let outcomes = cases::write(repo, &all)?;
        all.add(&outcomes);
    }
    println!("\n== summary ==");
    for (step, time, tally) in &times {
        println!("  {:<20} {:>14}   {tally}", step.title(), human(*time));
    }
    for outcome in all.of(Verdict::Skipped) {
        println!("  skipped: {}", outcome.name);
    }
    for outcome in all.of(Verdict::Failed) {
        println!("  failed: {}", outcome.name);
    }
    let took = times.iter().map(|(_, time, _)| *time).sum();
    println!("  in all {}", human(took));
    let in_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    let (passed, failed) = all.result(in_ci);
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
