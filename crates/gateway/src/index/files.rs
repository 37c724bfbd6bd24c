//! Writing what was read of datasets, their files, and what is drawn on them.

use std::collections::BTreeMap;

use portal_diffgram::types::{Dataset, FileAnnotations, FileTimes, Given, GivenValue, ListedFile};
use portal_model::{
    annotation::{Annotation, Geometry, Label},
    file::{FileKind, FileSummary},
    id::{AttributeId, DatasetId, FileId, LabelId, ModelRunId, ProjectId},
    query::Shape,
    time::Timestamp,
};
use serde_json::json;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection, sqlite::SqliteRow};

use super::{
    Error, Index, Reading,
    batch::pieces,
    differ::{self, Pair},
    fold,
    order::Fact,
};

/// More of an answer in words is not asked for, in bytes.
const MAX_SAID: usize = 200;

/// A file that is to be read whole.
#[derive(Clone, Debug)]
pub(crate) struct Undrawn {
    pub(crate) file: FileId,
    pub(crate) kind: FileKind,
    /// When it had changed last, as far as was known: what the reading then stands for.
    changed: String,
}

/// What came of reading a file whole.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// A picture, text or sound, with what is drawn on it.
    Drawn(FileAnnotations),
    /// A video, whose frames are read by themselves, or a compound file.
    Seen(FileSummary),
    /// Diffgram does not give it: it is not asked for again before it changes.
    Refused,
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

/// A file as a task's row shows it.
pub(super) struct Row<'a> {
    pub(super) file: &'a FileSummary,
    pub(super) times: &'a FileTimes,
    /// Whether somebody has a task on it.
    pub(super) wanted: bool,
}

