//! A table for spreadsheets (RFC 4180): a row for each file.

use portal_model::{api::explorer::FileTile, id::FileId, links::Go};
use url::Url;

use super::stream::{Page, Writer};

const HEAD: &str =
    "id,name,type,project,dataset,width,height,frames,changed,task,people_drew,models_predicted,best_score,link\r\n";

/// The table.
pub(super) struct Csv {
    public: Url,
}

impl Csv {
    pub(super) fn new(public: Url) -> Self {
        Self { public }
    }
}

/// Where a file is, for whoever reads the export.
pub(super) fn link(public: &Url, id: FileId) -> String {
    format!("{}{}", public.as_str().trim_end_matches('/'), Go::File(id).path())
}

/// A cell. What spreadsheets would take for a formula begins with an apostrophe, which they show as text.
fn cell(out: &mut String, text: &str) {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = is_formula || text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ');
    if !quoted {
        return out.push_str(text);
    }
    out.push('"');
    if is_formula {
        out.push('\'');
    }
    for c in text.chars() {
        if c == '"' {
            out.push('"');
        }
        out.push(c);
    }
    out.push('"');
}

impl Writer for Csv {
    fn begin(&mut self, _pass: usize, out: &mut String) {
        out.push_str(HEAD);
    }

    fn file(&mut self, _pass: usize, file: &FileTile, _page: &Page, out: &mut String) {
        let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
        let cells = [
            file.file.id.to_string(),
            file.file.name.clone(),
            String::from(file.file.kind.clone()),
            file.project.0.clone(),
            file.dataset.as_ref().map(|dataset| dataset.name.clone()).unwrap_or_default(),
            number(file.file.width),
            number(file.file.height),
            number(file.file.frame_count),
            file.updated.as_ref().map(|at| at.0.clone()).unwrap_or_default(),
            file.task.map(|task| task.to_string()).unwrap_or_default(),
            number(file.truths),
            number(file.predictions),
            file.best.map(|best| best.to_string()).unwrap_or_default(),
            link(&self.public, file.file.id),
        ];
        for (i, text) in cells.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            // Numbers are no formulas, also those below zero.
            if i == 12 { out.push_str(text) } else { cell(out, text) }
        }
        out.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use portal_model::task::DatasetRef;

    use super::{
        super::stream::tests::{all, picture},
        *,
    };

    #[tokio::test]
    async fn no_cell_is_a_formula_and_every_cell_is_one_cell() {
        let hostile = ["=1+1", "+1", "-2", "@SUM(A1)", "\tx", "a,b", "a\"b", "two\nlines", "plain.jpg", " =1"];
        let files = hostile.iter().zip(1..).map(|(name, id)| FileTile {
            dataset: Some(DatasetRef { id: portal_model::id::DatasetId(1), name: "=cmd|' /C calc'!A0".into() }),
            best: Some(-0.5),
            ..picture(id, name, Vec::new())
        });
        let text = all(files.collect(), Csv::new(Url::parse("https://portal.example/").unwrap())).await;
        let mut rows = read(&text).into_iter();
        assert_eq!(rows.next().unwrap().join(","), HEAD.trim_end());
        for (row, name) in rows.by_ref().zip(hostile) {
            assert_eq!(row.len(), 14, "{row:?}");
            let harmless = |cell: &str| !cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert!(row.iter().enumerate().all(|(i, cell)| i == 12 || harmless(cell)), "{row:?}");
            assert_eq!(row[1].strip_prefix('\'').unwrap_or(&row[1]), name);
            assert_eq!((row[12].as_str(), row[4].as_str()), ("-0.5", "'=cmd|' /C calc'!A0"));
            assert!(row[13].starts_with("https://portal.example/go/file/"));
        }
        assert_eq!(rows.next(), None);
    }

    /// Reads RFC 4180.
    fn read(text: &str) -> Vec<Vec<String>> {
        let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match (quoted, c) {
                (true, '"') if chars.peek() == Some(&'"') => cell.extend(chars.next()),
                (_, '"') => quoted = !quoted,
                (false, ',') => row.push(std::mem::take(&mut cell)),
                (false, '\r') => {}
                (false, '\n') => {
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                (_, c) => cell.push(c),
            }
        }
        rows
    }
}
