//! Writing what was read of datasets, their files, and what is drawn on them.

use portal_diffgram::types::{Dataset, FileAnnotations, FileTimes, ListedFile};
use portal_model::{
    annotation::Annotation,
    file::{FileKind, FileSummary},
    id::{DatasetId, FileId, ModelRunId, ProjectId},
    time::Timestamp,
};
use serde_json::json;
use sqlx::{Row, SqliteConnection};

use super::{Error, Index, fold};

/// A file that is to be read whole.
#[derive(Clone, Debug)]
pub(crate) struct Undrawn {
    pub(crate) file: FileId,
    pub(crate) kind: FileKind,
    /// When it had changed last, as far as was known: what the reading then stands for.
    changed: String,
}

/// A time as it is kept; empty while it is not known.
pub(super) fn kept(at: Option<&Timestamp>) -> &str {
    at.map_or("", |at| &at.0)
}

/// As scores are compared. Odd ones end up at the ends.
pub(super) fn millionths(score: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a cast of floats stops at the ends")]
    let key = (score * 1e6).round() as i64;
    key
}

/// An annotation in the order of the statement that stores it. Its shape stays a text.
fn row(annotation: &Annotation) -> serde_json::Value {
    let prediction = annotation.prediction.as_ref();
    let score = prediction.and_then(|prediction| prediction.score);
    json!([
        annotation.id,
        annotation.root,
        annotation.label,
        i64::from(prediction.is_some()),
        prediction.and_then(|prediction| prediction.run),
        score,
        score.map(millionths),
        serde_json::to_string(&annotation.geometry).unwrap_or_default(),
        annotation.track,
    ])
}

/// Stores a file as a task's row shows it.
pub(super) async fn put_file(
    tx: &mut SqliteConnection,
    project: &ProjectId,
    file: &FileSummary,
    times: &FileTimes,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO file (id, project, name, kind, width, height, frame_count, frame_rate, has_thumb, name_key, created, changed)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET project = excluded.project, name = excluded.name, kind = excluded.kind,
           width = excluded.width, height = excluded.height, frame_count = excluded.frame_count,
           frame_rate = excluded.frame_rate, has_thumb = excluded.has_thumb, name_key = excluded.name_key,
           created = coalesce(nullif(excluded.created, ''), file.created),
           changed = coalesce(nullif(excluded.changed, ''), file.changed)",
    )
    .bind(file.id.0)
    .bind(&project.0)
    .bind(&file.name)
    .bind(String::from(FileKind::clone(&file.kind)))
    .bind(file.width)
    .bind(file.height)
    .bind(file.frame_count)
    .bind(file.frame_rate)
    .bind(file.has_thumb)
    .bind(fold(&file.name))
    .bind(kept(times.created.as_ref()))
    .bind(kept(times.changed.as_ref()))
    .execute(tx)
    .await?;
    Ok(())
}

impl Index {
    /// Stores the datasets, whole: those that are not among them open nothing any more.
    ///
    /// # Errors
    /// When the store does not answer; then nothing changes.
    pub(crate) async fn put_datasets(&self, project: &ProjectId, datasets: &[Dataset]) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE dataset SET listed = 0 WHERE project = ?").bind(&project.0).execute(&mut *tx).await?;
        for dataset in datasets {
            sqlx::query(
                "INSERT INTO dataset (id, project, name, name_key, listed) VALUES (?, ?, ?, ?, 1)
                 ON CONFLICT (id) DO UPDATE SET project = excluded.project, name = excluded.name, name_key = excluded.name_key,
                   listed = 1",
            )
            .bind(dataset.id.0)
            .bind(&project.0)
            .bind(&dataset.name)
            .bind(fold(&dataset.name))
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query(
            "DELETE FROM dataset_file WHERE dataset IN (SELECT id FROM dataset WHERE project = ? AND NOT listed)",
        )
        .bind(&project.0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Stores a page of a dataset's listing. Size and small picture are not in it: they stay as they are known.
    ///
    /// # Errors
    /// When the store does not answer; then nothing changes.
    pub(crate) async fn put_listing(
        &self,
        project: &ProjectId,
        dataset: DatasetId,
        files: &[ListedFile],
    ) -> Result<(), Error> {
        let rows: Vec<_> = files
            .iter()
            .map(|listed| {
                let file = &listed.file;
                let (created, changed) = (kept(listed.times.created.as_ref()), kept(listed.times.changed.as_ref()));
                json!([file.id, file.name, String::from(file.kind.clone()), created, changed, fold(&file.name)])
            })
            .collect();
        let rows = serde_json::Value::Array(rows).to_string();
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO file (id, project, name, kind, has_thumb, created, changed, name_key)
             SELECT value ->> 0, ?, value ->> 1, value ->> 2, 0, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?) WHERE 1
             ON CONFLICT (id) DO UPDATE SET project = excluded.project, name = excluded.name, kind = excluded.kind,
               created = excluded.created, changed = excluded.changed, name_key = excluded.name_key
             WHERE file.changed <> excluded.changed OR file.name <> excluded.name OR file.kind <> excluded.kind
               OR file.created <> excluded.created OR file.project <> excluded.project OR file.name_key <> excluded.name_key",
        )
        .bind(&project.0)
        .bind(&rows)
        .execute(&mut *tx)
        .await?;
        sqlx::query("INSERT OR IGNORE INTO dataset_file (dataset, file) SELECT ?, value ->> 0 FROM json_each(?)")
            .bind(dataset.0)
            .bind(&rows)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// After a listing that was whole: what is not among these ids left the dataset.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn end_listing(&self, dataset: DatasetId, ids: &[FileId]) -> Result<(), Error> {
        sqlx::query("DELETE FROM dataset_file WHERE dataset = ? AND file NOT IN (SELECT value FROM json_each(?))")
            .bind(dataset.0)
            .bind(serde_json::to_string(ids).unwrap_or_default())
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// The file left the dataset.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn left(&self, dataset: DatasetId, file: FileId) -> Result<(), Error> {
        sqlx::query("DELETE FROM dataset_file WHERE dataset = ? AND file = ?")
            .bind(dataset.0)
            .bind(file.0)
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// All datasets of the project have been listed.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn listed(&self, project: &ProjectId, now: &Timestamp) -> Result<(), Error> {
        sqlx::query("INSERT OR REPLACE INTO file_sync (project, listed) VALUES (?, ?)")
            .bind(&project.0)
            .bind(&now.0)
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// Files that are to be read whole: never read, or changed since. Those that somebody has a task on come first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn undrawn(&self, project: &ProjectId, limit: u32) -> Result<Vec<Undrawn>, Error> {
        let rows = sqlx::query(
            "SELECT f.id, f.kind, f.changed FROM file f WHERE f.project = ? AND (f.drawn IS NULL OR f.drawn <> f.changed)
             ORDER BY EXISTS (SELECT 1 FROM task t JOIN task_person tp ON tp.task = t.id WHERE t.file = f.id) DESC, f.id DESC
             LIMIT ?",
        )
        .bind(&project.0)
        .bind(limit)
        .fetch_all(self.pool())
        .await?;
        Ok(rows
            .iter()
            .map(|row| Undrawn {
                file: FileId(row.get("id")),
                kind: FileKind::from(row.get::<String, _>("kind")),
                changed: row.get("changed"),
            })
            .collect())
    }

