//! One result, as `cargo xtask bench` collects it.

use serde_json::json;

/// One result.
#[derive(Debug)]
pub struct Line<'a> {
    /// The row of the table of budgets.
    pub row: &'a str,
    /// What was measured.
    pub what: String,
    /// What came out, with units.
    pub value: String,
    /// What was allowed; empty where nothing is.
    pub budget: &'a str,
    /// Whether it holds; nothing where there is no budget.
    pub met: Option<bool>,
    /// How, against what.
    pub note: String,
}

impl Line<'_> {
    /// Prints it.
    #[expect(clippy::print_stdout, reason = "this is what it was started for")]
    pub fn print(&self) {
        let line = json!({
            "row": self.row, "what": self.what, "value": self.value, "budget": self.budget, "met": self.met, "note": self.note,
        });
        println!("BENCH {line}");
    }
}
