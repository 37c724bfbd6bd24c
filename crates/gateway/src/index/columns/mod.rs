//! What lists and the explorer are asked by, in memory (ADR 8). The store stays the truth: before each question it is asked
//! whether something was touched since, and that is read again, so what was written is found at once, by whomever it was written.
//! Nothing here is an answer to anybody: a scope decides first which of it counts.

mod bits;
mod files;
pub(super) mod next;
mod order;
mod tasks;

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use futures::TryStreamExt as _;
use sqlx::{Row as _, SqliteConnection};
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

pub(super) use bits::Bits;
pub(super) use files::{Drawn, File, Files, Value};
pub(super) use next::Next;
pub(super) use tasks::{Mine, Of, TABS, Task, Tasks, Visible};

use super::{Error, Index};

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// The last changes in it; nothing was read yet when there are none.
    versions: Option<Versions>,
    /// Files and what is drawn on them.
    pub(super) files: Files,
    /// Tasks and the people on them.
    pub(super) tasks: Tasks,
    /// What can be done next.
    pub(super) next: Next,
}

/// The last change of each kind that is known. While files are crawled, lists of tasks need not wait for their news.
#[derive(Debug)]
struct Versions {
    files: i64,
    /// Grows by mere looking, too: when nothing of it was touched.
    tasks: AtomicI64,
}

/// Shared by all clones of an index.
pub(super) type Shared = Arc<RwLock<Columns>>;
/// As they are now.
pub(super) type Now = OwnedRwLockReadGuard<Columns>;

/// Numbers from 0 for things that come again and again.
#[derive(Debug)]
pub(super) struct Numbers<T>(HashMap<T, u32>);

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Eq + Hash> Numbers<T> {
    /// Its number, a new one when it has none.
    fn number(&mut self, thing: T) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(thing).or_insert(next)
    }

    /// Its number.
    pub(super) fn get(&self, thing: &T) -> Option<u32> {
        self.0.get(thing).copied()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// All with their numbers, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&T, u32)> {
        self.0.iter().map(|(thing, number)| (thing, *number))
    }
}

/// Which rows are to be read: all, or those of these ids, as JSON.
#[derive(Clone, Debug)]
enum Which {
    All,
    These(String),
}

impl Which {
    fn these(ids: &[i64]) -> Self {
        Self::These(serde_json::to_string(ids).unwrap_or_default())
    }

    /// A statement that ends with where the ids are, and its order.
    fn select(&self, select: &str, id: &str, order: &str) -> sqlx::QueryBuilder<sqlx::Sqlite> {
        let mut sql = sqlx::QueryBuilder::new(select);
        if let Self::These(ids) = self {
            sql.push(" WHERE ").push(id).push(" IN (SELECT value FROM json_each(").push_bind(ids.clone()).push("))");
        }
        sql.push(" ORDER BY ").push(order);
        sql
    }
}

/// People, each with a number.
type People = Vec<(i64, i64)>;

/// Reads a number of each person at each of these tasks, by a statement that gives task, person and number. Tasks stand in the
/// order of their ids; `of` gives a task's id and the place of its people.
async fn read_people<T>(
    tx: &mut SqliteConnection,
    which: &Which,
    select: &str,
    fresh: &mut [T],
    of: fn(&mut T) -> (i64, &mut People),
) -> Result<(), sqlx::Error> {
    let mut sql = which.select(select, "task", "task");
    let mut rows = sql.build().fetch(tx);
    let mut at = 0;
    while let Some(row) = rows.try_next().await? {
        let wanted: i64 = row.get(0);
        while fresh.get_mut(at).is_some_and(|task| of(task).0 < wanted) {
            at += 1;
        }
        if let Some((id, people)) = fresh.get_mut(at).map(of)
            && id == wanted
        {
            people.push((row.get(1), row.get(2)));
        }
    }
    Ok(())
}

impl Index {
    /// The columns as the store is now.
    pub(super) async fn columns(&self) -> Result<Now, Error> {
        let columns = self.columns.clone().read_owned().await;
        let version: i64 = sqlx::query_scalar(VERSION).fetch_one(self.pool()).await?;
        let is_known = |known: &Versions| known.files >= version && known.tasks.load(Ordering::Relaxed) >= version;
        if columns.versions.as_ref().is_some_and(is_known) {
            return Ok(columns);
        }
        drop(columns);
        self.catch_up(true).await
    }

