//! What was measured, kept in `benches/results.json` and written for people as `benches/RESULTS.md`.

use std::{collections::BTreeMap, fmt, fmt::Write as _, fs};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{repo::Repo, run::ask};

/// How a line with a result begins.
pub const MARK: &str = "BENCH ";
/// The table for people.
pub const TABLE: &str = "benches/RESULTS.md";
/// What it is written from.
const KEPT: &str = "benches/results.json";

/// The rows of the budgets (`design.md` §11), in order: word, and title.
const ROWS: [(&str, &str); 13] = [
    ("code", "Code of the first route"),
    ("load", "Cold load to usable"),
    ("list", "Typing, a filter, a sort"),
    ("scroll", "Scrolling 100,000 rows or tiles"),
    ("explorer", "Explorer query on 100,000 files / 2 M annotations"),
    ("boxes", "10,000 boxes, 10,000 frames"),
    ("gateway", "Gateway"),
    ("front", "Front"),
    ("sync", "Sync"),
    ("schemas", "Editing schemas"),
    ("embed", "In a host app"),
    ("memory", "Memory"),
    ("soak", "Soak"),
];

/// One result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Which row of the budgets it belongs to.
    pub row: String,
    /// What was measured.
    pub what: String,
    /// What came out.
    pub value: String,
    /// What was allowed; empty where nothing is.
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub budget: String,
    /// Whether it holds; nothing where there is no budget.
    pub met: Option<bool>,
    /// How, against what.
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub note: String,
}

/// A text; empty for `null`.
fn text_or_nothing<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Option::<String>::deserialize(from).map(Option::unwrap_or_default)
}

impl Line {
    fn verdict(&self) -> &'static str {
        match self.met {
            Some(true) => "met",
            Some(false) => "**not met**",
            None => "stated",
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = self.verdict().trim_matches('*');
        write!(f, "{}: {}", self.what, self.value)?;
        if self.budget.is_empty() { Ok(()) } else { write!(f, " ({}, {verdict})", self.budget) }
    }
}

/// The results among what a program said.
pub fn lines(output: &str) -> Result<Vec<Line>> {
    let found = output.lines().filter_map(|line| line.strip_prefix(MARK));
    found.map(|line| serde_json::from_str(line).with_context(|| format!("not a result: {line}"))).collect()
}

/// A part, as it was measured last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Measured {
    /// Day, `YYYY-MM-DD`.
    day: String,
    /// Processor and memory.
    machine: String,
    lines: Vec<Line>,
}

/// All parts.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Results(BTreeMap<String, Measured>);

impl Results {
    /// What was measured before.
    pub fn read(repo: &Repo) -> Result<Self> {
        let file = repo.root().join(KEPT);
        if !file.is_file() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(&file).with_context(|| format!("{KEPT} cannot be read"))?;
        serde_json::from_str(&text).with_context(|| format!("{KEPT} makes no sense"))
    }

    /// A part was measured now.
    pub fn put(&mut self, part: &str, lines: Vec<Line>) {
        let day = ask("date", &["-u", "+%Y-%m-%d"]).unwrap_or_default();
        self.0.insert(part.to_owned(), Measured { day, machine: machine(), lines });
    }

    /// How many results are above their budget.
    pub fn not_met(&self) -> usize {
        self.0.values().flat_map(|part| &part.lines).filter(|line| line.met == Some(false)).count()
    }

    /// Writes both files.
    pub fn write(&self, repo: &Repo) -> Result<()> {
        let json = serde_json::to_string_pretty(self).context("results")? + "\n";
        fs::write(repo.root().join(KEPT), json).with_context(|| format!("{KEPT} cannot be written"))?;
        fs::write(repo.root().join(TABLE), self.to_string()).with_context(|| format!("{TABLE} cannot be written"))
    }
}

impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "# What the budgets came to\n\nWritten by `cargo xtask bench`; `cargo xtask bench <part>` measures one part anew. \
             Times of one machine mean little on another: what counts is the ratio to the floor or peer of the same run, which stands in the last column. \
             A budget that does not hold says so, with the reason.\n",
        )?;
        let all = || self.0.iter().flat_map(|(part, measured)| measured.lines.iter().map(move |line| (part, line)));
        for (row, title) in ROWS {
            write!(f, "\n## {title}\n")?;
            if all().all(|(_, line)| line.row != row) {
                let why = if row == "front" {
                    "Not measured: the portal has no front of its own yet."
                } else {
                    "Not measured yet."
                };
                writeln!(f, "{why}")?;
                continue;
            }
            f.write_str("| what | measured | budget | | how |\n|---|---|---|---|---|\n")?;
            for (part, line) in all().filter(|(_, line)| line.row == row) {
                let budget = if line.budget.is_empty() { "–" } else { &line.budget };
                let cells = [&line.what, &line.value, budget, line.verdict(), &line.note].map(cell);
                writeln!(f, "| {} (`{part}`) |", cells.join(" | "))?;
            }
        }
        f.write_str("\n## When and where\n| part | day | machine |\n|---|---|---|\n")?;
        for (part, measured) in &self.0 {
            writeln!(f, "| `{part}` | {} | {} |", measured.day, cell(&measured.machine))?;
        }
        Ok(())
    }
}

/// Text for a cell of a table.
fn cell(text: &str) -> String {
    let mut cell = String::new();
    for part in text.split('|') {
        let _ = write!(cell, "{}{part}", if cell.is_empty() { "" } else { "\\|" });
    }
    cell.replace('\n', " ")
}

/// What this machine is, in a few words.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let read = |file: &str, key: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        text.lines()
            .find(|line| line.starts_with(key))
            .and_then(|line| line.split_once(':'))
            .map(|(_, v)| v.trim().to_owned())
    };
    let model = read("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory = read("/proc/meminfo", "MemTotal")
        .and_then(|text| text.trim_end_matches(" kB").parse::<u64>().ok())
        .map_or_else(String::new, |kb| format!(", {} GB", kb / 1_000_000));
    format!("{cores} × {model}{memory}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_taken_out_of_what_a_program_says() {
        let said = "hello\nBENCH {\"row\":\"load\",\"what\":\"cold\",\"value\":\"1.8 × the floor\",\"budget\":\"≤ 2 ×\",\"met\":true}\nbye";
        let found = lines(said).expect("read");
        assert_eq!(found.len(), 1);
        assert_eq!(found.first().map(ToString::to_string).as_deref(), Some("cold: 1.8 × the floor (≤ 2 ×, met)"));
        assert!(lines("BENCH {}").is_err());
        let stated = "BENCH {\"row\":\"sync\",\"what\":\"a\",\"value\":\"b\",\"budget\":null,\"met\":null}";
        assert_eq!(lines(stated).expect("read").first().map(|line| line.budget.as_str()), Some(""));
    }

    #[test]
    fn every_row_is_in_the_table_and_what_fails_is_said() {
        let mut results = Results::default();
        let line = |row: &str, met| Line {
            row: row.into(),
            what: "a | b".into(),
            value: "9".into(),
            budget: String::new(),
            met,
            note: "two\nlines".into(),
        };
        results.put("requests", vec![line("gateway", Some(false)), line("memory", None)]);
        let text = results.to_string();
        assert!(text.contains("| a \\| b | 9 | – | **not met** | two lines (`requests`) |"), "{text}");
        assert!(ROWS.iter().all(|(_, title)| text.contains(title)));
        assert!(text.contains("no front of its own"));
        assert_eq!(results.not_met(), 1);
    }

    #[test]
    fn the_table_in_the_repository_is_written_from_the_results_in_it() {
        let repo = Repo::find().expect("the repository");
        let results = Results::read(&repo).expect("results");
        let table = fs::read_to_string(repo.root().join(TABLE)).expect("the table");
        assert_eq!(table, results.to_string(), "edit neither by hand: cargo xtask bench writes both");
    }
}
