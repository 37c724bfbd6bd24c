//! Which files a scope sees, as the beginning of every statement about files.

use portal_model::id::ProjectId;
use sqlx::{QueryBuilder, Sqlite};

use crate::{index::read::whose, policy::ScopeFilter};

/// Adds `WITH my_project(id), granted(dataset), my_task(task, file, dataset)`: the person's projects, the datasets that grants open,
/// and the person's tasks.
pub(super) fn with(scope: &ScopeFilter) -> QueryBuilder<Sqlite> {
    let json = |value: serde_json::Result<String>| value.unwrap_or_else(|_| "[]".to_owned());
    let projects: Vec<&ProjectId> = scope.pairs().iter().map(|(project, _)| project).collect();
    let mut sql = QueryBuilder::new("WITH my_project(id) AS MATERIALIZED (SELECT DISTINCT value FROM json_each(");
    sql.push_bind(json(serde_json::to_string(&projects)))
        .push(")), granted(dataset) AS MATERIALIZED (SELECT DISTINCT d.id FROM json_each(")
        .push_bind(json(serde_json::to_string(scope.datasets())))
        .push(
            ") g JOIN dataset d ON d.project = g.value ->> 0 AND d.listed AND d.name GLOB (g.value ->> 1)),
             my_task(task, file, dataset) AS NOT MATERIALIZED
               (SELECT t.id, t.file, t.dataset FROM task_person tp JOIN task t ON t.id = tp.task WHERE",
        );
    whose(&mut sql, scope);
    sql.push(")");
    sql
}

/// Adds `mine(file)`: all files in sight, for statements about many.
pub(super) const MINE: &str = ", mine(file) AS MATERIALIZED (SELECT file FROM my_task
  UNION SELECT df.file FROM granted g JOIN dataset_file df ON df.dataset = g.dataset) ";

/// Whether the file `f` is in sight, for statements about few.
pub(super) const IN_SIGHT: &str = " (EXISTS (SELECT 1 FROM my_task mt WHERE mt.file = f.id) OR EXISTS
  (SELECT 1 FROM granted g JOIN dataset_file df ON df.dataset = g.dataset WHERE df.file = f.id)) ";
