//! What happened to people's tasks while the portal watched: given to them, sent back. Noted in the transaction that stores the
//! change, so that nothing is lost over night, and nothing is told twice.

use std::collections::HashMap;

use portal_diffgram::types::Task;
use portal_model::{
    api::acting::{News, NewsItem, NewsKind},
    id::{ProjectId, TaskId, UserId},
    task::{Part, Tab, TaskStatus},
    time::Timestamp,
};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::{Error, Index, batch::pieces, read::whose};
use crate::policy::ScopeFilter;

/// Items of one answer at the most.
const SHOWN: i64 = 50;
/// Older ones are forgotten, in SQLite's words.
const KEPT: &str = "-60 days";

/// How tasks stood before they are stored anew. `None` while the project is read for the first time: then everything is new, and
/// nothing is news.
pub(super) struct Before(Option<Known>);

struct Known {
    statuses: HashMap<i64, String>,
    /// Tasks with the people who worked on them.
    assigned: Vec<(i64, i64)>,
}

impl Before {
    /// Looks before these are stored; `ids` is JSON.
    pub(super) async fn read(tx: &mut SqliteConnection, project: &ProjectId, ids: &str) -> Result<Self, sqlx::Error> {
        let complete: Option<bool> = sqlx::query_scalar("SELECT complete FROM sync_state WHERE project = ?")
            .bind(&project.0)
            .fetch_optional(&mut *tx)
            .await?;
        if complete != Some(true) {
            return Ok(Self(None));
        }
        let statuses: Vec<(i64, String)> =
            sqlx::query_as("SELECT id, status FROM task WHERE id IN (SELECT value FROM json_each(?))")
                .bind(ids)
                .fetch_all(&mut *tx)
                .await?;
        let assigned = sqlx::query_as(
            "SELECT task, user FROM task_person WHERE task IN (SELECT value FROM json_each(?)) AND part & 1",
        )
        .bind(ids)
        .fetch_all(&mut *tx)
        .await?;
        Ok(Self(Some(Known { statuses: statuses.into_iter().collect(), assigned })))
    }

    /// Notes what is news of what was stored.
    pub(super) async fn tell<'a>(
        self,
        tx: &mut SqliteConnection,
        project: &ProjectId,
        tasks: impl Iterator<Item = &'a Task>,
        people: &[(TaskId, UserId, Part, i64)],
    ) -> Result<(), sqlx::Error> {
        let Some(known) = self.0 else { return Ok(()) };
        let tasks: HashMap<TaskId, &Task> = tasks.map(|task| (task.id, task)).collect();
        let mut news: Vec<(UserId, TaskId, &str)> = Vec::new();
        for (task, user, part, _) in people {
            let Some(stored) = tasks.get(task).filter(|_| matches!(part, Part::Assignee | Part::Both)) else {
                continue;
            };
            let mine_before = known.assigned.contains(&(task.0, user.0));
            let sent_back = stored.status == TaskStatus::RequiresChanges
                && known.statuses.get(&task.0).is_some_and(|before| before != stored.status.as_str());
            if mine_before && sent_back {
                news.push((*user, *task, "sent_back"));
            } else if !mine_before && Tab::of(&stored.status, Part::Assignee) == Some(Tab::Todo) {
                news.push((*user, *task, "assigned"));
            }
        }
        for piece in pieces(&news) {
            let mut sql = QueryBuilder::<Sqlite>::new("INSERT INTO news (project, user, task, kind) ");
            sql.push_values(piece, |mut values, (user, task, kind)| {
                values.push_bind(project.0.clone()).push_bind(user.0).push_bind(task.0).push_bind(*kind);
            });
            sql.build().execute(&mut *tx).await?;
        }
        Ok(())
    }
}

impl Index {
    /// What happened to the people of a scope, newest first: about tasks that are still theirs, and that they did not take for
    /// themselves. Without `after` only the number of the last: what was before the first visit is no news.
    pub(crate) async fn news(&self, scope: &ScopeFilter, after: Option<i64>) -> Result<News, Error> {
        sqlx::query("DELETE FROM news WHERE at < strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?)")
            .bind(KEPT)
            .execute(self.pool())
            .await?;
        let last: i64 = sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'news'")
            .fetch_one(self.pool())
            .await?;
        let Some(after) = after else { return Ok(News { last, items: Vec::new() }) };
        let mut sql = QueryBuilder::new(
            "SELECT n.id, n.kind, n.at, t.id AS task, t.status, t.job_name, f.name FROM news n
             JOIN task_person tp ON tp.project = n.project AND tp.user = n.user AND tp.task = n.task
             JOIN task t ON t.id = n.task JOIN file f ON f.id = t.file
             WHERE NOT (n.kind = 'assigned' AND EXISTS (SELECT 1 FROM claim c WHERE c.task = n.task AND c.user = n.user))
               AND n.id > ",
        );
        sql.push_bind(after).push(" AND");
        whose(&mut sql, scope);
        sql.push(" ORDER BY n.id DESC LIMIT ").push_bind(SHOWN);
        let rows = sql.build().fetch_all(self.pool()).await?;
        let item = |row: &sqlx::sqlite::SqliteRow| NewsItem {
            id: row.get("id"),
            kind: if row.get::<String, _>("kind") == "sent_back" { NewsKind::SentBack } else { NewsKind::Assigned },
            at: Timestamp(row.get("at")),
            task: TaskId(row.get("task")),
            name: row.get("name"),
            job: row.get("job_name"),
            status: TaskStatus::from(row.get::<String, _>("status")),
        };
        Ok(News { last, items: rows.iter().map(item).collect() })
    }
}
