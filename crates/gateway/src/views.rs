//! Views: queries with a name. Some are the person's own, in the store; some are for everybody, from the configuration. A view is
//! words only: what it shows depends on who looks.

use portal_model::api::explorer::{NewView, View};
use sqlx::Row;

use crate::{config::SharedView, session::person::PersonId, store::Store};

/// Views of one person at the most.
pub const MAX_VIEWS: u32 = 50;

/// Why a view was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Unknown, not theirs, or for everybody.
    #[error("no such view of theirs")]
    NotFound,
    /// They have as many as they may.
    #[error("too many views")]
    TooMany,
    /// The store did not answer.
    #[error("views cannot be read or written")]
    Store(#[from] sqlx::Error),
}

/// All views. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Views {
    store: Store,
    shared: std::sync::Arc<[SharedView]>,
}

impl Views {
    /// Over a store, with those for everybody.
    #[must_use]
    pub fn new(store: Store, shared: Vec<SharedView>) -> Self {
        Self { store, shared: shared.into() }
    }

    /// Those for everybody, in the configured order, then the person's own, oldest first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn list(&self, person: &PersonId) -> Result<Vec<View>, Error> {
        let mut views: Vec<View> = self
            .shared
            .iter()
            .map(|view| View { id: view.id.clone(), name: view.name.clone(), q: view.query.clone(), mine: false })
            .collect();
        let rows = sqlx::query("SELECT id, name, q FROM view WHERE person = ? ORDER BY id")
            .bind(&person.0)
            .fetch_all(self.store.pool())
            .await?;
        views.extend(rows.iter().map(|row| View {
            id: row.get("id"),
            name: row.get("name"),
            q: row.get("q"),
            mine: true,
        }));
        Ok(views)
    }

    /// Saves a new one.
    ///
    /// # Errors
    /// [`Error::TooMany`], [`Error::Store`].
    pub async fn add(&self, person: &PersonId, new: NewView) -> Result<View, Error> {
        let id = uuid::Uuid::now_v7().to_string();
        // Counted and written in one statement, so that two at once do not make one too many.
        let written = sqlx::query(
            "INSERT INTO view (id, person, name, q) SELECT ?1, ?2, ?3, ?4
             WHERE (SELECT count(*) FROM view WHERE person = ?2) < ?5",
        )
        .bind(&id)
        .bind(&person.0)
        .bind(&new.name)
        .bind(&new.q)
        .bind(MAX_VIEWS)
        .execute(self.store.pool())
        .await?;
        if written.rows_affected() == 0 {
            return Err(Error::TooMany);
        }
        Ok(View { id, name: new.name, q: new.q, mine: true })
    }

    /// Changes one of the person's own.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn change(&self, person: &PersonId, id: &str, new: NewView) -> Result<View, Error> {
        let written = sqlx::query("UPDATE view SET name = ?, q = ? WHERE id = ? AND person = ?")
            .bind(&new.name)
            .bind(&new.q)
            .bind(id)
            .bind(&person.0)
            .execute(self.store.pool())
            .await?;
        if written.rows_affected() == 0 {
            return Err(Error::NotFound);
        }
        Ok(View { id: id.to_owned(), name: new.name, q: new.q, mine: true })
    }

    /// Removes one of the person's own.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn remove(&self, person: &PersonId, id: &str) -> Result<(), Error> {
        let gone = sqlx::query("DELETE FROM view WHERE id = ? AND person = ?")
            .bind(id)
            .bind(&person.0)
            .execute(self.store.pool())
            .await?;
        if gone.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
    }
}
