//! What links of the portal lead to: found by id or by name, within a scope.

use portal_model::id::{AnnotationId, FileId, IssueId, TaskId};
use sqlx::{QueryBuilder, Row, Sqlite};

use super::{Error, Index, read::whose};
use crate::policy::ScopeFilter;

/// Where an issue stands, in a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuePlace {
    /// On a task of the person.
    Task(TaskId),
    /// On a file in sight.
    File(FileId),
}

/// What has a name, in a scope. Of each no more than two: more than one is no answer anyway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Whether a dataset is called so that a grant opens.
    pub dataset_open: bool,
    /// Whether a dataset is called so that tasks of the person came from.
    pub dataset_of_tasks: bool,
    /// How many jobs of tasks of the person are called so, at most two.
    pub jobs: usize,
    /// Tasks of the person on a file that is called so.
    pub tasks: Vec<TaskId>,
    /// Files in sight that are called so, without a task of the person.
    pub files: Vec<FileId>,
}

impl Index {
    /// Whether a task was one of the person's, and is not any more.
    pub(crate) async fn had_task(&self, scope: &ScopeFilter, id: TaskId) -> Result<bool, Error> {
        self.had(scope, "task", id.0).await
    }

    /// The same of a file: whether they had a task on it.
    pub(crate) async fn had_file(&self, scope: &ScopeFilter, id: FileId) -> Result<bool, Error> {
        self.had(scope, "file", id.0).await
    }

    async fn had(&self, scope: &ScopeFilter, column: &'static str, id: i64) -> Result<bool, Error> {
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT EXISTS (SELECT 1 FROM past_task tp WHERE");
        whose(&mut sql, scope);
        sql.push(" AND tp.").push(column).push(" = ").push_bind(id).push(")");
        Ok(sql.build_query_scalar().fetch_one(self.pool()).await?)
    }

    /// The file of an annotation by its root, the id it has now, and the frame of a video it is on.
    pub(crate) async fn annotation_by_root(
        &self,
        scope: &ScopeFilter,
        root: i64,
    ) -> Result<Option<(FileId, AnnotationId, Option<u32>)>, Error> {
        let mut sql = super::explore::in_scope(scope);
        sql.push(" SELECT a.file, a.id, a.frame FROM annotation a JOIN file f ON f.id = a.file WHERE coalesce(a.root, a.id) = ");
        sql.push_bind(root).push(" AND").push(super::explore::IN_SIGHT).push(" ORDER BY a.id DESC LIMIT 1");
        let row = sql.build().fetch_optional(self.pool()).await?;
        Ok(row.map(|row| (FileId(row.get(0)), AnnotationId(row.get(1)), row.get(2))))
    }

    /// Whether the person has a file at all in each project: only there may Diffgram be asked for them.
    pub(crate) async fn projects_with_files(
        &self,
        scope: &ScopeFilter,
    ) -> Result<Vec<portal_model::id::ProjectId>, Error> {
        let mut sql = super::explore::in_scope(scope);
        sql.push(
            " SELECT p.id FROM my_project p WHERE
                EXISTS (SELECT 1 FROM my_task mt JOIN file f ON f.id = mt.file WHERE f.project = p.id)
                OR EXISTS (SELECT 1 FROM granted g JOIN dataset d ON d.id = g.dataset
                           JOIN dataset_file df ON df.dataset = d.id WHERE d.project = p.id) ORDER BY p.id",
        );
        let rows: Vec<String> = sql.build_query_scalar().fetch_all(self.pool()).await?;
        Ok(rows.into_iter().map(portal_model::id::ProjectId).collect())
    }

    /// Where an issue stands that the person may see.
    pub(crate) async fn issue_place(&self, scope: &ScopeFilter, id: IssueId) -> Result<Option<IssuePlace>, Error> {
        let mut sql = super::explore::in_scope(scope);
        sql.push(
            ", place(kind, id) AS (SELECT p.kind, p.id FROM issue_place p JOIN issue i ON i.id = p.issue
                WHERE i.project IN (SELECT id FROM my_project) AND i.id = ",
        );
        sql.push_bind(id.0).push(
            ") SELECT 1, mt.task FROM place p JOIN my_task mt ON p.kind = 'task' AND p.id = mt.task
               UNION ALL SELECT 2, f.id FROM place p JOIN file f ON p.kind = 'file' AND p.id = f.id WHERE",
        );
        sql.push(super::explore::IN_SIGHT);
        sql.push(" UNION ALL SELECT 3, f.id FROM place p JOIN annotation a ON p.kind = 'annotation' AND p.id = a.id");
        sql.push(" JOIN file f ON f.id = a.file WHERE").push(super::explore::IN_SIGHT).push(" ORDER BY 1, 2 LIMIT 1");
        let row = sql.build().fetch_optional(self.pool()).await?;
        Ok(row.map(|row| match row.get::<i64, _>(0) {
            1 => IssuePlace::Task(TaskId(row.get(1))),
            _ => IssuePlace::File(FileId(row.get(1))),
        }))
    }

    /// Ids of the files in sight that are called exactly so, the newest first, `limit` at the most.
    pub(crate) async fn files_named(&self, scope: &ScopeFilter, name: &str, limit: u32) -> Result<Vec<i64>, Error> {
        let mut sql = super::explore::in_scope(scope);
        sql.push(" SELECT f.id FROM file f WHERE f.project IN (SELECT id FROM my_project) AND f.name = ");
        sql.push_bind(name.to_owned()).push(" AND").push(super::explore::IN_SIGHT);
        sql.push(" ORDER BY f.id DESC LIMIT ").push_bind(limit);
        Ok(sql.build_query_scalar().fetch_all(self.pool()).await?)
    }

    /// What is called exactly so.
    pub(crate) async fn named_so(&self, scope: &ScopeFilter, name: &str) -> Result<Named, Error> {
        let ids = |rows: Vec<i64>| rows.into_iter();
        let ask = async |what: &'static str, in_sight: bool| {
            let mut sql = super::explore::in_scope(scope);
            sql.push(what).push_bind(name.to_owned());
            if in_sight {
                sql.push(" AND NOT EXISTS (SELECT 1 FROM my_task mt WHERE mt.file = f.id) AND");
                sql.push(super::explore::IN_SIGHT);
            }
            sql.push(" LIMIT 2");
            sql.build_query_scalar::<i64>().fetch_all(self.pool()).await
        };
        let open = " SELECT d.id FROM granted g JOIN dataset d ON d.id = g.dataset WHERE d.name = ";
        let of_tasks = " SELECT DISTINCT d.id FROM my_task mt JOIN dataset d ON d.id = mt.dataset WHERE d.name = ";
        let jobs = " SELECT DISTINCT t.job FROM my_task mt JOIN task t ON t.id = mt.task WHERE t.job_name = ";
        let tasks =
            " SELECT mt.task FROM my_task mt JOIN file f ON f.id = mt.file WHERE mt.task IS NOT NULL AND f.name = ";
        let files = " SELECT f.id FROM file f WHERE f.project IN (SELECT id FROM my_project) AND f.name = ";
        Ok(Named {
            dataset_open: !ask(open, false).await?.is_empty(),
            dataset_of_tasks: !ask(of_tasks, false).await?.is_empty(),
            jobs: ask(jobs, false).await?.len(),
            tasks: ids(ask(tasks, false).await?).map(TaskId).collect(),
            files: ids(ask(files, true).await?).map(FileId).collect(),
        })
    }
}
