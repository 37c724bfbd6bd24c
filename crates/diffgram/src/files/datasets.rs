//! Datasets and the files in them. Diffgram also says *directory* and *working_dir* (`diffgram-api.md` §4).

use portal_model::{
    file::FileKind,
    id::{DatasetId, FileId},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    Error, ProjectClient,
    transport::Call,
    types::{Dataset, FilePage, ListedFile},
    wire::{Tolerant, WireFile, text},
};

/// More datasets than this are not asked for: the route has no pages, only a limit (`diffgram-api.md` §4.1).
pub const MAX_DATASETS: u32 = 10_000;
/// Files of a page at the most (`diffgram-api.md` §4.5).
pub const MAX_FILES: u32 = 1000;

impl ProjectClient {
    /// `POST /api/v1/project/{p}/directory/list`: all datasets that are not archived, newest first.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn datasets(&self) -> Result<Vec<Dataset>, Error> {
        #[derive(Deserialize)]
        struct Wire {
            /// All or an error: a dataset that cannot be read must not look like one that is gone.
            directory_list: Vec<WireDataset>,
        }
        #[derive(Deserialize)]
        struct WireDataset {
            id: i64,
            #[serde(default, deserialize_with = "text")]
            nickname: String,
        }
        let path = format!("/api/v1/project/{}/directory/list", self.id());
        let wire: Wire = self.call(Call::read("datasets", path, json!({"limit": MAX_DATASETS}))).await?;
        let datasets = wire.directory_list.into_iter();
        Ok(datasets.map(|dataset| Dataset { id: DatasetId(dataset.id), name: dataset.nickname }).collect())
    }

    /// `POST /api/project/{p}/user/{any}/file/list` in mode `base`: a page of a dataset's files, newest first; pages count from 1.
    /// Frames and labels, which are files too, are left out. Pages can repeat or skip files when some come or go meanwhile:
    /// compare `total` with the distinct ids (`sync-evidence.md` §4).
    ///
    /// # Errors
    /// Any [`Error`]; an unknown dataset answers with a bare text, which is [`Error::Refused`].
    pub async fn dataset_files(&self, dataset: DatasetId, page: u32, limit: u32) -> Result<FilePage, Error> {
        #[derive(Deserialize)]
        struct Wire {
            file_list: Tolerant<WireFile>,
            metadata: WireMetadata,
        }
        #[derive(Deserialize)]
        struct WireMetadata {
            file_count: u32,
        }
        let body = json!({"metadata": {
            "directory_id": dataset, "page": page.max(1), "limit": limit.clamp(1, MAX_FILES), "media_type": "All",
            "file_view_mode": "base", "annotation_status": "All", "regen_url": false,
        }});
        // The user's name in the path is not looked at.
        let path = format!("/api/project/{}/user/admin/file/list", self.id());
        let wire: Wire = self.call(Call::read("files of a dataset", path, body)).await?;
        let all = wire.file_list.good.iter().map(|file| ListedFile { file: file.summary(), times: file.times() });
        let (mut files, mut ids) = (Vec::new(), Vec::new());
        for file in all {
            ids.push(file.file.id);
            if is_looked_at(&file.file.kind) {
                files.push(file);
            }
        }
        Ok(FilePage { files, ids, unreadable: wire.file_list.unreadable, total: wire.metadata.file_count })
    }

    /// `POST /api/v1/project/{p}/file/exists`: which of these files are not in the dataset (any more), or not in the project
    /// without a dataset. Cheap: the only way to ask for one file whether it left its dataset (`sync-evidence.md` §4).
    ///
    /// # Errors
    /// Any [`Error`]; a Viewer's key is [`Error::Forbidden`].
    pub async fn missing_files(&self, files: &[FileId], dataset: Option<DatasetId>) -> Result<Vec<FileId>, Error> {
        #[derive(Deserialize)]
        struct Wire {
            result: WireResult,
        }
        #[derive(Deserialize)]
        struct WireResult {
            /// Anything but ids is an error: a file that is missing must not look as if it were there.
            missing_files: Vec<i64>,
        }
        let mut body = json!({"file_id_list": files});
        if let Some(dataset) = dataset {
            body["directory_id"] = json!(dataset);
        }
        let path = format!("/api/v1/project/{}/file/exists", self.id());
        let wire: Wire = self.call(Call::read("files that exist", path, body)).await?;
        Ok(wire.result.missing_files.into_iter().map(FileId).collect())
    }
}

/// Whether a file of this kind is one that people look at. Frames belong to their video, labels are files only to Diffgram.
fn is_looked_at(kind: &FileKind) -> bool {
    !matches!(kind, FileKind::Other(word) if word == "frame" || word == "label")
}
