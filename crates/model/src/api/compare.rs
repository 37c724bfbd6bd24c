//! How a model run does over the files of a query: `GET /api/files/compare`.

use serde::{Deserialize, Serialize};

use super::{Freshness, ModelRun};
use crate::{file::FileSummary, id::ModelRunId, metrics::Counts};

/// Where things are.
pub mod path {
    /// `GET` [`super::CompareQuery`] → [`super::Compared`].
    pub const FILE_COMPARE: &str = "/api/files/compare";
    /// `GET` [`super::CellQuery`] → [`super::CellFiles`]: the files behind one number of the confusion matrix.
    pub const FILE_COMPARE_CELL: &str = "/api/files/compare/cell";
}

/// What is to be compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CompareQuery {
    /// A query of [`crate::query`], as text: the files. All in my sight when left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// What counts as true: `people`, or `run:` and the id of another model run. `people` when left out.
    #[serde(default = "people", skip_serializing_if = "is_people")]
    pub truth: String,
    /// The model run whose predictions are judged.
    pub run: ModelRunId,
    /// How much a prediction must overlap a truth, 0.05 to 1; 0.5 when left out.
    #[serde(default = "overlap")]
    pub iou: f64,
    /// Only predictions with at least this score count, 0 to 1; those without a score always do. Not for curves and averages: they
    /// are over all scores.
    #[serde(default)]
    pub least: f64,
}

/// What counts as true when nobody says otherwise.
pub const PEOPLE: &str = "people";

fn people() -> String {
    PEOPLE.to_owned()
}

fn is_people(truth: &str) -> bool {
    truth == PEOPLE
}

fn overlap() -> f64 {
    crate::metrics::OVERLAP
}

/// Which cell of the matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CellQuery {
    /// As in [`CompareQuery`].
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// As in [`CompareQuery`].
    #[serde(default = "people", skip_serializing_if = "is_people")]
    pub truth: String,
    /// As in [`CompareQuery`].
    pub run: ModelRunId,
    /// As in [`CompareQuery`].
    #[serde(default = "overlap")]
    pub iou: f64,
    /// As in [`CompareQuery`].
    #[serde(default)]
    pub least: f64,
    /// The name of the class in truth; left out for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<String>,
    /// The name of the class it was taken for; left out for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_for: Option<String>,
}

/// How the run does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Compared {
    /// The run that is judged.
    pub run: ModelRun,
    /// The run that counts as true; `None` for people.
    pub truth: Option<ModelRun>,
    /// All classes together. The average is the mean of the classes that have truths.
    pub total: Numbers,
    /// The same mean over the overlaps 0.50, 0.55 … 0.95, COCO's main number; `None` where there is too much for it, or no truth.
    pub average_of_overlaps: Option<f64>,
    /// Class by class, by name. Labels of the same name are one class, in whatever project.
    pub classes: Vec<ClassNumbers>,
    /// All classes in one order of scores: the best precision at the recalls 0, 0.01 … 1 or beyond. Empty without truths.
    pub curve: Vec<f64>,
    /// How many of each class (rows, in the order of `classes`; the last is nothing) were taken for which (columns, the same).
    /// Empty when there are more than [`Compared::MATRIX`] classes.
    pub confusion: Vec<Vec<u32>>,
    /// How many pictures were judged.
    pub files: u32,
    /// Of those, how many have no prediction of the run: all there is counts as missed.
    pub without_predictions: u32,
    /// Of those, how many have no truth: each prediction counts as wrong.
    pub without_truths: u32,
    /// Annotations without an area, which cannot be compared.
    pub shapeless: u32,
    /// Files of the query that were left out.
    pub left_out: LeftOut,
    /// How true this is.
    pub freshness: Freshness,
}

impl Compared {
    /// More classes make no matrix.
    pub const MATRIX: usize = 60;
}

/// Why files were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeftOut {
    /// Pictures that have not been read yet, or that Diffgram does not give.
    pub unread: u32,
    /// Videos and others: only pictures are compared over many files.
    pub no_pictures: u32,
    /// Beyond what is compared at once: at most 20,000 files and 500,000 annotations, first ones of the query first.
    pub beyond: u32,
}

/// Numbers of a class, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Numbers {
    /// Found, wrong and missed.
    pub counts: Counts,
    /// The share of the predictions that found something; `None` without predictions.
    pub precision: Option<f64>,
    /// The share of the truths that was found; `None` without truths.
    pub recall: Option<f64>,
    /// The harmonic mean of both.
    pub f1: Option<f64>,
    /// COCO's average precision over all scores; `None` without truths.
    pub average: Option<f64>,
}

impl Numbers {
    /// From counts and an average.
    #[must_use]
    pub fn new(counts: Counts, average: Option<f64>) -> Self {
        Self { counts, precision: counts.precision(), recall: counts.recall(), f1: counts.f1(), average }
    }
}

/// Numbers of a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClassNumbers {
    /// Its name; empty for what has no label. Untrusted text.
    pub name: String,
    /// Its numbers.
    pub numbers: Numbers,
}

/// The files behind a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CellFiles {
    /// The first of them, in the order of the query; at most [`CellFiles::MOST`].
    pub files: Vec<CellFile>,
    /// How many more there are.
    pub more: u32,
}

impl CellFiles {
    /// More files are counted, not told.
    pub const MOST: usize = 200;
}

/// A file behind a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CellFile {
    /// The file.
    pub file: FileSummary,
    /// How often it happens there.
    pub times: u32,
}
