//! Which files a scope sees: as the beginning of every statement about files, and over the columns in memory.

use portal_model::id::{ProjectId, TaskId, UserId};
use sqlx::{QueryBuilder, Row, Sqlite};

use crate::{
    index::{
        Error, Index,
        columns::{Bits, Columns, Mine, Tasks, Visible},
        read::{or_as_admin, whose},
    },
    policy::{OnlyIds, ScopeFilter},
};

/// Adds `WITH my_project(id), granted(dataset), my_task(task, file, dataset)`: the person's projects, the datasets that grants open,
/// and the person's tasks; an admin's are all of their projects, for whoever knows a file. Lists of files do not begin here. Files
/// to which a scope is bound are there without a task.
pub(in crate::index) fn with(scope: &ScopeFilter) -> QueryBuilder<Sqlite> {
    let json = |value: serde_json::Result<String>| value.unwrap_or_else(|_| "[]".to_owned());
    let projects: Vec<&ProjectId> = scope.pairs().iter().map(|(project, _)| project).collect();
    // Bound to ids, a grant opens no dataset: of its files only those that are named.
    let granted = if scope.only().is_some() { &[] } else { scope.datasets() };
    let mut sql = QueryBuilder::new("WITH my_project(id) AS MATERIALIZED (SELECT DISTINCT value FROM json_each(");
    sql.push_bind(json(serde_json::to_string(&projects)))
        .push(")), granted(dataset) AS MATERIALIZED (SELECT DISTINCT d.id FROM json_each(")
        .push_bind(json(serde_json::to_string(granted)))
        .push(
            ") g JOIN dataset d ON d.project = g.value ->> 0 AND d.listed AND d.name GLOB (g.value ->> 1)),
             my_task(task, file, dataset) AS NOT MATERIALIZED
               (SELECT t.id, t.file, t.dataset FROM task_person tp JOIN task t ON t.id = tp.task WHERE",
        );
    whose(&mut sql, scope);
    if !scope.admin().is_empty() {
        // What nobody works on yet is theirs too.
        sql.push(" UNION ALL SELECT t.id, t.file, t.dataset FROM task t WHERE 0");
        or_as_admin(&mut sql, scope, "t");
    }
    if let Some(only) = scope.only() {
        named_files(&mut sql, &scope.without_only(), &json(serde_json::to_string(only.files())));
    }
    sql.push(")");
    sql
}

/// Adds those of these files that are in sight, without the tasks that bring them there.
fn named_files(sql: &mut QueryBuilder<Sqlite>, scope: &ScopeFilter, ids: &str) {
    sql.push(" UNION ALL SELECT NULL, f.id, NULL FROM file f WHERE f.id IN (SELECT value FROM json_each(");
    sql.push_bind(ids.to_owned()).push(")) AND (EXISTS (SELECT 1 FROM task t WHERE t.file = f.id AND (EXISTS");
    sql.push(" (SELECT 1 FROM task_person tp WHERE tp.task = t.id AND");
    whose(sql, scope);
    sql.push(")");
    or_as_admin(sql, scope, "t");
    sql.push(")) OR EXISTS (SELECT 1 FROM json_each(")
        .push_bind(serde_json::to_string(scope.datasets()).unwrap_or_else(|_| "[]".to_owned()))
        .push(
            ") g JOIN dataset d ON d.project = g.value ->> 0 AND d.listed AND d.name GLOB (g.value ->> 1)
               JOIN dataset_file df ON df.dataset = d.id WHERE df.file = f.id))",
        );
}

/// Whether the file `f` is in sight, for statements about few.
pub(in crate::index) const IN_SIGHT: &str = " (EXISTS (SELECT 1 FROM my_task mt WHERE mt.file = f.id) OR EXISTS
  (SELECT 1 FROM granted g JOIN dataset_file df ON df.dataset = g.dataset WHERE df.file = f.id)) ";

/// A dataset of the person's projects.
#[derive(Debug)]
pub(super) struct Dataset {
    pub(super) project: ProjectId,
    pub(super) id: i64,
    pub(super) name: String,
    /// Its name, folded.
    pub(super) key: String,
    /// Whether a grant opens it.
    pub(super) granted: bool,
}

