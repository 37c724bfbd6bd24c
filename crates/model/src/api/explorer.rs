//! Many files at once: `GET /api/files`, and saved views of it.

use serde::{Deserialize, Serialize};

use super::Freshness;
use crate::{
    annotation::{Annotation, Label},
    file::FileSummary,
    id::{FileId, ModelRunId, ProjectId, TaskId},
    person::Role,
    task::DatasetRef,
    time::Timestamp,
};

/// Where things are.
pub mod path {
    /// `GET` [`super::FileQuery`] → [`super::FileList`].
    pub const FILES: &str = "/api/files";
    /// `GET` [`super::FileQuery`] → [`super::FileIds`]: files of a list by their ids alone, to select them.
    pub const FILE_IDS: &str = "/api/files/ids";
    /// `GET` → [`super::FileNames`]: what the person's files can be asked by.
    pub const FILE_NAMES: &str = "/api/files/names";
    /// `GET` [`super::FacetQuery`] → [`super::FileFacets`]: what the files of a query are, counted.
    pub const FILE_FACETS: &str = "/api/files/facets";
    /// `GET {FILE_KEY}{key}`, the key percent-encoded → list of [`super::FileTile`], at least one.
    pub const FILE_KEY: &str = "/api/files/key/";
    /// `GET` [`super::ExportQuery`], `POST` [`super::ExportOrder`] → a file to keep, as a stream.
    pub const FILE_EXPORT: &str = "/api/files/export";
    /// `GET` [`super::FacetQuery`] → [`super::Explained`]: what each part of a query leaves, and what Diffgram calls it.
    pub const FILE_EXPLAIN: &str = "/api/files/explain";
    /// `GET` → list of [`super::View`]; `POST` [`super::NewView`] → [`super::View`].
    pub const VIEWS: &str = "/api/views";

    /// `PUT` [`super::NewView`] → [`super::View`]; `DELETE` → 204.
    #[must_use]
    pub fn view(id: &str) -> String {
        format!("{VIEWS}/{id}")
    }

    /// `PUT`, `DELETE` → 204: whether it stands in the person's menu.
    #[must_use]
    pub fn view_pin(id: &str) -> String {
        format!("{VIEWS}/{id}/pin")
    }

    /// With a key. `GET` → list of [`super::QueryView`].
    pub const QUERY_VIEWS: &str = "/api/query-views";

    /// With a key. `PUT` [`super::NewQueryView`] → [`super::QueryView`]; `DELETE` → 204.
    #[must_use]
    pub fn query_view(id: &str) -> String {
        format!("{QUERY_VIEWS}/{id}")
    }
}

/// Which files to list: those of my tasks and of the datasets that grants open to me.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct FileQuery {
    /// A query of [`crate::query`], as text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// First file wanted, from 0.
    pub offset: u32,
    /// How many files: 1 to 200, 60 when left out (0).
    pub limit: u32,
    /// The snapshot of an earlier answer, so that pages fit together. Unknown or expired ones are replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

/// A window of files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileList {
    /// The list of ids this window was cut from; send it back for the next window. Lives some minutes.
    pub snapshot: String,
    /// How many files the snapshot has.
    pub total: u32,
    /// Which file of the snapshot comes first here.
    pub offset: u32,
    /// The files, as they are now. Fewer than asked for at the end, or when some left my scope meanwhile.
    pub rows: Vec<FileTile>,
    /// Labels of what is drawn on these files.
    pub labels: Vec<Label>,
    /// How many of the files that I may see have been read with their annotations, in percent: 100 when all have. Until then,
    /// what a query on annotations finds is a lower bound.
    pub annotations_percent: u8,
    /// How true this is.
    pub freshness: Freshness,
}

/// Ids of the files of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileIds {
    /// The list they were cut from, as in [`FileList::snapshot`].
    pub snapshot: String,
    /// In the list's order.
    pub ids: Vec<FileId>,
}

