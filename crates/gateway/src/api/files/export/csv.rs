//! A table for spreadsheets (RFC 4180): a row for each file.

use portal_model::{api::explorer::FileTile, id::FileId, links::Go};
use url::Url;

use super::stream::{Page, Writer};

const HEAD: [&str; 14] = [
    "id",
    "name",
    "type",
    "project",
    "dataset",
    "width",
    "height",
    "frames",
    "changed",
    "task",
    "people_drew",
    "models_predicted",
    "best_score",
    "link",
];

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

/// What spreadsheets would take for a formula begins with an apostrophe, which they show as text.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

/// Adds a row.
fn row<'a>(out: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory cannot fail, and cells were text before.
    let written = table.write_record(cells).ok().and_then(|()| table.into_inner().ok());
    out.push_str(&written.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default());
}

impl Writer for Csv {
    fn begin(&mut self, _pass: usize, out: &mut String) {
        row(out, HEAD);
    }

    fn file(&mut self, _pass: usize, file: &FileTile, _page: &Page, out: &mut String) {
        let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
        // Numbers are no formulas, also those below zero.
        let cells = [
            file.file.id.to_string(),
            harmless(file.file.name.clone()),
            harmless(String::from(file.file.kind.clone())),
            harmless(file.project.0.clone()),
            harmless(file.dataset.as_ref().map(|dataset| dataset.name.clone()).unwrap_or_default()),
            number(file.file.width),
            number(file.file.height),
            number(file.file.frame_count),
            harmless(file.updated.as_ref().map(|at| at.0.clone()).unwrap_or_default()),
            file.task.map(|task| task.to_string()).unwrap_or_default(),
            number(file.truths),
            number(file.predictions),
            file.best.map(|best| best.to_string()).unwrap_or_default(),
            link(&self.public, file.file.id),
        ];
        row(out, cells.iter().map(String::as_str));
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
        let mut table = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let mut rows = table.records().map(|row| row.unwrap());
        assert_eq!(rows.next().unwrap().iter().collect::<Vec<_>>(), HEAD);
        for (row, name) in rows.by_ref().zip(hostile) {
            assert_eq!(row.len(), 14, "{row:?}");
            let harmless = |cell: &str| !cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert!(row.iter().enumerate().all(|(i, cell)| i == 12 || harmless(cell)), "{row:?}");
            assert_eq!(row[1].strip_prefix('\'').unwrap_or(&row[1]), name);
            assert_eq!((&row[12], &row[4]), ("-0.5", "'=cmd|' /C calc'!A0"));
            assert!(row[13].starts_with("https://portal.example/go/file/"));
        }
        assert!(rows.next().is_none());
    }
}
