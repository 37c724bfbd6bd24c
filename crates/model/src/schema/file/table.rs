//! The options of one attribute as the rows of a table: id, name, and what they stand under, by id or path.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{FileFault, FileProblem, OptionInFile, PATH, write::Tree};
use crate::{attribute::Attribute, id::OptionId};

/// One row. Cells are text as it stands in the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionLine {
    /// Its id; empty for a new one, or for one that its path names.
    #[serde(default)]
    pub id: String,
    /// What annotators read.
    pub name: String,
    /// The id or the path of the option it stands under; empty at the top.
    #[serde(default)]
    pub parent: String,
}

/// What spreadsheets take for a formula begins so.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA)
}

/// An apostrophe before what could be a formula; spreadsheets show the rest as text.
fn harmless(text: String) -> String {
    if is_formula(&text) { format!("'{text}") } else { text }
}

fn meant(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|_| is_formula(cell)).unwrap_or(cell)
}

impl OptionLine {
    /// The live options of an attribute, parents before children.
    #[must_use]
    pub fn of(attribute: &Attribute) -> Vec<Self> {
        let tree = Tree::of(attribute);
        let line = |id: OptionId| {
            let parent = tree.parent(id).map(|parent| match tree.named(parent).flatten() {
                // A path that looks like an id, or like none, would be taken for that.
                Some(path) if path.trim().parse::<OptionId>().is_err() && !path.trim().is_empty() => path,
                _ => parent.to_string(),
            });
            let name = tree.option(id).map(|option| option.name.clone()).unwrap_or_default();
            Self { id: id.to_string(), name: harmless(name), parent: harmless(parent.unwrap_or_default()) }
        };
        tree.in_order().into_iter().map(line).collect()
    }

    /// The options of a table, one inside the other. Rows may stand in any order.
    ///
    /// # Errors
    /// Rows whose id is none, or that stand under nothing.
    pub fn options(lines: &[Self]) -> Result<Vec<OptionInFile>, Vec<FileFault>> {
        let mut faults = Vec::new();
        let at = |n: usize, line: &Self| format!("row {} › {}", n + 2, meant(&line.name));
        let mut ids: Vec<Option<OptionId>> = Vec::with_capacity(lines.len());
        let mut by_id: HashMap<OptionId, usize> = HashMap::new();
        for (n, line) in lines.iter().enumerate() {
            let id = line.id.trim();
            let read = id.parse::<OptionId>().ok();
            if read.is_none() && !id.is_empty() {
                faults.push(FileFault { at: at(n, line), what: FileProblem::BadId { id: id.to_owned() } });
            }
            if let Some(id) = read {
                by_id.entry(id).or_insert(n);
            }
            ids.push(read);
        }
        let tree = Rows::of(lines, &by_id);
        for (n, line) in lines.iter().enumerate() {
            let parent = || meant(&line.parent).to_owned();
            match tree.standing[n] {
                Standing::Nowhere => {
                    faults.push(FileFault { at: at(n, line), what: FileProblem::UnknownParent { parent: parent() } });
                }
                Standing::ByPath if tree.paths.get(parent().as_str()).is_some_and(|rows| *rows > 1) => {
                    faults.push(FileFault { at: at(n, line), what: FileProblem::UnknownOption { path: parent() } });
                }
                Standing::ByPath | Standing::Clear => {}
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(tree.under(None, lines, &ids))
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Standing {
    /// Under nothing that leads to the top.
    Nowhere,
    /// Its parent was found by its path.
    ByPath,
    /// At the top, or its parent was found by its id.
    Clear,
}

/// Which row stands under which.
struct Rows {
    standing: Vec<Standing>,
    children: HashMap<Option<usize>, Vec<usize>>,
    /// How many rows have a path.
    paths: HashMap<String, u32>,
}

impl Rows {
    fn of(lines: &[OptionLine], by_id: &HashMap<OptionId, usize>) -> Self {
        let mut rows =
            Self { standing: vec![Standing::Nowhere; lines.len()], children: HashMap::new(), paths: HashMap::new() };
        // Rows that wait for another row, or for the first with a path.
        let mut by_row: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut by_path: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut open: Vec<(usize, Option<usize>, String, usize)> = Vec::new();
        for (n, line) in lines.iter().enumerate() {
            let parent = meant(&line.parent);
            let row = parent.trim().parse::<OptionId>().ok().and_then(|id| by_id.get(&id));
            match row {
                _ if parent.trim().is_empty() => {
                    rows.standing[n] = Standing::Clear;
                    open.push((n, None, meant(&line.name).to_owned(), 1));
                }
                Some(row) => {
                    rows.standing[n] = Standing::Clear;
                    by_row.entry(*row).or_default().push(n);
                }
                None => {
                    rows.standing[n] = Standing::ByPath;
                    by_path.entry(parent).or_default().push(n);
                }
            }
        }
        open.reverse();
        let mut reached = vec![false; lines.len()];
        while let Some((n, parent, path, depth)) = open.pop() {
            reached[n] = true;
            rows.children.entry(parent).or_default().push(n);
            *rows.paths.entry(path.clone()).or_default() += 1;
            if depth == Tree::DEPTH {
                continue;
            }
            let mut below = by_row.remove(&n).unwrap_or_default();
            below.extend(by_path.remove(path.as_str()).into_iter().flatten());
            below.sort_unstable();
            for child in below.into_iter().rev() {
                let path = format!("{path}{PATH}{}", meant(&lines[child].name));
                open.push((child, Some(n), path, depth + 1));
            }
        }
        for (standing, reached) in rows.standing.iter_mut().zip(reached) {
            if !reached {
                *standing = Standing::Nowhere;
            }
        }
        rows
    }

    fn under(&self, parent: Option<usize>, lines: &[OptionLine], ids: &[Option<OptionId>]) -> Vec<OptionInFile> {
        let rows = self.children.get(&parent).into_iter().flatten();
        rows.map(|n| OptionInFile::new(ids[*n], meant(&lines[*n].name).to_owned(), self.under(Some(*n), lines, ids)))
            .collect()
    }
}
