//! `cargo xtask bench`: what the budgets of the design came to on this machine, each next to a floor or a peer of the same run.

mod results;
mod size;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::{
    demo, page,
    repo::Repo,
    run::Run,
    test::Outcome,
    tools::{chromium, node},
};
use results::{Line, Results};

/// What to measure.
#[derive(clap::Args)]
pub struct Args {
    /// Only these parts; all but the soak when left out.
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// Smaller and faster, to see that everything runs; writes nothing.
    #[arg(long)]
    quick: bool,
    /// With `size`: the table in the repository becomes what the page weighs now.
    #[arg(long)]
    update: bool,
}

/// The parts. Each starts what it measures and ends it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// What the page weighs. Exact, so the tests hold it, too.
    Size,
    /// From navigation to a usable list, next to a page without a framework.
    Load,
    /// Typing, scrolling, ten thousand boxes and frames: what the page does between two pictures of the screen.
    Frames,
    /// Queries over 100,000 files with 2 million annotations, and lists over 100,000 tasks.
    Index,
    /// The API at a steady rate, next to `/healthz`.
    Requests,
    /// Ten thousand event streams.
    Streams,
    /// Reading a large Diffgram, and how late changes show.
    Sync,
    /// A large edit of a schema of 50,000 options: what it changes, and which calls that takes.
    Schemas,
    /// The custom element: what it weighs, and from its insertion to a usable list, next to a plain frame.
    Embed,
    /// Every page opened and closed 500 times.
    Soak,
}

const ALL: [Part; 9] = [
    Part::Size,
    Part::Index,
    Part::Requests,
    Part::Streams,
    Part::Load,
    Part::Frames,
    Part::Sync,
    Part::Schemas,
    Part::Embed,
];

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Load => "load",
            Self::Frames => "frames",
            Self::Index => "index",
            Self::Requests => "requests",
            Self::Streams => "streams",
            Self::Sync => "sync",
            Self::Schemas => "schemas",
            Self::Embed => "embed",
            Self::Soak => "soak",
        }
    }

    fn run(self, repo: &Repo, args: &Args) -> Result<Vec<Line>> {
        let quick = args.quick;
        let program = |what: &'static str, more: &[&str]| -> Result<Vec<Line>> {
            let run = Run::new(repo, format!("bench {}", self.name()), repo.release("portal-bench"))?.arg(what);
            measured(run.args(if quick { more } else { &[] }), repo)
        };
        match self {
            Self::Size => size::lines(repo, args.update),
            Self::Index => {
                let run = Run::cargo(repo, "bench index: the store is built at the first run, some minutes")?;
                let run = run.args(["bench", "--locked", "--package", "portal-gateway", "--bench", "index"]);
                measured(run.env("PORTAL_BENCH_ROUNDS", if quick { "1" } else { "45" }), repo)
            }
            Self::Requests => program("requests", &["--seconds", "1", "--rounds", "1", "--tasks", "500"]),
            Self::Streams => program("streams", &["--streams", "100", "--changes", "600"]),
            Self::Sync => program("sync", &["--tasks", "2000", "--files", "500", "--annotations", "5000"]),
            Self::Schemas => {
                let mut lines = program("schemas", &["--options", "2000", "--changes", "200", "--rounds", "1"])?;
                let rounds = if quick { "1" } else { "3" };
                lines.extend(script(repo, "frames.ts", &["--only", "schema", "--tasks", "100", "--rounds", rounds])?);
                Ok(lines)
            }
            Self::Load => script(repo, "load.ts", if quick { &["--rounds", "1", "--tasks", "1000"] } else { &[] }),
            Self::Frames => {
                let only = "list,explorer,boxes,clip";
                let small = ["--only", only, "--tasks", "2000", "--rounds", "1"];
                let large = ["--only", only, "--tasks", "100000", "--extremes", "--rounds", "2"];
                script(repo, "frames.ts", if quick { &small[..] } else { &large[..] })
            }
            Self::Embed => script(repo, "embed.ts", if quick { &["--rounds", "1"] } else { &[] }),
            Self::Soak => script(repo, "soak.ts", if quick { &["--times", "20", "--every", "5"] } else { &[] }),
        }
    }
}

/// The soaks: every page opened and closed again and again, and ten thousand event streams. They fail by themselves.
pub fn soak(repo: &Repo) -> Result<Vec<Outcome>> {
    build_programs(repo)?;
    let args = Args { parts: Vec::new(), quick: false, update: false };
    let soaks = [(Part::Soak, "soak: every page 500 times"), (Part::Streams, "soak: 10,000 event streams")];
    let ran = soaks.map(|(part, name)| {
        let ran = part.run(repo, &args).inspect_err(|error| eprintln!("  ✗ {error:#}"));
        Outcome::check(name, ran.is_ok_and(|lines| lines.iter().all(|line| line.met != Some(false))))
    });
    Ok(ran.into())
}

/// A program of `tests/bench/`, in a real browser.
fn script(repo: &Repo, name: &str, more: &[&str]) -> Result<Vec<Line>> {
    node::ensure(repo)?.context("no npm: install Node.js 20 or newer")?;
    let browser = chromium::ensure(repo)?.context("no Chromium")?;
    let run = Run::new(repo, format!("bench {name}"), "node")?
        .args(["bench/run.mjs", name])
        .args(more)
        .dir(repo.tests())
        .env("PORTAL_CHROMIUM", browser);
    measured(run, repo)
}

/// Runs it, shows what it says, and takes the results out of that.
fn measured(run: Run, repo: &Repo) -> Result<Vec<Line>> {
    let ended = run
        .env("PORTAL_DEMO", repo.release("portal-demo"))
        .env("PORTAL_GATEWAY", repo.release("diffgram-portal"))
        .show(|line| !line.starts_with(results::MARK))
        .must()?;
    let lines = results::lines(&ended.output)?;
    if lines.is_empty() {
        bail!("it measured nothing");
    }
    for line in &lines {
        println!("  {line}");
    }
    Ok(lines)
}

fn build_programs(repo: &Repo) -> Result<()> {
    page::build(repo)?;
    demo::build_programs(repo)?;
    Run::cargo(repo, "the bench: cargo build --release")?
        .args(["build", "--release", "--locked", "--package", "portal-bench"])
        .must()?;
    Ok(())
}

/// Measures, and writes down what came of it.
pub fn bench(repo: &Repo, args: &Args) -> Result<ExitCode> {
    let parts: Vec<Part> = if args.parts.is_empty() { ALL.into() } else { args.parts.clone() };
    if parts == [Part::Size] {
        page::build(repo)?;
    } else {
        build_programs(repo)?;
    }
    let mut all = Results::read(repo)?;
    let mut failed = false;
    for part in parts {
        println!("\n== {} ==", part.name());
        match part.run(repo, args) {
            Ok(lines) => all.put(part.name(), lines),
            Err(error) => {
                eprintln!("  ✗ {error:#}");
                failed = true;
            }
        }
    }
    if args.quick {
        println!("\nnothing written: this was a quick run");
    } else {
        all.write(repo)?;
        println!("\n{} not met; all of it in {}", all.not_met(), results::TABLE);
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
