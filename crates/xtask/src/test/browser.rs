//! The journeys: Playwright in a real Chromium, against the programs that ship.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::tally::{Outcome, Verdict};
use crate::{
    repo::Repo,
    run::Run,
    tools::{chromium, node},
};

/// Runs them, installing what they need where that is allowed.
pub fn test(repo: &Repo) -> Result<Vec<Outcome>> {
    let Some(npm) = node::ensure(repo)? else {
        return Ok(vec![Outcome::skipped("browser journeys: no npm, install Node.js 20 or newer")]);
    };
    let Some(browser) = chromium::ensure(repo)? else {
        return Ok(vec![Outcome::skipped("browser journeys: no Chromium")]);
    };
    let report = repo.tests().join("results").join("report.json");
    if report.exists() {
        fs::remove_file(&report).with_context(|| format!("{} cannot be removed", report.display()))?;
    }
    let ended = Run::new(repo, "playwright test", npm.join("playwright"))?
        .arg("test")
        .dir(repo.tests())
        .env("PORTAL_CHROMIUM", browser)
        .env("PORTAL_DEMO", repo.release("portal-demo"))
        .env("PORTAL_GATEWAY", repo.release("diffgram-portal"))
        .env("PORTAL_REPORT", &report)
        .show(|_| true)
        .ended()?;
    let mut outcomes = read(&report)?;
    if !ended.ok && outcomes.iter().all(|outcome| outcome.verdict != Verdict::Failed) {
        outcomes.push(Outcome::check("playwright", false));
    }
    Ok(outcomes)
}

/// Playwright's JSON report, as far as it is needed.
#[derive(Deserialize)]
struct Report {
    suites: Vec<Suite>,
}

#[derive(Deserialize)]
struct Suite {
    title: String,
    #[serde(default)]
    specs: Vec<Spec>,
    #[serde(default)]
    suites: Vec<Suite>,
}

#[derive(Deserialize)]
struct Spec {
    title: String,
    tests: Vec<Test>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    #[serde(default)]
    project_name: String,
    /// `expected`, `unexpected`, `flaky` or `skipped`.
    status: String,
}

fn read(report: &Path) -> Result<Vec<Outcome>> {
    let text = fs::read_to_string(report).context("Playwright left no report")?;
    let report: Report = serde_json::from_str(&text).context("Playwright's report cannot be read")?;
    let mut outcomes = Vec::new();
    for suite in &report.suites {
        collect(suite, "", &mut outcomes);
    }
    if outcomes.is_empty() {
        outcomes.push(Outcome::check("playwright ran no test", false));
    }
    Ok(outcomes)
}

fn collect(suite: &Suite, above: &str, outcomes: &mut Vec<Outcome>) {
    let here = if above.is_empty() { suite.title.clone() } else { format!("{above} › {}", suite.title) };
    for spec in &suite.specs {
        for test in &spec.tests {
            let verdict = match test.status.as_str() {
                "expected" => Verdict::Passed,
                "skipped" => Verdict::Skipped,
                _ => Verdict::Failed,
            };
            let project =
                if test.project_name.is_empty() { String::new() } else { format!(" [{}]", test.project_name) };
            outcomes.push(Outcome { name: format!("{here} › {}{project}", spec.title), verdict });
        }
    }
    for inner in &suite.suites {
        collect(inner, &here, outcomes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_and_flaky_is_failed() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("report.json");
        let report = r#"{"config":{},"suites":[{"title":"sign-in.spec.ts","specs":[
            {"title":"OIDC-29 the address survives","tests":[{"projectName":"wide","status":"expected"}]}],
            "suites":[{"title":"faults","specs":[{"title":"a","tests":[{"status":"flaky"}]},{"title":"b","tests":[{"status":"skipped"}]}]}]}]}"#;
        fs::write(&file, report).expect("written");
        let names: Vec<_> = read(&file).expect("a report").into_iter().map(|o| (o.name, o.verdict)).collect();
        assert_eq!(
            names,
            [
                ("sign-in.spec.ts › OIDC-29 the address survives [wide]".to_owned(), Verdict::Passed),
                ("sign-in.spec.ts › faults › a".to_owned(), Verdict::Failed),
                ("sign-in.spec.ts › faults › b".to_owned(), Verdict::Skipped),
            ]
        );
    }
}