/// Stores files as the rows of tasks show them.
pub(super) async fn put_files(
    tx: &mut SqliteConnection,
    project: &ProjectId,
    rows: &[Row<'_>],
) -> Result<(), sqlx::Error> {
    for piece in pieces(rows) {
        let mut sql = QueryBuilder::<Sqlite>::new(
            "INSERT INTO file (id, project, name, kind, width, height, frame_count, frame_rate, has_thumb, name_key, created,
               changed, wanted) ",
        );
        sql.push_values(piece, |mut values, Row { file, times, wanted }| {
            values.push_bind(file.id.0).push_bind(project.0.clone()).push_bind(file.name.clone());
            values.push_bind(String::from(file.kind.clone())).push_bind(file.width).push_bind(file.height);
            values.push_bind(file.frame_count).push_bind(file.frame_rate).push_bind(file.has_thumb);
            values.push_bind(fold(&file.name)).push_bind(kept(times.created.as_ref()).to_owned());
            values.push_bind(kept(times.changed.as_ref()).to_owned()).push_bind(*wanted);
        });
        sql.push(
            " ON CONFLICT (id) DO UPDATE SET project = excluded.project, name = excluded.name, kind = excluded.kind,
               width = excluded.width, height = excluded.height, frame_count = excluded.frame_count,
               frame_rate = excluded.frame_rate, has_thumb = excluded.has_thumb, name_key = excluded.name_key,
               created = coalesce(nullif(excluded.created, ''), file.created),
               changed = coalesce(nullif(excluded.changed, ''), file.changed), wanted = max(file.wanted, excluded.wanted)",
        );
        sql.build().execute(&mut *tx).await?;
    }
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
            "SELECT id, kind, changed FROM file WHERE project = ? AND (drawn IS NULL OR drawn <> changed)
             ORDER BY wanted DESC, id DESC LIMIT ?",
        )
        .bind(&project.0)
        .bind(limit)
        .fetch_all(self.pool())
        .await?;
        Ok(rows.iter().map(undrawn).collect())
    }

    /// Those of these files that are to be read whole.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn undrawn_among(&self, project: &ProjectId, ids: &[FileId]) -> Result<Vec<Undrawn>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = sqlx::query(
            "SELECT id, kind, changed FROM file WHERE id IN (SELECT value FROM json_each(?)) AND project = ?
               AND (drawn IS NULL OR drawn <> changed)",
        )
        .bind(serde_json::to_string(ids).unwrap_or_default())
        .bind(&project.0)
        .fetch_all(self.pool())
        .await?;
        Ok(rows.iter().map(undrawn).collect())
    }

    /// How many files of a project are to be read whole, and how many there are.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn undrawn_of_all(&self, project: &ProjectId) -> Result<(u32, u32), Error> {
        Ok(sqlx::query_as(
            "SELECT count(*) FILTER (WHERE drawn IS NULL OR drawn <> changed), count(*) FROM file WHERE project = ?",
        )
        .bind(&project.0)
        .fetch_one(self.pool())
        .await?)
    }

    /// Stores what came of reading files whole, together.
    ///
    /// # Errors
    /// When the store does not answer; then nothing changes.
    pub(crate) async fn put_found(&self, project: &ProjectId, read: &[(Undrawn, Found)]) -> Result<(), Error> {
        let drawn = || {
            read.iter().filter_map(|(file, found)| match found {
                Found::Drawn(found) => Some((file, found)),
                _ => None,
            })
        };
        // Reckoned before the store is taken.
        let pairs: Vec<(FileId, Vec<Pair>)> =
            drawn().map(|(file, found)| (file.file, differ::pairs(&found.set.annotations))).collect();
        let mut tx = self.begin().await?;
        put_labels(&mut tx, project, drawn().flat_map(|(_, found)| &found.labels)).await?;
        let files: Vec<FileId> = drawn().map(|(file, _)| file.file).collect();
        let files = serde_json::to_string(&files).unwrap_or_default();
        for table in ["annotation", "answer", "disagreement"] {
            let sql = format!("DELETE FROM {table} WHERE file IN (SELECT value FROM json_each(?))");
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(&files).execute(&mut *tx).await?;
        }
        let rows: Vec<Drawn<'_>> = drawn()
            .flat_map(|(file, found)| rows_of(file.file, 0, None, &found.set.annotations, &found.answers))
            .collect();
        put_annotations(&mut tx, &rows).await?;
        put_pairs(&mut tx, &pairs).await?;
        for (file, found) in read {
            seen(&mut tx, file, found).await?;
        }
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

impl Reading<'_> {
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
        let mut tx = self.index.begin().await?;
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
        let there: Vec<FileId> = files
            .iter()
            .map(|listed| listed.file.id)
            .filter(|file| self.settles(Fact::Listed(dataset, *file)))
            .collect();
        sqlx::query("INSERT OR IGNORE INTO dataset_file (dataset, file) SELECT ?, value FROM json_each(?)")
            .bind(dataset.0)
            .bind(serde_json::to_string(&there).unwrap_or_default())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The file left the dataset.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn left(&self, dataset: DatasetId, file: FileId) -> Result<(), Error> {
        let mut tx = self.index.begin().await?;
        if self.settles(Fact::Listed(dataset, file)) {
            sqlx::query("DELETE FROM dataset_file WHERE dataset = ? AND file = ?")
                .bind(dataset.0)
                .bind(file.0)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn undrawn(row: &SqliteRow) -> Undrawn {
    Undrawn {
        file: FileId(row.get("id")),
        kind: FileKind::from(row.get::<String, _>("kind")),
        changed: row.get("changed"),
    }
}

pub(super) async fn put_labels<'a>(
    tx: &mut SqliteConnection,
    project: &ProjectId,
    labels: impl Iterator<Item = &'a Label>,
) -> Result<(), sqlx::Error> {
    let labels: BTreeMap<LabelId, &Label> = labels.map(|label| (label.id, label)).collect();
    for label in labels.values() {
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
    Ok(())
}

/// An annotation as it is stored.
pub(super) struct Drawn<'a> {
    file: FileId,
    n: i64,
    frame: Option<u32>,
    annotation: &'a Annotation,
    answers: Vec<&'a (AttributeId, Vec<GivenValue>)>,
}

/// What is drawn on a file or a frame, with the answers on each. Those on the file as a whole are kept with the annotation that
/// stands for it.
pub(super) fn rows_of<'a>(
    file: FileId,
    first: i64,
    frame: Option<u32>,
    annotations: &'a [Annotation],
    given: &'a [Given],
) -> Vec<Drawn<'a>> {
    let whole = annotations.iter().position(|one| one.geometry == Geometry::Whole && one.label.is_none());
    (first..)
        .zip(annotations.iter().enumerate())
        .map(|(n, (at, annotation))| {
            let is_on = |given: &&Given| match given.annotation {
                Some(id) => id == annotation.id,
                None => whole == Some(at),
            };
            let answers = given.iter().filter(is_on).flat_map(|given| &given.answers).collect();
            Drawn { file, n, frame, annotation, answers }
        })
        .collect()
}

/// Where a geometry's kind is in [`Shape::ALL`].
fn shape(geometry: &Geometry) -> i64 {
    let shape = match geometry {
        Geometry::Box { .. } => Shape::Box,
        Geometry::Polygon { .. } => Shape::Polygon,
        Geometry::Line { .. } => Shape::Line,
        Geometry::Point { .. } => Shape::Point,
        Geometry::Ellipse { .. } => Shape::Ellipse,
        Geometry::Curve { .. } => Shape::Curve,
        Geometry::Keypoints { .. } => Shape::Keypoints,
        Geometry::Cuboid { .. } => Shape::Cuboid,
        Geometry::Words { .. } => Shape::Words,
        Geometry::Stretch { .. } => Shape::Stretch,
        Geometry::Whole => Shape::Whole,
        Geometry::Other { .. } => Shape::Other,
    };
    Shape::ALL.iter().position(|one| *one == shape).and_then(|place| i64::try_from(place).ok()).unwrap_or_default()
}

