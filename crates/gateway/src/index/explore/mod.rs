//! Reading files for people. Everything begins with the scope ([`sight`]): statements, and what is found in the columns; counts,
//! names and labels too.

pub(super) mod compare;
mod explain;
mod facets;
mod find;
mod named;
mod questions;
mod sight;
#[cfg(test)]
mod tests;
pub(super) mod uses;

use std::collections::HashMap;

use portal_model::{
    annotation::{Annotation, Label, Prediction},
    api::explorer::FileTile,
    file::{FileKind, FileSummary},
    id::{AnnotationId, AnnotationRoot, DatasetId, FileId, LabelId, ModelRunId, ProjectId, TaskId},
    query::Query,
    task::DatasetRef,
    time::Timestamp,
};
use sqlx::{Row, sqlite::SqliteRow};

use self::find::Finder;
pub(super) use self::sight::{IN_SIGHT, with as in_scope};
use super::{Error, Index, columns::apart, read};
use crate::policy::ScopeFilter;

/// A file in a scope, with what brings it there.
#[derive(Clone, Debug, PartialEq)]
pub struct FileInSight {
    /// The project.
    pub project: ProjectId,
    /// The file.
    pub file: FileSummary,
    /// A task of the person on it.
    pub task: Option<TaskId>,
    /// A dataset it is in that a grant opens.
    pub granted: Option<DatasetId>,
    /// The dataset to name: the granted one, or the one the task's file came from.
    pub dataset: Option<DatasetRef>,
    /// The compound file it is a part of, when that is what is in sight: task and datasets are that one's.
    pub part_of: Option<FileId>,
}

/// A file with its task and its dataset.
const FILE: &str =
    " f.project, f.id AS file_id, f.name, f.kind, f.width, f.height, f.frame_count, f.frame_rate, f.has_thumb,
  f.changed, f.drawn, f.refused, f.frames_read, (SELECT min(mt.task) FROM my_task mt WHERE mt.file = f.id) AS task,
  (SELECT min(g.dataset) FROM granted g JOIN dataset_file df ON df.dataset = g.dataset WHERE df.file = f.id) AS granted,
  (SELECT min(mt.dataset) FROM my_task mt WHERE mt.file = f.id) AS came_from FROM file f ";

fn dataset(row: &SqliteRow) -> Option<DatasetRef> {
    let id: Option<i64> = row.get("dataset");
    id.map(|id| DatasetRef {
        id: DatasetId(id),
        name: row.get::<Option<String>, _>("dataset_name").unwrap_or_default(),
    })
}

/// What is drawn on a file, as its tile tells it.
#[derive(Debug, Default)]
struct OnTile {
    truths: u32,
    predictions: u32,
    best: Option<f64>,
    annotations: Vec<Annotation>,
}

impl OnTile {
    /// From all rows of a file, with so many shapes at the most. Only shapes that are shown are looked at.
    fn of(rows: &[SqliteRow], most: usize) -> Self {
        let mut tile = Self::default();
        let mut order: Vec<(bool, Option<f64>, i64, &SqliteRow)> =
            rows.iter().map(|row| (row.get(2), row.get(3), row.get(1), row)).collect();
        for (predicted, score, ..) in &order {
            if *predicted {
                tile.predictions += 1;
                tile.best = tile.best.into_iter().chain(*score).max_by(f64::total_cmp);
            } else {
                tile.truths += 1;
            }
        }
        // Predictions come before people's, scored ones before others.
        let rank = |score: Option<f64>| score.unwrap_or(f64::NEG_INFINITY);
        order.sort_unstable_by(|a, b| {
            b.0.cmp(&a.0).then_with(|| rank(b.1).total_cmp(&rank(a.1))).then_with(|| a.2.cmp(&b.2))
        });
        tile.annotations = order
            .into_iter()
            .take(most)
            .filter_map(|(predicted, score, _, row)| annotation(row, predicted, score))
            .collect();
        tile
    }
}

/// An annotation from a row of [`Index::drawn`].
fn annotation(row: &SqliteRow, predicted: bool, score: Option<f64>) -> Option<Annotation> {
    Some(Annotation {
        id: AnnotationId(row.get(4)),
        root: row.get::<Option<i64>, _>(5).map(AnnotationRoot),
        label: row.get::<Option<i64>, _>(6).map(LabelId),
        geometry: serde_json::from_str(row.get(8)).ok()?,
        prediction: predicted.then(|| Prediction { run: row.get::<Option<i64>, _>(7).map(ModelRunId), score }),
        track: row.get(9),
    })
}

impl Index {
    /// A file in scope.
    pub(crate) async fn file(&self, scope: &ScopeFilter, id: FileId) -> Result<Option<FileInSight>, Error> {
        let mut sql = sight::with(scope);
        sql.push(" SELECT x.*, d.id AS dataset, d.name AS dataset_name FROM (SELECT").push(FILE).push("WHERE f.id = ");
        sql.push_bind(id.0).push(" AND").push(IN_SIGHT);
        sql.push(") x LEFT JOIN dataset d ON d.id = coalesce(x.granted, x.came_from)");
        let row = sql.build().fetch_optional(self.pool()).await?;
        Ok(row.map(|row| FileInSight {
            project: ProjectId(row.get("project")),
            file: read::file(&row),
            task: row.get::<Option<i64>, _>("task").map(TaskId),
            granted: row.get::<Option<i64>, _>("granted").map(DatasetId),
            dataset: dataset(&row),
            part_of: None,
        }))
    }