    /// The same, when only tasks are asked for: files, and what is drawn on them, may be older.
    pub(super) async fn columns_of_tasks(&self) -> Result<Now, Error> {
        let columns = self.columns.clone().read_owned().await;
        let Some(versions) = &columns.versions else {
            drop(columns);
            return self.columns().await;
        };
        let known = versions.tasks.load(Ordering::Relaxed);
        let version: i64 = sqlx::query_scalar(VERSION).fetch_one(self.pool()).await?;
        if known >= version {
            return Ok(columns);
        }
        // Only what is new since somebody looked last: a crawl may have touched a hundred thousand files.
        let is_touched: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM touched WHERE version > ? AND version <= ? AND kind = 'task')",
        )
        .bind(known)
        .bind(version)
        .fetch_one(self.pool())
        .await?;
        if !is_touched {
            versions.tasks.fetch_max(version, Ordering::Relaxed);
            return Ok(columns);
        }
        drop(columns);
        self.catch_up(false).await
    }

    /// Reads what was touched meanwhile.
    async fn catch_up(&self, with_files: bool) -> Result<Now, Error> {
        let mut columns = self.columns.clone().write_owned().await;
        let mut tx = self.pool().begin().await?;
        // Read first, then changed in one go: whoever asked may be gone in between.
        let known = columns.versions.as_ref().map(|known| (known.files, known.tasks.load(Ordering::Relaxed)));
        let news = news(&mut tx, known, with_files).await?;
        tx.commit().await?;
        apart(move || {
            // Should this go wrong half way, nothing is left and all is read again.
            let Columns { mut files, mut tasks, mut next, .. } = std::mem::take(&mut *columns);
            if let Some(news) = news.files {
                files.apply(news);
                tasks.settle(&files);
            }
            tasks.apply(news.tasks, &files);
            next.apply(news.next);
            let versions = Some(Versions { files: news.files_version, tasks: AtomicI64::new(news.version) });
            *columns = Columns { versions, files, tasks, next };
            columns.downgrade()
        })
        .await
    }

    /// Reads the columns, so that nobody waits for that later.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn warm(&self) -> Result<(), Error> {
        self.columns().await.map(drop)
    }
}

const VERSION: &str = "SELECT coalesce(max(version), 0) FROM touched";

struct News {
    version: i64,
    files_version: i64,
    files: Option<files::News>,
    tasks: tasks::News,
    next: next::News,
}

async fn news(tx: &mut SqliteConnection, known: Option<(i64, i64)>, with_files: bool) -> Result<News, sqlx::Error> {
    let version = sqlx::query_scalar(VERSION).fetch_one(&mut *tx).await?;
    let Some((known_files, known_tasks)) = known else {
        return Ok(News {
            version,
            files_version: version,
            files: Some(files::read(tx, &Which::All, Vec::new()).await?),
            tasks: tasks::read(tx, &Which::All, Vec::new()).await?,
            next: next::read(tx, &Which::All, Vec::new()).await?,
        });
    };
    let touched = async |tx: &mut SqliteConnection, kind: &str, known: i64| -> Result<Vec<i64>, sqlx::Error> {
        let sql = "SELECT id FROM touched WHERE version > ? AND kind = ?";
        sqlx::query_scalar(sql).bind(known).bind(kind).fetch_all(tx).await
    };
    let tasks = touched(tx, "task", known_tasks).await?;
    let files = if with_files {
        let files = touched(tx, "file", known_files).await?;
        Some(files::read(tx, &Which::these(&files), files).await?)
    } else {
        None
    };
    Ok(News {
        version,
        files_version: if with_files { version } else { known_files },
        files,
        next: next::read(tx, &Which::these(&tasks), tasks.clone()).await?,
        tasks: tasks::read(tx, &Which::these(&tasks), tasks).await?,
    })
}

/// Does what takes the processor some milliseconds where nobody else waits for it.
pub(super) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done),
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The gateway is ending.
            Err(_) => Err(Error(sqlx::Error::WorkerCrashed)),
        },
    }
}
