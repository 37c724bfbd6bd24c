//! Files: what tasks are about.

use serde::{Deserialize, Serialize};

use crate::id::FileId;

/// What kind of file it is. Diffgram: `type` (`diffgram-api.md` §4.5).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(from = "String", into = "String")]
pub enum FileKind {
    /// A picture.
    Image,
    /// A video; Diffgram also keeps its frames.
    Video,
    /// A text.
    Text,
    /// A sound.
    Audio,
    /// A map or aerial picture.
    Geospatial,
    /// Points in space. Diffgram: `sensor_fusion` or `point_cloud_3d`.
    PointCloud,
    /// Several files that belong together.
    Compound,
    /// A kind this version does not know; its Diffgram word.
    Other(String),
}

impl From<String> for FileKind {
    fn from(word: String) -> Self {
        match word.as_str() {
            "image" => Self::Image,
            "video" => Self::Video,
            "text" => Self::Text,
            "audio" => Self::Audio,
            "geospatial" => Self::Geospatial,
            "point_cloud" | "sensor_fusion" | "point_cloud_3d" => Self::PointCloud,
            "compound" | "compound/conversational" => Self::Compound,
            _ => Self::Other(word),
        }
    }
}

impl From<FileKind> for String {
    fn from(kind: FileKind) -> Self {
        match kind {
            FileKind::Image => "image".into(),
            FileKind::Video => "video".into(),
            FileKind::Text => "text".into(),
            FileKind::Audio => "audio".into(),
            FileKind::Geospatial => "geospatial".into(),
            FileKind::PointCloud => "point_cloud".into(),
            FileKind::Compound => "compound".into(),
            FileKind::Other(word) => word,
        }
    }
}

/// A file, as lists and pages show it. Never a Diffgram URL: media come from `/api/files/{id}/media/…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileSummary {
    /// Its id in Diffgram.
    pub id: FileId,
    /// The name it was uploaded with. Untrusted text. Diffgram: `original_filename`.
    pub name: String,
    /// What kind of file it is.
    pub kind: FileKind,
    /// Width in pixels of the stored picture or video, when known.
    pub width: Option<u32>,
    /// Height in pixels of the stored picture or video, when known.
    pub height: Option<u32>,
    /// Video only: how many frames there are; frame numbers run from 0 to this less one.
    pub frame_count: Option<u32>,
    /// Video only: frames per second.
    pub frame_rate: Option<f64>,
    /// Whether there is a small picture of it to show in lists.
    pub has_thumb: bool,
}