/// One file among many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileTile {
    /// The project it belongs to.
    pub project: ProjectId,
    /// The file.
    pub file: FileSummary,
    /// The dataset it is in, when known.
    pub dataset: Option<DatasetRef>,
    /// When it last changed in Diffgram, when known.
    pub updated: Option<Timestamp>,
    /// A task of mine on it.
    pub task: Option<TaskId>,
    /// Pictures: what is drawn on it, at most [`FileTile::DRAWN`]; predictions with the best score first.
    pub annotations: Vec<Annotation>,
    /// How many people drew, on videos over all frames; `None` while they have not been read.
    pub truths: Option<u32>,
    /// How many models predicted; `None` while they have not been read.
    pub predictions: Option<u32>,
    /// The best score among the predictions, when there is one.
    pub best: Option<f64>,
}

impl FileTile {
    /// More are counted, not drawn, on a tile.
    pub const DRAWN: usize = 60;
}

/// Of which files to count what they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct FacetQuery {
    /// A query of [`crate::query`], as text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
}

/// What the files of a query are, counted. Only files in the person's scope count. Lists begin with what most files have, and leave
/// out what none has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileFacets {
    /// How many files the query finds.
    pub total: u32,
    /// Datasets.
    pub datasets: Vec<Facet>,
    /// Labels of what is drawn on them.
    pub labels: Vec<Facet>,
    /// Model runs that predicted something on them.
    pub runs: Vec<Facet>,
    /// Types of files.
    pub types: Vec<Facet>,
    /// How many of the predictions that the query asks for (all, when it says nothing of annotations) scored from 0 to below 0.1,
    /// and so on; the last of the ten holds 1 and more, the first what is below 0.
    pub scores: Vec<u32>,
    /// What was answered on them: questions with the options that were chosen, those that most files answer first.
    pub answers: Vec<AnswerFacet>,
    /// The months in which they were made, `2026-03`, the latest first. Files without a time are in none.
    pub months: Vec<Facet>,
    /// Where the tasks on them stand, by Diffgram's words: the person's tasks, and all for admins.
    pub tasks: Vec<Facet>,
}

impl FileFacets {
    /// How many classes [`FileFacets::scores`] has.
    pub const BINS: usize = 10;
}

/// A question, and how many files each of its options was chosen on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswerFacet {
    /// The question as people read it: what `attribute.` is followed by. Untrusted text.
    pub attribute: String,
    /// Its options.
    pub options: Vec<Facet>,
}

/// How many files a further condition would leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Facet {
    /// What the condition would say.
    pub name: String,
    /// How many files.
    pub files: u32,
}

/// What a query does, part by part: which of them leaves nothing. Only files in the person's scope count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Explained {
    /// What stands side by side in the query, in its order.
    pub parts: Vec<ExplainedPart>,
    /// How many files the whole finds.
    pub total: u32,
    /// Whether there may be more, because not all annotations that it asks for have been read.
    pub lower_bound: bool,
    /// The same query in Diffgram's own language, where that can say it.
    pub diffgram: Option<String>,
    /// Parts that Diffgram's language cannot say, as they are written here.
    pub not_in_diffgram: Vec<String>,
    /// The datasets it names that a grant opens: where the text is of use at Diffgram.
    pub datasets: Vec<ExplainedDataset>,
}

/// A dataset that a query names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedDataset {
    /// Its project.
    pub project: ProjectId,
    /// The dataset.
    pub dataset: DatasetRef,
}

/// One part of a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExplainedPart {
    /// As it is written.
    pub text: String,
    /// How many files it alone leaves.
    pub files: u32,
}

/// What the person's files can be asked by: for completion. Only names that occur in their scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileNames {
    /// Names of datasets.
    pub datasets: Vec<String>,
    /// Names of labels.
    pub labels: Vec<String>,
    /// Model runs.
    pub runs: Vec<RunName>,
    /// Questions that were answered.
    pub attributes: Vec<AttributeName>,
    /// Whom tasks are given to, where the person is told that: the tasks they review, and all where they are an admin. Else only
    /// their own name.
    pub people: Vec<String>,
}

/// A question that was answered in the person's scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttributeName {
    /// As people read it. Untrusted text.
    pub name: String,
    /// The options that were chosen.
    pub options: Vec<String>,
}

