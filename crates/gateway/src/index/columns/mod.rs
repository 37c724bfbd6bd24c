//! What lists and the explorer are asked by, in memory (ADR 8). The store stays the truth: before each question it is asked
//! whether something was touched since, and that is read again, so what was written is found at once, by whomever it was written.
//! Nothing here is an answer to anybody: a scope decides first which of it counts.

mod bits;
mod files;
mod order;
mod tasks;

use std::{collections::HashMap, hash::Hash, sync::Arc};

use sqlx::{Row, SqliteConnection};
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

pub(super) use bits::Bits;
pub(super) use files::{Drawn, File, Files};
pub(super) use tasks::{Of, Tasks};

use super::{Error, Index};

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// The last change in it; nothing was read yet when there is none.
    version: Option<i64>,
    /// Files and what is drawn on them.
    pub(super) files: Files,
    /// Tasks and the people on them.
    pub(super) tasks: Tasks,
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

impl Index {
    /// The columns as the store is now.
    pub(super) async fn columns(&self) -> Result<Now, Error> {
        let columns = self.columns.clone().read_owned().await;
        let version = sqlx::query_scalar(VERSION).fetch_one(self.pool()).await?;
        if columns.version.is_some_and(|known| known >= version) {
            return Ok(columns);
        }
        drop(columns);
        let mut columns = self.columns.clone().write_owned().await;
        let mut tx = self.pool().begin().await?;
        // Read first, then changed in one go: whoever asked may be gone in between.
        let news = news(&mut tx, columns.version).await?;
        tx.commit().await?;
        apart(move || {
            // Should this go wrong half way, nothing is left and all is read again.
            let Columns { mut files, mut tasks, .. } = std::mem::take(&mut *columns);
            files.apply(news.files);
            tasks.apply(news.tasks, &files);
            *columns = Columns { version: Some(news.version), files, tasks };
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
    files: files::News,
    tasks: tasks::News,
}

async fn news(tx: &mut SqliteConnection, known: Option<i64>) -> Result<News, sqlx::Error> {
    let version = sqlx::query_scalar(VERSION).fetch_one(&mut *tx).await?;
    let Some(known) = known else {
        return Ok(News {
            version,
            files: files::read(tx, &Which::All, Vec::new()).await?,
            tasks: tasks::read(tx, &Which::All, Vec::new()).await?,
        });
    };
    let (mut files, mut tasks) = (Vec::new(), Vec::new());
    for row in sqlx::query("SELECT kind, id FROM touched WHERE version > ?").bind(known).fetch_all(&mut *tx).await? {
        match row.get("kind") {
            "file" => files.push(row.get("id")),
            _ => tasks.push(row.get("id")),
        }
    }
    Ok(News {
        version,
        files: files::read(tx, &Which::these(&files), files).await?,
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