pub(super) async fn put_annotations(tx: &mut SqliteConnection, rows: &[Drawn<'_>]) -> Result<(), sqlx::Error> {
    for piece in pieces(rows) {
        let mut sql = QueryBuilder::<Sqlite>::new(
            "INSERT INTO annotation (file, n, id, root, label, predicted, run, score, score_key, geometry, track, shape, frame) ",
        );
        sql.push_values(piece, |mut values, Drawn { file, n, frame, annotation, .. }| {
            let prediction = annotation.prediction.as_ref();
            let score = prediction.and_then(|prediction| prediction.score);
            values
                .push_bind(file.0)
                .push_bind(*n)
                .push_bind(annotation.id.0)
                .push_bind(annotation.root.map(|root| root.0));
            values.push_bind(annotation.label.map(|label| label.0)).push_bind(prediction.is_some());
            values.push_bind(prediction.and_then(|prediction| prediction.run).map(|run| run.0)).push_bind(score);
            values.push_bind(score.map(millionths));
            values
                .push_bind(serde_json::to_string(&annotation.geometry).unwrap_or_default())
                .push_bind(annotation.track)
                .push_bind(shape(&annotation.geometry))
                .push_bind(*frame);
        });
        sql.build().execute(&mut *tx).await?;
    }
    let mut answers: Vec<(FileId, i64, i64, AttributeId, &GivenValue)> = Vec::new();
    for row in rows {
        let all = row.answers.iter().flat_map(|(attribute, values)| values.iter().map(|value| (*attribute, value)));
        answers.extend((0..).zip(all).map(|(k, (attribute, value))| (row.file, row.n, k, attribute, value)));
    }
    for piece in pieces(&answers) {
        let mut sql = QueryBuilder::<Sqlite>::new("INSERT INTO answer (file, n, k, attribute, choice, said) ");
        sql.push_values(piece, |mut values, (file, n, k, attribute, value)| {
            let (choice, said) = match value {
                GivenValue::Option { id, .. } => (Some(id.0), None),
                GivenValue::Said(text) => (None, Some(fold(said(text)))),
            };
            values
                .push_bind(file.0)
                .push_bind(*n)
                .push_bind(*k)
                .push_bind(attribute.0)
                .push_bind(choice)
                .push_bind(said);
        });
        sql.build().execute(&mut *tx).await?;
    }
    Ok(())
}

/// As much of a text as can be asked for.
fn said(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_SAID)).unwrap_or(text)
}

/// Adds to what is known of who sees files differently.
pub(super) async fn put_pairs(tx: &mut SqliteConnection, pairs: &[(FileId, Vec<Pair>)]) -> Result<(), sqlx::Error> {
    for (file, pairs) in pairs {
        for pair in pairs {
            put_pair(tx, *file, pair).await?;
        }
    }
    Ok(())
}

async fn put_pair(tx: &mut SqliteConnection, file: FileId, pair: &Pair) -> Result<(), sqlx::Error> {
    sqlx::query(
            "INSERT INTO disagreement (file, one, other, matched, drawn) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (file, one, other) DO UPDATE SET matched = matched + excluded.matched, drawn = drawn + excluded.drawn",
    )
    .bind(file.0)
    .bind(pair.sides.0)
    .bind(pair.sides.1)
    .bind(pair.matched)
    .bind(pair.drawn)
    .execute(tx)
    .await?;
    Ok(())
}

/// The file was read whole, as it was at the time that was known before.
async fn seen(tx: &mut SqliteConnection, read: &Undrawn, found: &Found) -> Result<(), sqlx::Error> {
    let summary = match found {
        Found::Drawn(found) => found.summary.as_ref(),
        Found::Seen(summary) => Some(summary),
        Found::Refused => None,
    };
    let Some(file) = summary else {
        sqlx::query("UPDATE file SET drawn = ?, refused = ?, frames_read = coalesce(frames_read, '') WHERE id = ?")
            .bind(&read.changed)
            .bind(matches!(found, Found::Refused))
            .bind(read.file.0)
            .execute(tx)
            .await?;
        return Ok(());
    };
    sqlx::query(
        "UPDATE file SET drawn = ?, refused = 0, width = ?, height = ?, frame_count = ?, frame_rate = ?, has_thumb = ?,
           next_frame = iif(kind = 'video', 0, next_frame), frames_due = iif(kind = 'video', 1, 0)
         WHERE id = ?",
    )
    .bind(&read.changed)
    .bind(file.width)
    .bind(file.height)
    .bind(file.frame_count)
    .bind(file.frame_rate)
    .bind(file.has_thumb)
    .bind(read.file.0)
    .execute(tx)
    .await?;
    Ok(())
}
