//! How far files have been read, for admins.

use portal_model::{
    api::reading::{Reading, RefusedFile, Share},
    file::FileKind,
    id::{FileId, ProjectId},
    time::Timestamp,
};
use sqlx::Row;

use super::{Error, Index};

/// Files of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilesRead {
    /// When the datasets were last listed whole.
    pub listed: Option<Timestamp>,
    /// How many were read since they last changed.
    pub files: Share,
    /// How many Diffgram did not give out.
    pub refused: u32,
    /// Some of those, the latest first.
    pub refused_files: Vec<RefusedFile>,
}

impl Index {
    /// How far the files of a project have been read.
    pub(crate) async fn files_read(&self, project: &ProjectId) -> Result<FilesRead, Error> {
        let listed: Option<String> = sqlx::query_scalar("SELECT listed FROM file_sync WHERE project = ?")
            .bind(&project.0)
            .fetch_optional(self.pool())
            .await?;
        // A video is read once its frames are.
        let (read, total, refused): (u32, u32, u32) = sqlx::query_as(
            "SELECT count(*) FILTER (WHERE drawn = changed AND (kind <> 'video' OR frames_read IS NOT NULL)), count(*),
               count(*) FILTER (WHERE refused) FROM file WHERE project = ?",
        )
        .bind(&project.0)
        .fetch_one(self.pool())
        .await?;
        let rows =
            sqlx::query("SELECT id, name, kind FROM file WHERE project = ? AND refused ORDER BY id DESC LIMIT ?")
                .bind(&project.0)
                .bind(Reading::REFUSED)
                .fetch_all(self.pool())
                .await?;
        let refused_files = rows
            .iter()
            .map(|row| RefusedFile {
                id: FileId(row.get(0)),
                name: row.get(1),
                kind: FileKind::from(row.get::<String, _>(2)),
            })
            .collect();
        Ok(FilesRead { listed: listed.map(Timestamp), files: Share { read, total }, refused, refused_files })
    }
}
