//! The parts of compound files, and what became of tasks.

use portal_model::{
    api::Moment,
    file::FileSummary,
    id::{FileId, ProjectId, TaskId},
    task::TaskStatus,
    time::Timestamp,
};
use sqlx::{QueryBuilder, Row as _};

use super::{
    Error, FileInSight, Index, fold, read,
    read::{or_as_admin, whose},
};
use crate::policy::ScopeFilter;

impl Index {
    /// Stores the files that a compound file is made of, whole: others are no parts of it any more.
    ///
    /// # Errors
    /// When the store does not answer; then nothing changes.
    pub(crate) async fn put_children(
        &self,
        project: &ProjectId,
        parent: FileId,
        children: &[FileSummary],
    ) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        let ids: Vec<FileId> = children.iter().map(|child| child.id).collect();
        sqlx::query("UPDATE file SET parent = NULL WHERE parent = ? AND id NOT IN (SELECT value FROM json_each(?))")
            .bind(parent.0)
            .bind(serde_json::to_string(&ids).unwrap_or_default())
            .execute(&mut *tx)
            .await?;
        for (place, child) in (0_i64..).zip(children) {
            sqlx::query(
                "INSERT INTO file (id, project, name, kind, width, height, frame_count, frame_rate, has_thumb, name_key, parent, ordinal)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, width = excluded.width,
                   height = excluded.height, frame_count = excluded.frame_count, frame_rate = excluded.frame_rate,
                   has_thumb = excluded.has_thumb, name_key = excluded.name_key, parent = excluded.parent, ordinal = excluded.ordinal
                 WHERE file.project = excluded.project",
            )
            .bind(child.id.0)
            .bind(&project.0)
            .bind(&child.name)
            .bind(String::from(child.kind.clone()))
            .bind(child.width)
            .bind(child.height)
            .bind(child.frame_count)
            .bind(child.frame_rate)
            .bind(child.has_thumb)
            .bind(fold(&child.name))
            .bind(parent.0)
            .bind(place)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The parts of a file in scope, in their order.
    pub(crate) async fn children(&self, scope: &ScopeFilter, parent: FileId) -> Result<Vec<FileSummary>, Error> {
        let Some(seen) = self.file(scope, parent).await? else { return Ok(Vec::new()) };
        let rows = sqlx::query(
            "SELECT id AS file_id, name, kind, width, height, frame_count, frame_rate, has_thumb FROM file
             WHERE parent = ? AND project = ? ORDER BY ordinal, id",
        )
        .bind(parent.0)
        .bind(&seen.project.0)
        .fetch_all(self.pool())
        .await?;
        Ok(rows.iter().map(read::file).collect())
    }

    /// A file in scope: by itself, or as a part of one that is.
    pub(crate) async fn file_or_part(&self, scope: &ScopeFilter, id: FileId) -> Result<Option<FileInSight>, Error> {
        if let Some(seen) = self.file(scope, id).await? {
            return Ok(Some(seen));
        }
        let row = sqlx::query(
            "SELECT id AS file_id, name, kind, width, height, frame_count, frame_rate, has_thumb, project, parent FROM file
             WHERE id = ? AND parent IS NOT NULL",
        )
        .bind(id.0)
        .fetch_optional(self.pool())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let whole = self.file(scope, FileId(row.get("parent"))).await?;
        let project: String = row.get("project");
        Ok(whole.filter(|whole| whole.project.0 == project).map(|whole| FileInSight {
            file: read::file(&row),
            part_of: Some(whole.file.id),
            ..whole
        }))
    }

    /// What became of a task in scope while the portal watched, oldest first.
    pub(crate) async fn history(&self, scope: &ScopeFilter, task: TaskId) -> Result<Vec<Moment>, Error> {
        let mut sql =
            QueryBuilder::new("SELECT h.at, h.status FROM task_history h JOIN task t ON t.id = h.task WHERE h.task = ");
        sql.push_bind(task.0).push(" AND (EXISTS (SELECT 1 FROM task_person tp WHERE tp.task = h.task AND");
        whose(&mut sql, scope);
        sql.push(")");
        or_as_admin(&mut sql, scope, "t");
        sql.push(") ORDER BY h.at, h.status");
        let rows = sql.build().fetch_all(self.pool()).await?;
        Ok(rows
            .iter()
            .map(|row| Moment {
                at: Timestamp(row.get("at")),
                status: TaskStatus::from(row.get::<String, _>("status")),
            })
            .collect())
    }
}
