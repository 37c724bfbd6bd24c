//! Addresses of the page that compares models: which files, which runs, and what counts as found.

use portal_model::{
    id::{FileId, ModelRunId},
    links::encode,
    results::{Against, ResultView},
};

use super::file_showing;

/// Which files and runs are compared; lives in the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompareView {
    /// The query of the files, as it was written.
    pub q: String,
    /// The run that is there.
    pub a: Option<ModelRunId>,
    /// The run that could take its place.
    pub b: Option<ModelRunId>,
    /// How much a prediction must overlap a truth, in hundredths.
    pub overlap: u8,
    /// Predictions count from this score on, in hundredths.
    pub least: u8,
}

const USUAL_OVERLAP: u8 = 50;
const LONGEST: usize = 4_001;

impl CompareView {
    /// Where the page is.
    const PATH: &'static str = "/files/compare";

    /// Whether a path is its own. It leads to the explorer, which is not for frames.
    pub fn is_at(path: &str) -> bool {
        path.trim_end_matches('/') == Self::PATH
    }

    /// Its address: what is as usual is left out.
    pub fn path(&self) -> String {
        let mut pairs = Vec::new();
        if !self.q.is_empty() {
            pairs.push(format!("q={}", encode(&self.q)));
        }
        for (name, run) in [("a", self.a), ("b", self.b)] {
            pairs.extend(run.map(|run| format!("{name}={run}")));
        }
        if self.overlap != USUAL_OVERLAP {
            pairs.push(format!("iou={}", self.overlap));
        }
        if self.least > 0 {
            pairs.push(format!("score={}", self.least));
        }
        if pairs.is_empty() { Self::PATH.to_owned() } else { format!("{}?{}", Self::PATH, pairs.join("&")) }
    }

    /// From the parameters of an address; what makes no sense is as usual.
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let run = |name: &str| parameter(name).and_then(|text| text.parse().ok()).map(ModelRunId);
        let share = |name: &str| parameter(name).and_then(|text| text.parse::<u8>().ok());
        let q: String = parameter("q").unwrap_or_default().chars().take(LONGEST).collect();
        Self {
            q: q.trim().to_owned(),
            a: run("a"),
            b: run("b"),
            overlap: share("iou").filter(|iou| (30..=95).contains(iou)).unwrap_or(USUAL_OVERLAP),
            least: share("score").filter(|least| *least <= 100).unwrap_or_default(),
        }
    }

    /// The question to the API, of one of the runs.
    pub fn query(&self, run: ModelRunId) -> String {
        let share = |hundredths: u8| f64::from(hundredths) / 100.0;
        format!("q={}&run={run}&iou={}&least={}", encode(&self.q), share(self.overlap), share(self.least))
    }

    /// The question for the files behind a number; classes by name, `None` is nothing.
    pub fn cell_query(&self, run: ModelRunId, is: Option<&str>, taken_for: Option<&str>) -> String {
        let mut query = self.query(run);
        for (name, class) in [("is", is), ("taken_for", taken_for)] {
            if let Some(class) = class {
                query.push_str(&format!("&{name}={}", encode(class)));
            }
        }
        query
    }

    /// A file, compared in the same way.
    pub fn file(&self, id: FileId, run: ModelRunId) -> String {
        let view = ResultView {
            run: Some(run),
            least: f64::from(self.least) / 100.0,
            against: Some(Against::People),
            overlap: f64::from(self.overlap) / 100.0,
            ..ResultView::default()
        };
        file_showing(id, &view, None)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::parameter, *};

    #[test]
    fn every_comparison_reads_back() {
        let usual = CompareView::read(|_| None);
        assert_eq!(usual.path(), "/files/compare");
        let is_at = ["/files/compare", "/files/compare/", "/files/3", "/files", "/embed/shop/files/compare"]
            .map(CompareView::is_at);
        assert_eq!(is_at, [true, true, false, false, false]);
        let view = CompareView {
            q: "label:\"a & b\"".into(),
            a: Some(ModelRunId(3)),
            b: Some(ModelRunId(4)),
            overlap: 75,
            least: 60,
        };
        assert_eq!(CompareView::read(|name| parameter(&view.path(), name)), view, "{}", view.path());
        assert_eq!(CompareView::read(|name| parameter("/files/compare?a=x&iou=5&score=101", name)), usual);
        assert_eq!(
            view.cell_query(ModelRunId(3), Some("a&b"), None),
            "q=label%3A%22a%20%26%20b%22&run=3&iou=0.75&least=0.6&is=a%26b"
        );
        assert_eq!(view.file(FileId(9), ModelRunId(4)), "/files/9?run=4&score=60&against=people&iou=75");
    }
}
