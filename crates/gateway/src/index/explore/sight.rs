//! Which files a scope sees, as the beginning of every statement about files.

use sqlx::{QueryBuilder, Sqlite};

use crate::{index::read::whose, policy::ScopeFilter};

/// Adds `WITH granted(dataset), my_task(task, file, dataset)`: the datasets that grants open, and the tasks of the person.
pub(super) fn with(scope: &ScopeFilter) -> QueryBuilder<Sqlite> {
    let patterns: Vec<(&str, &str)> =
        scope.datasets().iter().map(|(project, pattern)| (project.0.as_str(), pattern.as_str())).collect();
    let mut sql = QueryBuilder::new("WITH granted(dataset) AS MATERIALIZED (SELECT DISTINCT d.id FROM json_each(");
    sql.push_bind(serde_json::to_string(&patterns).unwrap_or_default()).push(
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