    /// Stores what is drawn on a picture.
    ///
    /// # Errors
    /// When the store does not answer; then nothing changes.
    pub(crate) async fn put_drawn(
        &self,
        project: &ProjectId,
        read: &Undrawn,
        found: &FileAnnotations,
    ) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        for label in &found.labels {
            sqlx::query(
                "INSERT INTO label (id, project, name, name_key, color) VALUES (?, ?, ?, ?, ?)
                 ON CONFLICT (project, id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key,
                   color = excluded.color WHERE label.name <> excluded.name OR label.color <> excluded.color",
            )
            .bind(label.id.0)
            .bind(&project.0)
            .bind(&label.name)
            .bind(fold(&label.name))
            .bind(&label.color)
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query("DELETE FROM annotation WHERE file = ?").bind(read.file.0).execute(&mut *tx).await?;
        // All in one statement: a picture may have hundreds.
        let rows: Vec<serde_json::Value> = found.set.annotations.iter().map(row).collect();
        sqlx::query(
            "INSERT INTO annotation (file, n, id, root, label, predicted, run, score, score_key, geometry, track)
             SELECT ?, key, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, CAST(value ->> 5 AS REAL), value ->> 6,
               value ->> 7, value ->> 8 FROM json_each(?)",
        )
        .bind(read.file.0)
        .bind(serde_json::Value::Array(rows).to_string())
        .execute(&mut *tx)
        .await?;
        seen(&mut tx, read, found.summary.as_ref()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whether predictions of the project name runs whose name is not known.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn has_unknown_runs(&self, project: &ProjectId, runs: &[ModelRunId]) -> Result<bool, Error> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM json_each(?) WHERE value NOT IN (SELECT id FROM model_run WHERE project = ?))",
        )
        .bind(serde_json::to_string(runs).unwrap_or_default())
        .bind(&project.0)
        .fetch_one(self.pool())
        .await?)
    }

    /// Stores what kind of thing a file is that is no picture.
    ///
    /// # Errors
    /// When the store does not answer; then nothing changes.
    pub(crate) async fn put_seen(&self, read: &Undrawn, summary: &FileSummary) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        seen(&mut tx, read, Some(summary)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Diffgram does not give this file: it is not asked for again before it changes.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn put_refused(&self, read: &Undrawn) -> Result<(), Error> {
        sqlx::query("UPDATE file SET drawn = ?, refused = 1 WHERE id = ?")
            .bind(&read.changed)
            .bind(read.file.0)
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// Folds the names of files that were stored before names were.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn fold_file_names(&self, project: &ProjectId) -> Result<(), Error> {
        let rows = sqlx::query("SELECT id, name FROM file WHERE project = ? AND name_key = '' AND name <> ''")
            .bind(&project.0)
            .fetch_all(self.pool())
            .await?;
        if rows.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        for row in rows {
            sqlx::query("UPDATE file SET name_key = ? WHERE id = ?")
                .bind(fold(row.get("name")))
                .bind(row.get::<i64, _>("id"))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The file was read whole, as it was at the time that was known before.
async fn seen(tx: &mut SqliteConnection, read: &Undrawn, summary: Option<&FileSummary>) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE file SET drawn = ?, refused = 0 WHERE id = ?")
        .bind(&read.changed)
        .bind(read.file.0)
        .execute(&mut *tx)
        .await?;
    if let Some(file) = summary {
        sqlx::query(
            "UPDATE file SET width = ?, height = ?, frame_count = ?, frame_rate = ?, has_thumb = ? WHERE id = ?",
        )
        .bind(file.width)
        .bind(file.height)
        .bind(file.frame_count)
        .bind(file.frame_rate)
        .bind(file.has_thumb)
        .bind(read.file.0)
        .execute(tx)
        .await?;
    }
    Ok(())
}
