//! Running programs: one line while they work, their last words when they fail, everything in a log.

use std::{
    collections::VecDeque,
    ffi::{OsStr, OsString},
    fs::File,
    io::{BufRead as _, BufReader, IsTerminal as _, Read, Write as _},
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use crate::repo::Repo;

/// How many lines of a failed program are shown; the log has all of them.
const LAST_WORDS: usize = 40;
/// How often a line is printed where there is no terminal.
const HEARTBEAT: Duration = Duration::from_secs(60);

/// A program to run.
pub struct Run {
    what: String,
    command: Command,
    log: PathBuf,
    /// About how many `Compiling` lines to expect, when known.
    crates: Option<u64>,
    show: Option<fn(&str) -> bool>,
}

/// What a program that ended left behind.
#[derive(Debug)]
pub struct Ended {
    /// Whether it ended well.
    pub ok: bool,
    /// All it printed, on both streams, in the order it came.
    pub output: String,
}

impl Run {
    /// A program; `what` is the line people see while it runs.
    pub fn new(repo: &Repo, what: impl Into<String>, program: impl AsRef<OsStr>) -> Result<Self> {
        let what = what.into();
        let name: String =
            what.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
        let mut command = Command::new(program);
        command.current_dir(repo.root()).stdin(Stdio::null());
        Ok(Self { what, command, log: repo.memory()?.join(format!("{name}.log")), crates: None, show: None })
    }

    /// Cargo, the one that started us.
    pub fn cargo(repo: &Repo, what: impl Into<String>) -> Result<Self> {
        Self::new(repo, what, std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
    }

    /// Adds arguments.
    pub fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, args: I) -> Self {
        self.command.args(args);
        self
    }

    /// Adds one argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes a variable out of the environment.
    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs in another folder.
    pub fn dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.command.current_dir(dir.into());
        self
    }

    /// Tells how many crates cargo will compile, so that the progress has an end.
    pub fn crates(mut self, count: u64) -> Self {
        self.crates = Some(count);
        self
    }

    /// Prints the lines for which this is true while the program runs.
    pub fn show(mut self, which: fn(&str) -> bool) -> Self {
        self.show = Some(which);
        self
    }

    /// Runs it; a failure is an error with the program's last words.
    pub fn must(self) -> Result<Ended> {
        let what = self.what.clone();
        let ended = self.ended()?;
        if !ended.ok {
            bail!("{what}: failed");
        }
        Ok(ended)
    }

    /// Runs it to its end, whichever that is.
    pub fn ended(mut self) -> Result<Ended> {
        let started = Instant::now();
        let program = self.command.get_program().to_string_lossy().into_owned();
        let mut child = self
            .command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{}: `{program}` cannot be started", self.what))?;
        let (send, lines) = mpsc::channel();
        let readers = [
            child.stdout.take().map(|stream| forward(stream, send.clone())),
            child.stderr.take().map(|stream| forward(stream, send)),
        ];
        let mut progress = Progress::start(&self.what, self.crates);
        let mut log = File::create(&self.log).with_context(|| format!("{} cannot be written", self.log.display()))?;
        let mut output = String::new();
        for line in lines {
            writeln!(log, "{line}").context("the log cannot be written")?;
            output.push_str(&line);
            output.push('\n');
            progress.line(&line);
            if self.show.is_some_and(|show| show(&line)) {
                progress.print(&line);
            }
        }
        for reader in readers.into_iter().flatten() {
            // A reader ends when its stream does; it has nothing to tell.
            let _ = reader.join();
        }
        let ok = child.wait().with_context(|| format!("`{program}` got lost"))?.success();
        progress.end(ok, started.elapsed());
        if !ok && self.show.is_none() {
            let last: VecDeque<&str> = output.lines().rev().take(LAST_WORDS).collect();
            for line in last.iter().rev() {
                eprintln!("    {line}");
            }
        }
        if !ok {
            eprintln!("    all of it: {}", self.log.display());
        }
        Ok(Ended { ok, output })
    }
}

fn forward(stream: impl Read + Send + 'static, to: mpsc::Sender<String>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
            bytes.clear();
            if to.send(line).is_err() {
                return;
            }
        }
    })
}

/// The one line: a spinner on a terminal, now and then a line elsewhere.
struct Progress {
    what: String,
    crates: Option<u64>,
    bar: ProgressBar,
    compiled: u64,
    started: Instant,
    /// When something was last said where there is no terminal.
    beat: Instant,
}

impl Progress {
    fn start(what: &str, crates: Option<u64>) -> Self {
        let bar = if std::io::stderr().is_terminal() {
            let style = ProgressStyle::with_template("  {spinner} {wide_msg} {elapsed}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner());
            let bar = ProgressBar::new_spinner().with_style(style).with_message(what.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        } else {
            eprintln!("  … {what}");
            ProgressBar::hidden()
        };
        let now = Instant::now();
        Self { what: what.to_owned(), crates, bar, compiled: 0, started: now, beat: now }
    }

    fn line(&mut self, line: &str) {
        if line.trim_start().starts_with("Compiling ") || line.trim_start().starts_with("Checking ") {
            self.compiled += 1;
        }
        let done = match (self.compiled, self.crates) {
            (0, _) => line.trim().chars().take(80).collect(),
            (n, Some(all)) => format!("{n} of about {all} crates"),
            (n, None) => format!("{n} crates"),
        };
        if !self.bar.is_hidden() {
            self.bar.set_message(format!("{} · {done}", self.what));
        } else if self.compiled > 0 && self.beat.elapsed() > HEARTBEAT {
            self.beat = Instant::now();
            eprintln!("    {done}, {}", human(self.started.elapsed()));
        }
    }

    fn print(&self, line: &str) {
        self.bar.suspend(|| eprintln!("    {line}"));
    }

    fn end(&self, ok: bool, took: Duration) {
        self.bar.finish_and_clear();
        eprintln!("  {} {} ({})", if ok { "✓" } else { "✗" }, self.what, human(took));
    }
}

/// A duration as people say it: `0.4 s`, `12 s`, `3 min 5 s`.
pub fn human(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// What a program says to one question, when it is there and ends well.
pub fn ask(program: impl AsRef<OsStr>, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_say_them() {
        assert_eq!(human(Duration::from_millis(420)), "0.4 s");
        assert_eq!(human(Duration::from_secs(12)), "12 s");
        assert_eq!(human(Duration::from_secs(185)), "3 min 5 s");
    }

    #[test]
    fn a_missing_program_has_no_answer() {
        assert_eq!(ask("no-such-program-here", &["--version"]), None);
        assert!(ask("cargo", &["--version"]).is_some_and(|answer| answer.starts_with("cargo ")));
    }
}
