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
        let (waiting, total) = self.undrawn_of_all(project).await?;
        let refused: u32 = sqlx::query_scalar("SELECT count(*) FROM file WHERE project = ? AND refused")
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
        let files = Share { read: total.saturating_sub(waiting), total };
        Ok(FilesRead { listed: listed.map(Timestamp), files, refused, refused_files })
    }
}