    /// Ids of the files of a query, in its order.
    pub(crate) async fn file_ids(&self, scope: &ScopeFilter, query: &Query, now: i64) -> Result<Vec<i64>, Error> {
        let sight = self.sight(scope).await?;
        let named = self.named(scope, query).await?;
        let columns = self.columns().await?;
        let query = query.clone();
        apart(move || Finder::new(&columns, &sight, &named, now).ids(&query)).await
    }

    /// The files of these ids that are in scope now, in their order, with what is drawn on the pictures: of each so many shapes at
    /// the most.
    pub(crate) async fn tiles(&self, scope: &ScopeFilter, ids: &[i64], most: usize) -> Result<Vec<FileTile>, Error> {
        let wanted = serde_json::to_string(ids).unwrap_or_default();
        let mut sql = sight::with(scope);
        sql.push(" SELECT x.*, d.id AS dataset, d.name AS dataset_name FROM (SELECT").push(FILE);
        sql.push("WHERE f.id IN (SELECT value FROM json_each(").push_bind(wanted.clone()).push(")) AND");
        sql.push(IN_SIGHT).push(") x LEFT JOIN dataset d ON d.id = coalesce(x.granted, x.came_from)");
        let rows = sql.build().fetch_all(self.pool()).await?;
        let mut drawn = self.drawn(scope, &wanted, most).await?;
        let place: HashMap<i64, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        let mut tiles: Vec<FileTile> = rows
            .iter()
            .map(|row| {
                let file = read::file(row);
                let read_at = if file.kind == FileKind::Video { "frames_read" } else { "drawn" };
                let is_read = row.get::<Option<String>, _>(read_at).is_some() && !row.get::<bool, _>("refused");
                let shows = is_read && file.kind != FileKind::Compound;
                let on_it = drawn.remove(&file.id.0).unwrap_or_default();
                let changed: String = row.get("changed");
                FileTile {
                    project: ProjectId(row.get("project")),
                    dataset: dataset(row),
                    updated: (!changed.is_empty()).then_some(Timestamp(changed)),
                    task: row.get::<Option<i64>, _>("task").map(TaskId),
                    annotations: on_it.annotations,
                    truths: shows.then_some(on_it.truths),
                    predictions: shows.then_some(on_it.predictions),
                    best: on_it.best,
                    file,
                }
            })
            .collect();
        tiles.sort_unstable_by_key(|tile| place.get(&tile.file.id.0).copied().unwrap_or(usize::MAX));
        Ok(tiles)
    }

    /// What is drawn, by file: counted, and the best predictions first.
    async fn drawn(&self, scope: &ScopeFilter, ids: &str, most: usize) -> Result<HashMap<i64, OnTile>, Error> {
        let mut sql = sight::with(scope);
        sql.push(
            " SELECT a.file, a.n, a.predicted, a.score, a.id, a.root, a.label, a.run, a.geometry, a.track
              FROM file f JOIN annotation a ON a.file = f.id WHERE f.kind <> 'video' AND f.id IN (SELECT value FROM json_each(",
        );
        sql.push_bind(ids.to_owned()).push(")) AND").push(IN_SIGHT);
        let mut rows: HashMap<i64, Vec<SqliteRow>> = HashMap::new();
        for row in sql.build().fetch_all(self.pool()).await? {
            rows.entry(row.get(0)).or_default().push(row);
        }
        let mut drawn: HashMap<i64, OnTile> =
            rows.into_iter().map(|(file, rows)| (file, OnTile::of(&rows, most))).collect();
        // What is on the frames of a video is only counted: it may be a hundred thousand.
        let mut sql = sight::with(scope);
        sql.push(
            " SELECT a.file, count(*), sum(a.predicted), max(iif(a.predicted, a.score, NULL))
              FROM file f JOIN annotation a ON a.file = f.id WHERE f.kind = 'video' AND f.id IN (SELECT value FROM json_each(",
        );
        sql.push_bind(ids.to_owned()).push(")) AND").push(IN_SIGHT).push(" GROUP BY a.file");
        for row in sql.build().fetch_all(self.pool()).await? {
            let (all, predictions): (u32, u32) = (row.get(1), row.get(2));
            let counted = OnTile { truths: all - predictions, predictions, best: row.get(3), annotations: Vec::new() };
            drawn.insert(row.get(0), counted);
        }
        Ok(drawn)
    }

    /// Labels by id, of the scope's projects.
    pub(crate) async fn labels(&self, scope: &ScopeFilter, ids: &[LabelId]) -> Result<Vec<Label>, Error> {
        let mut sql = sight::with(scope);
        sql.push(
            " SELECT DISTINCT id, name, color FROM label WHERE project IN (SELECT id FROM my_project) AND id IN
                    (SELECT value FROM json_each(",
        );
        sql.push_bind(serde_json::to_string(ids).unwrap_or_default()).push(")) ORDER BY name_key, id");
        let rows = sql.build().fetch_all(self.pool()).await?;
        Ok(rows
            .iter()
            .map(|row| Label { id: LabelId(row.get("id")), name: row.get("name"), color: row.get("color") })
            .collect())
    }

    /// How many of the files in scope have been read with their annotations, in percent. Nobody knows before the datasets have been listed: 0.
    pub(crate) async fn annotations_percent(&self, scope: &ScopeFilter) -> Result<u8, Error> {
        let mut sql = sight::with(scope);
        sql.push(" SELECT NOT EXISTS (SELECT 1 FROM my_project p WHERE p.id NOT IN (SELECT project FROM file_sync))");
        if !sql.build_query_scalar::<bool>().fetch_one(self.pool()).await? {
            return Ok(0);
        }
        let sight = self.sight(scope).await?;
        let columns = self.columns().await?;
        apart(move || columns.files.percent_read(|| sight.files(&columns))).await
    }
}
