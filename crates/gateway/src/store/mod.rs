//! The store: one SQLite file, opened once, migrated at start. Each area keeps its SQL next to itself and takes the pool from here.

use std::path::Path;

use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

/// Why the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file is not there, not readable, or not a database.
    #[error("the store {path} cannot be opened; if it is damaged, stop the gateway and restore a backup of this file")]
    Open {
        /// Which file.
        path: String,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// The file was written by a newer version, or a migration failed.
    #[error(
        "the store {path} cannot be brought to this version; if a newer version wrote it, run that version or restore a backup"
    )]
    Migrate {
        /// Which file.
        path: String,
        /// Why.
        #[source]
        source: sqlx::migrate::MigrateError,
    },
}

/// A handle to the store. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens, or makes, the store and brings it to this version.
    ///
    /// # Errors
    /// See [`OpenError`]; nothing is ever deleted.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let shown = path.display().to_string();
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            // What is read again and again is read from memory that the system shares, not copied for each statement.
            .pragma("mmap_size", "268435456")
            .busy_timeout(std::time::Duration::from_secs(5));
        let pool = SqlitePoolOptions::new()
            .max_connections(8)
            .connect_with(options)
            .await
            .map_err(|source| OpenError::Open { path: shown.clone(), source })?;
        sqlx::migrate!("./migrations").run(&pool).await.map_err(|source| OpenError::Migrate { path: shown, source })?;
        Ok(Self { pool })
    }

    /// The pool, for the areas' own SQL.
    #[must_use]
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// A secret of this install, made at random the first time it is asked for.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn secret(&self, name: &str) -> Result<String, sqlx::Error> {
        sqlx::query("INSERT OR IGNORE INTO setting (name, value) VALUES (?, ?)")
            .bind(name)
            .bind(crate::random_token())
            .execute(&self.pool)
            .await?;
        sqlx::query_scalar("SELECT value FROM setting WHERE name = ?").bind(name).fetch_one(&self.pool).await
    }
}