/// What a scope sees, for reading the columns: the datasets of its projects, with those that grants open, and whose tasks.
#[derive(Debug)]
pub(super) struct Sight {
    pub(super) datasets: Vec<Dataset>,
    pairs: Vec<(ProjectId, UserId)>,
    admin: Vec<ProjectId>,
    /// Bound to ids: only these tasks, and these files, which are in sight.
    only: Option<(OnlyIds, Vec<i64>)>,
}

impl Index {
    /// What a scope sees now.
    pub(super) async fn sight(&self, scope: &ScopeFilter) -> Result<Sight, Error> {
        let mut sql = with(scope);
        sql.push(
            " SELECT id, name, name_key, id IN (SELECT dataset FROM granted), project FROM dataset
              WHERE project IN (SELECT id FROM my_project) ORDER BY name_key, name, id",
        );
        let rows = sql.build().fetch_all(self.pool()).await?;
        let datasets = rows
            .iter()
            .map(|row| Dataset {
                project: ProjectId(row.get(4)),
                id: row.get(0),
                name: row.get(1),
                key: row.get(2),
                granted: row.get(3),
            })
            .collect();
        let only = match scope.only() {
            None => None,
            Some(only) => {
                let mut sql = with(scope);
                sql.push(" SELECT file FROM my_task WHERE task IS NULL");
                Some((only.clone(), sql.build_query_scalar().fetch_all(self.pool()).await?))
            }
        };
        Ok(Sight { datasets, pairs: scope.pairs().to_vec(), admin: scope.admin().to_vec(), only })
    }
}

impl Sight {
    /// Whose tasks.
    pub(super) fn pairs(&self) -> &[(ProjectId, UserId)] {
        &self.pairs
    }

    /// All files in sight.
    pub(super) fn files(&self, columns: &Columns) -> Bits {
        let mut files = self.files_of_tasks(columns);
        for dataset in self.datasets.iter().filter(|dataset| dataset.granted) {
            files.extend(columns.files.members(dataset.id));
        }
        if let Some((_, named)) = &self.only {
            files.extend(named.iter().filter_map(|id| columns.files.place(*id)));
        }
        files
    }

    /// The person's tasks.
    pub(super) fn mine<'a>(&'a self, columns: &'a Columns) -> impl Iterator<Item = Mine> + 'a {
        columns.tasks.mine(&self.pairs).filter(|task| self.is_open(task.id))
    }

    /// Whether what the scope is bound to leaves a task.
    fn is_open(&self, task: i64) -> bool {
        self.only.as_ref().is_none_or(|(only, _)| only.has_task(TaskId(task)))
    }

    /// Tasks that may be asked about: the person's, and those of projects whose admin they are.
    pub(super) fn tasks<'a>(&'a self, columns: &'a Columns) -> impl Iterator<Item = Visible<'a>> + 'a {
        columns.tasks.visible(&self.pairs, &self.admin).filter(|seen| self.is_open(seen.task.id))
    }

    /// People whose tasks may be asked for by name, by their numbers: as [`super::find`] finds them.
    pub(super) fn people(&self, columns: &Columns) -> Bits {
        let me: Bits = self.pairs.iter().filter_map(|pair| columns.tasks.person(pair)).collect();
        let tasks = self.tasks(columns);
        tasks
            .flat_map(|seen| {
                Tasks::assignees(seen.task).filter(|one| seen.with_people || me.has(*one)).collect::<Vec<_>>()
            })
            .collect()
    }

    /// Files with a task of the person.
    pub(super) fn files_of_tasks(&self, columns: &Columns) -> Bits {
        self.mine(columns).filter_map(|task| task.file).collect()
    }

    /// Files of some datasets: those that lie in them when a grant opens them, and those of the person's tasks that came from them.
    pub(super) fn files_of_datasets(&self, columns: &Columns, these: impl Fn(&Dataset) -> bool) -> Bits {
        let mut files = Bits::default();
        let mut ids = Vec::new();
        for dataset in self.datasets.iter().filter(|dataset| these(dataset)) {
            ids.push(dataset.id);
            if dataset.granted {
                files.extend(columns.files.members(dataset.id));
            }
        }
        let from_them = self.mine(columns).filter(|task| task.dataset.is_some_and(|id| ids.contains(&id)));
        files.extend(from_them.filter_map(|task| task.file));
        files
    }
}
