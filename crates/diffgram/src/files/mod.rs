//! Files: what they are, their fresh URLs, and what is drawn on them.

mod datasets;
mod history;

use std::collections::BTreeMap;

use portal_model::{file::FileSummary, id::FileId};
use serde::Deserialize;
use serde_json::json;

use crate::{
    Error, ProjectClient,
    transport::Call,
    types::{FileAnnotations, FrameSet, Frames, SignedUrls},
    wire::{Read, Tolerant, WireFile, WireInstance, annotations},
};

/// Frames of one answer (`diffgram-api.md` §6.3).
pub const MAX_FRAMES: u32 = 1000;

impl ProjectClient {
    /// `POST /api/v1/file/view` (`diffgram-api.md` §4.5). An unknown file is a [`Error::Server`].
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn file(&self, id: FileId) -> Result<FileSummary, Error> {
        #[derive(Deserialize)]
        struct Wire {
            file: WireFile,
        }
        let body = json!({"file_id": id, "project_string_id": self.id});
        let wire: Wire = self.call(Call::read("file", "/api/v1/file/view".into(), body)).await?;
        Ok(wire.file.summary())
    }

    /// `GET /api/project/{p}/file/{id}/get-signed-url`: fresh URLs; those in lists may have expired (§4.5).
    ///
    /// # Errors
    /// Any [`Error`]; an unknown file is a [`Error::Server`].
    pub async fn signed_urls(&self, id: FileId) -> Result<SignedUrls, Error> {
        #[derive(Deserialize)]
        struct Wire {
            file: serde_json::Map<String, serde_json::Value>,
        }
        let path = format!("/api/project/{}/file/{id}/get-signed-url", self.id);
        let mut wire: Wire = self.call(Call::get("signed URLs", path)).await?;
        // This answer's file has no id of its own; the rest reads like any file.
        wire.file.insert("id".into(), json!(id));
        let file: WireFile =
            serde_json::from_value(wire.file.into()).map_err(|source| Error::Shape { what: "signed URLs", source })?;
        Ok(SignedUrls { thumb: file.thumb_url(), full: file.full_url(), tokens: file.tokens_url() })
    }

    /// `POST /api/project/{p}/file/{id}/annotation/list`: what is drawn on a picture, or marked in a text or
    /// sound; for videos this is empty (§6.3).
    ///
    /// # Errors
    /// Any [`Error`]; a file of another project is [`Error::Refused`].
    pub async fn annotations(&self, file: FileId) -> Result<FileAnnotations, Error> {
        #[derive(Deserialize)]
        struct Wire {
            file_serialized: WireList,
        }
        #[derive(Deserialize)]
        struct WireList {
            #[serde(flatten)]
            file: serde_json::Map<String, serde_json::Value>,
            instance_list: Tolerant<WireInstance>,
        }
        let path = format!("/api/project/{}/file/{file}/annotation/list", self.id);
        let wire: Wire = self.call(Call::read("annotations", path, json!({}))).await?;
        let Read { set, labels, answers } = annotations(wire.file_serialized.instance_list);
        let summary = serde_json::from_value::<WireFile>(wire.file_serialized.file.into()).ok();
        Ok(FileAnnotations { file: Some(file), summary: summary.map(|file| file.summary()), set, labels, answers })
    }

    /// `POST …/video/{file}/instance/buffer/…`: what is drawn on the frames `from..to`, at most [`MAX_FRAMES`], frames without
    /// anything left out. The route really starts one frame earlier and holds deleted ones; both are corrected here (§6.3).
    ///
    /// # Errors
    /// Any [`Error`]; an unknown file is [`Error::Refused`].
    pub async fn frame_annotations(&self, video: FileId, from: u32, to: u32) -> Result<Frames, Error> {
        #[derive(Deserialize)]
        struct Wire {
            /// Keys are frame numbers as text.
            instance_buffer_dict: BTreeMap<String, Tolerant<WireInstance>>,
        }
        let to = to.min(from.saturating_add(MAX_FRAMES));
        let path = format!("/api/project/{}/video/{video}/instance/buffer/start/{from}/end/{to}/list", self.id);
        let wire: Wire = self.call(Call::read("frames", path, json!({}))).await?;
        let mut all = Frames::default();
        for (key, list) in wire.instance_buffer_dict {
            let Some(frame) = key.parse().ok().filter(|frame| (from..to).contains(frame)) else { continue };
            let Read { set, labels, answers } = annotations(list);
            all.answers.extend(answers);
            if !set.annotations.is_empty() || set.unreadable > 0 {
                all.frames.push(FrameSet { frame, set });
            }
            for label in labels {
                if all.labels.iter().all(|known| known.id != label.id) {
                    all.labels.push(label);
                }
            }
        }
        all.frames.sort_unstable_by_key(|frame| frame.frame);
        Ok(all)
    }

    /// `GET /api/v1/project/{p}/file/{id}/child-files` (`diffgram-api.md` §4.5): the files that a compound file is made of, in
    /// their order. Their URLs may have expired.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn child_files(&self, parent: FileId) -> Result<Vec<FileSummary>, Error> {
        #[derive(Deserialize)]
        struct Wire {
            child_files: Tolerant<WireFile>,
        }
        let path = format!("/api/v1/project/{}/file/{parent}/child-files", self.id);
        let mut wire: Wire = self.call(Call::get("child files", path)).await?;
        wire.child_files.good.sort_by_key(|file| (file.ordinal(), file.id));
        Ok(wire.child_files.good.iter().map(WireFile::summary).collect())
    }
}
