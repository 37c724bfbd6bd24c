//! `cases.json`: which adversarial cases were played, and how they ended. A test plays a case by carrying its id in its name.

use std::{collections::BTreeMap, fs};

use anyhow::{Context as _, Result};

use super::tally::{Outcome, Tally, Verdict};
use crate::repo::Repo;

/// The families of cases.
const FAMILIES: [&str; 11] = ["OIDC", "SES", "AUT", "EMB", "INJ", "PRX", "WHK", "UPS", "CLI", "GWF", "DAT"];

/// Writes `cases.json`, and checks that `docs/security.md` claims what was played and nothing else.
pub fn write(repo: &Repo, tally: &Tally) -> Result<Vec<Outcome>> {
    let cases = collect(tally.outcomes());
    let words: BTreeMap<&str, &str> = cases.iter().map(|(id, verdict)| (id.as_str(), word(*verdict))).collect();
    let mut text = serde_json::to_string_pretty(&words).context("cases.json")?;
    text.push('\n');
    fs::write(repo.root().join("cases.json"), text).context("cases.json cannot be written")?;
    println!("\n{} cases played, see cases.json", cases.len());
    let page = fs::read_to_string(repo.root().join("docs/security.md")).context("docs/security.md cannot be read")?;
    let claimed = claims(&page);
    let wrong = differences(&cases, &claimed);
    for line in &wrong {
        eprintln!("  ✗ {line}");
    }
    Ok(vec![Outcome::check("docs/security.md lists the cases that were played", wrong.is_empty())])
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Skipped => "skipped",
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
    }
}

/// Each case with the worst that came of its tests; skipped only if none ran.
fn collect(outcomes: &[Outcome]) -> BTreeMap<String, Verdict> {
    let mut cases = BTreeMap::new();
    for outcome in outcomes {
        for id in ids(&outcome.name) {
            let verdict = cases.entry(id).or_insert(outcome.verdict);
            *verdict = outcome.verdict.max(*verdict);
        }
    }
    cases
}

/// The ids in a name: `oidc_06_…` in Rust, `OIDC-06 …` in words.
fn ids(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    words
        .windows(2)
        .filter(|pair| pair[1].len() == 2 && pair[1].bytes().all(|b| b.is_ascii_digit()))
        .filter_map(|pair| {
            FAMILIES.iter().find(|f| f.eq_ignore_ascii_case(pair[0])).map(|f| format!("{f}-{}", pair[1]))
        })
        .collect()
}

/// The ids in the first column of the tables under the heading "Played".
fn claims(page: &str) -> Vec<String> {
    let mut inside = false;
    let mut claimed = Vec::new();
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            inside = heading.starts_with("Played");
        } else if inside && let Some(row) = line.strip_prefix('|') {
            claimed.extend(ids(row.split('|').next().unwrap_or_default()));
        }
    }
    claimed
}

fn differences(cases: &BTreeMap<String, Verdict>, claimed: &[String]) -> Vec<String> {
    let unplayed = claimed
        .iter()
        .filter(|id| !cases.contains_key(*id))
        .map(|id| format!("{id} is claimed in docs/security.md and no test plays it"));
    let unlisted = cases
        .keys()
        .filter(|id| !claimed.contains(id))
        .map(|id| format!("{id} is played and docs/security.md does not list it"));
    unplayed.chain(unlisted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_both_spellings_and_not_elsewhere() {
        assert_eq!(ids("session::tests::oidc_06_and_oidc_23_are_refused"), ["OIDC-06", "OIDC-23"]);
        assert_eq!(ids("sign-in.spec.ts › OIDC-29 the address survives [wide]"), ["OIDC-29"]);
        assert!(ids("data_10 cli_100 exdat_11 dat_1").is_empty());
    }

    #[test]
    fn the_worst_counts_and_a_skip_does_not_hide_a_pass() {
        let outcomes = [
            Outcome::check("ses_15_a", true),
            Outcome::skipped("SES-15 b"),
            Outcome::check("inj_01", false),
            Outcome::check("INJ-01", true),
        ];
        let cases = collect(&outcomes);
        assert_eq!(cases.get("SES-15"), Some(&Verdict::Passed));
        assert_eq!(cases.get("INJ-01"), Some(&Verdict::Failed));
    }

    #[test]
    fn the_page_may_claim_neither_more_nor_less() {
        let page = "## Played\n| case | test |\n|---|---|\n| OIDC-06 | a |\n| OIDC-07 | b |\n## Not applicable\n| SES-02 | no |\n";
        let claimed = claims(page);
        assert_eq!(claimed, ["OIDC-06", "OIDC-07"]);
        let cases = collect(&[Outcome::check("oidc_06", true), Outcome::check("inj_01", true)]);
        assert_eq!(differences(&cases, &claimed).len(), 2);
    }
}