/// A model run that made predictions in the person's scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunName {
    /// Its id.
    pub id: ModelRunId,
    /// Its name.
    pub name: String,
}

/// What files are written down as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// A table for spreadsheets: a row for each file.
    #[default]
    Csv,
    /// A JSON object for each file, with all that is drawn on it, one a line.
    Jsonl,
    /// COCO: pictures, people's annotations, and predictions in the shape of COCO's results.
    Coco,
    /// Diffgram's ids of the files, one a line.
    Ids,
}

impl ExportFormat {
    /// All of them, as people choose.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Jsonl, Self::Coco, Self::Ids];

    /// How it is written in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Coco => "coco",
            Self::Ids => "ids",
        }
    }

    /// How the name of its file ends.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Coco => "coco.json",
            Self::Ids => "txt",
        }
    }
}

/// Which files to write down: all of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default, deny_unknown_fields)]
pub struct ExportQuery {
    /// A query of [`crate::query`], as text.
    pub q: String,
    /// As what.
    pub format: ExportFormat,
}

/// Which files to write down: some of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ExportOrder {
    /// A query of [`crate::query`], as text: its order is theirs.
    pub q: String,
    /// As what.
    pub format: ExportFormat,
    /// Only these of its files; all but these with [`Self::but`].
    pub ids: Vec<FileId>,
    /// All but these.
    pub but: bool,
}

/// A header of an export: how many files it is about.
pub const EXPORT_FILES: &str = "x-portal-files";

/// How a view shows its files: what stands in the address beside the query. As usual where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ViewLook {
    /// `s`, `m`, `l` or `table`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub size: String,
    /// Predictions are drawn from this score on, in hundredths: 0 to 100.
    #[serde(skip_serializing_if = "is_none")]
    pub score: u8,
    /// No predictions are drawn.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_predictions: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_none(score: &u8) -> bool {
    *score == 0
}

impl ViewLook {
    /// The sizes that there are.
    pub const SIZES: [&str; 4] = ["s", "m", "l", "table"];

    /// Whether it makes sense.
    #[must_use]
    pub fn is_good(&self) -> bool {
        (self.size.is_empty() || Self::SIZES.contains(&self.size.as_str())) && self.score <= 100
    }

    /// As parameters of an address, each with a `&` before it.
    #[must_use]
    pub fn parameters(&self) -> String {
        let mut text = String::new();
        if !self.size.is_empty() {
            text.push_str("&size=");
            text.push_str(&self.size);
        }
        if self.score > 0 {
            text.push_str("&score=");
            text.push_str(&self.score.to_string());
        }
        if self.no_predictions {
            text.push_str("&predictions=off");
        }
        text
    }
}

/// A query that was given a name: by the person, or by whoever set the portal up or a host app, for everybody or for some.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct View {
    /// Names it in addresses.
    pub id: String,
    /// What people read. Untrusted text.
    pub name: String,
    /// The query, as text.
    pub q: String,
    /// How its files are shown.
    #[serde(default)]
    pub look: ViewLook,
    /// Whether it stands in the person's menu.
    #[serde(default)]
    pub pinned: bool,
    /// Whether the person may rename or remove it; views of others stay.
    pub mine: bool,
}

/// A view to be saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewView {
    /// 1 to 80 characters.
    pub name: String,
    /// A query that can be read.
    pub q: String,
    /// How its files are shown.
    #[serde(default)]
    pub look: ViewLook,
}

/// A view that a host app shows to people of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueryView {
    /// How the host app names it: 1 to 64 of `a` to `z`, `0` to `9`, `-`.
    pub id: String,
    /// How links name it: `/go/view/{link}`.
    pub link: String,
    /// What it shows, and to whom.
    #[serde(flatten)]
    pub shows: NewQueryView,
}

/// The same, to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct NewQueryView {
    /// 1 to 80 characters.
    pub name: String,
    /// A query that can be read.
    pub q: String,
    /// How its files are shown.
    pub look: ViewLook,
    /// Only for people with one of these roles in the project; for all its people when there are none.
    pub roles: Vec<Role>,
}
