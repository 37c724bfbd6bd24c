//! Reading tasks, always through a scope: its predicate is in every statement, counts included.

use portal_model::{
    api::{TabCounts, TaskSort},
    id::{FileId, TaskId},
    task::{Part, Tab},
};
use sqlx::{AssertSqlSafe, FromRow, Row, sqlite::SqliteRow};

use super::{
    Error, Index, IndexedTask,
    fold::Words,
    row::{Columns, part_from, tab_word},
};
use crate::policy::ScopeFilter;

/// The ids of a list, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// All of them.
    pub ids: Vec<TaskId>,
}

/// A task of the scope with the person's part in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mine {
    /// The task.
    pub task: IndexedTask,
    /// What the person has to do with it.
    pub part: Part,
}

/// Statements about `task_person p`: the scope, then the words, in this order of parameters.
fn predicate(scope: &ScopeFilter, words: &Words) -> String {
    let mut sql = scope.predicate("p");
    for _ in words.as_slice() {
        sql.push_str(" AND instr(p.search, ?) > 0");
    }
    sql
}

/// Binds what [`predicate`] left open.
macro_rules! bind_scope {
    ($query:expr, $scope:expr, $words:expr) => {{
        let mut query = $query;
        for (project, user) in $scope.pairs() {
            query = query.bind(project.0.clone()).bind(user.0);
        }
        for word in $words.as_slice() {
            query = query.bind(word.clone());
        }
        query
    }};
}

impl Index {
    /// The ids of a tab that hold the words, in the order wanted.
    pub(crate) async fn list(
        &self,
        scope: &ScopeFilter,
        tab: Tab,
        words: &Words,
        sort: TaskSort,
    ) -> Result<Listing, Error> {
        let order = match sort {
            TaskSort::Newest => "p.updated DESC, p.task DESC",
            TaskSort::Oldest => "p.updated, p.task",
            TaskSort::Name => "p.name_key, p.task",
            TaskSort::Job => "p.job_key, p.name_key, p.task",
        };
        let tab = match tab {
            Tab::All => "p.tab IS NOT NULL".to_owned(),
            tab => format!("p.tab = '{}'", tab_word(tab)),
        };
        // One row of JSON instead of thousands of rows: SQLite keeps the order of a subquery for json_group_array.
        let sql = format!(
            "SELECT json_group_array(task) FROM (SELECT p.task FROM task_person p WHERE {} AND {tab} ORDER BY {order})",
            predicate(scope, words)
        );
        let (ids,): (String,) =
            bind_scope!(sqlx::query_as(AssertSqlSafe(sql)), scope, words).fetch_one(self.store.pool()).await?;
        let ids: Vec<i64> = serde_json::from_str(&ids).map_err(|e| sqlx::Error::Decode(Box::new(e)))?;
        Ok(Listing { ids: ids.into_iter().map(TaskId).collect() })
    }

    /// How many tasks of the scope hold the words, per tab.
    pub(crate) async fn counts(&self, scope: &ScopeFilter, words: &Words) -> Result<TabCounts, Error> {
        let sql = format!(
            "SELECT count(*) FILTER (WHERE p.tab = 'todo'), count(*) FILTER (WHERE p.tab = 'in_review'),
                    count(*) FILTER (WHERE p.tab = 'done'), count(p.tab)
             FROM task_person p WHERE {}",
            predicate(scope, words)
        );
        let (todo, in_review, done, all): (u32, u32, u32, u32) =
            bind_scope!(sqlx::query_as(AssertSqlSafe(sql)), scope, words).fetch_one(self.store.pool()).await?;
        Ok(TabCounts { todo, in_review, done, all })
    }

    /// Those of these tasks that are in the scope and not archived, in the order given.
    pub(crate) async fn window(&self, scope: &ScopeFilter, ids: &[TaskId]) -> Result<Vec<Mine>, Error> {
        let sql = format!(
            "SELECT t.*, p.part AS part FROM json_each(?) w CROSS JOIN task t ON t.id = w.value
             JOIN task_person p ON p.task = t.id WHERE p.tab IS NOT NULL AND {} GROUP BY t.id ORDER BY w.key",
            scope.predicate("p")
        );
        let wanted = serde_json::Value::from(ids.iter().map(|id| id.0).collect::<Vec<_>>()).to_string();
        let rows = bind_scope!(sqlx::query(AssertSqlSafe(sql)).bind(wanted), scope, Words::default())
            .fetch_all(self.store.pool())
            .await?;
        rows.iter().map(mine).collect()
    }

    /// A task of the scope, also an archived one.
    pub(crate) async fn task(&self, scope: &ScopeFilter, id: TaskId) -> Result<Option<Mine>, Error> {
        let sql = format!(
            "SELECT t.*, p.part AS part FROM task t JOIN task_person p ON p.task = t.id WHERE t.id = ? AND {} LIMIT 1",
            scope.predicate("p")
        );
        let row = bind_scope!(sqlx::query(AssertSqlSafe(sql)).bind(id.0), scope, Words::default())
            .fetch_optional(self.store.pool())
            .await?;
        row.as_ref().map(mine).transpose()
    }

    /// A task of the scope that is about that file and not archived: with it the file is theirs to see.
    pub(crate) async fn task_of_file(&self, scope: &ScopeFilter, file: FileId) -> Result<Option<Mine>, Error> {
        let sql = format!(
            "SELECT t.*, p.part AS part FROM task t JOIN task_person p ON p.task = t.id
             WHERE t.file = ? AND p.tab IS NOT NULL AND {} ORDER BY t.id LIMIT 1",
            scope.predicate("p")
        );
        let row = bind_scope!(sqlx::query(AssertSqlSafe(sql)).bind(file.0), scope, Words::default())
            .fetch_optional(self.store.pool())
            .await?;
        row.as_ref().map(mine).transpose()
    }
}

fn mine(row: &SqliteRow) -> Result<Mine, Error> {
    let part: String = row.try_get("part")?;
    Ok(Mine { task: Columns::from_row(row)?.into(), part: part_from(&part) })
}
