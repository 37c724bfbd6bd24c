//! All Rust tests of the workspace, read from what `cargo test` prints.

use anyhow::Result;

use super::tally::{Outcome, Verdict};
use crate::{repo::Repo, run::Run};

/// Runs them all, also after a failure.
pub fn test(repo: &Repo) -> Result<Vec<Outcome>> {
    let ended = Run::cargo(repo, "cargo test")?
        .args(["test", "--locked", "--workspace", "--no-fail-fast"])
        .show(is_worth_showing)
        .ended()?;
    let mut outcomes = read(&ended.output);
    let failed = outcomes.iter().any(|outcome| outcome.verdict == Verdict::Failed);
    if !ended.ok && !failed {
        // It did not compile, or a test took the whole process with it.
        print_errors(&ended.output);
        outcomes.push(Outcome::check("cargo test", false));
    }
    if failed {
        print_failures(&ended.output);
    }
    if outcomes.is_empty() {
        outcomes.push(Outcome::check("cargo test ran no test", false));
    }
    Ok(outcomes)
}

fn is_worth_showing(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("Running ")
        || line.starts_with("test result:")
        || line.ends_with("... FAILED")
        || line.starts_with("error")
}

/// The lines `test NAME ... ok`.
fn read(output: &str) -> Vec<Outcome> {
    output.lines().filter_map(read_line).collect()
}

fn read_line(line: &str) -> Option<Outcome> {
    let (name, word) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let verdict = match word.split([',', ' ']).next()? {
        "ok" => Verdict::Passed,
        "FAILED" => Verdict::Failed,
        "ignored" => Verdict::Skipped,
        _ => return None,
    };
    Some(Outcome { name: name.to_owned(), verdict })
}

/// What the failed tests said: between `failures:` and the list of their names.
fn print_failures(output: &str) {
    let mut inside = false;
    for line in output.lines() {
        match line {
            "failures:" => inside = !inside,
            _ if line.starts_with("test result:") => inside = false,
            _ if inside => eprintln!("    {line}"),
            _ => {}
        }
    }
}

fn print_errors(output: &str) {
    let last: Vec<&str> = output.lines().rev().take(60).collect();
    for line in last.iter().rev() {
        eprintln!("    {line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_tests_are_read() {
        let output = "running 4 tests\n\
            test session::oidc_06_foreign_nonce ... ok\n\
            test a ... FAILED\n\
            test b ... ignored, takes an hour\n\
            test crates/model/src/api.rs - api::path (line 3) ... ok\n\
            test result: FAILED. 2 passed; 1 failed; 1 ignored\n";
        let verdicts: Vec<_> = read(output).into_iter().map(|o| (o.name, o.verdict)).collect();
        assert_eq!(
            verdicts,
            [
                ("session::oidc_06_foreign_nonce".to_owned(), Verdict::Passed),
                ("a".to_owned(), Verdict::Failed),
                ("b".to_owned(), Verdict::Skipped),
                ("crates/model/src/api.rs - api::path (line 3)".to_owned(), Verdict::Passed),
            ]
        );
    }
}
