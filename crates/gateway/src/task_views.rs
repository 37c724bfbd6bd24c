//! Views of "My tasks": filters with a name. Some are the person's own, in the store; some are from the configuration, for those to
//! whom it opens them. A view is words only: what it shows depends on who looks.

use std::collections::HashSet;

use portal_model::api::tasks::{NewTaskView, TaskView};
use sqlx::Row;

use crate::{
    config::SharedTaskView,
    policy::Policy,
    session::person::{Person, PersonId},
    store::Store,
    views::{Error, MAX_VIEWS},
};

/// All views of tasks. Cheap to clone.
#[derive(Clone, Debug)]
pub struct TaskViews {
    store: Store,
    shared: std::sync::Arc<[SharedTaskView]>,
}

fn view(id: String, shows: NewTaskView, pinned: bool, mine: bool) -> TaskView {
    let NewTaskView { name, tab, q, sort, filter } = shows;
    TaskView { id, name, tab, q, sort, filter, pinned, mine }
}

/// What is in the store was written by this program.
fn text(shows: &NewTaskView) -> Result<String, Error> {
    serde_json::to_string(shows).map_err(|error| Error::Store(sqlx::Error::Encode(error.into())))
}

impl TaskViews {
    /// Over a store, with those of the configuration.
    #[must_use]
    pub fn new(store: Store, shared: Vec<SharedTaskView>) -> Self {
        Self { store, shared: shared.into() }
    }

    /// Those of the configuration that are opened to the person.
    fn shared(&self, person: &Person) -> impl Iterator<Item = &SharedTaskView> {
        self.shared.iter().filter(|view| view.to.as_ref().is_none_or(|to| Policy::opens(to, person)))
    }

    /// Those that the configuration opens to the person, in its order, then their own, oldest first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn list(&self, person: &Person) -> Result<Vec<TaskView>, Error> {
        let pinned: Vec<String> = sqlx::query_scalar("SELECT view FROM task_view_pin WHERE person = ?")
            .bind(&person.id.0)
            .fetch_all(self.store.pool())
            .await?;
        let pinned: HashSet<String> = pinned.into_iter().collect();
        let shared = self.shared(person);
        let mut views: Vec<TaskView> = shared
            .map(|shared| view(shared.id.clone(), shared.shows.clone(), pinned.contains(&shared.id), false))
            .collect();
        let rows = sqlx::query("SELECT id, shows FROM task_view WHERE person = ? ORDER BY id")
            .bind(&person.id.0)
            .fetch_all(self.store.pool())
            .await?;
        views.extend(rows.iter().map(|row| {
            let id: String = row.get("id");
            // One that a newer portal wrote in another way shows everything under its id, and can be removed.
            let shows = serde_json::from_str(row.get("shows"));
            let shows = shows.unwrap_or_else(|_| NewTaskView { name: id.clone(), ..NewTaskView::default() });
            let is_pinned = pinned.contains(&id);
            view(id, shows, is_pinned, true)
        }));
        Ok(views)
    }

    /// Saves a new one.
    ///
    /// # Errors
    /// [`Error::TooMany`], [`Error::Store`].
    pub async fn add(&self, person: &PersonId, new: NewTaskView) -> Result<TaskView, Error> {
        let id = uuid::Uuid::now_v7().to_string();
        // Counted and written in one statement, so that two at once do not make one too many.
        let written = sqlx::query(
            "INSERT INTO task_view (id, person, shows) SELECT ?1, ?2, ?3
             WHERE (SELECT count(*) FROM task_view WHERE person = ?2) < ?4",
        )
        .bind(&id)
        .bind(&person.0)
        .bind(text(&new)?)
        .bind(MAX_VIEWS)
        .execute(self.store.pool())
        .await?;
        if written.rows_affected() == 0 {
            return Err(Error::TooMany);
        }
        Ok(view(id, new, false, true))
    }

    /// Changes one of the person's own.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn change(&self, person: &PersonId, id: &str, new: NewTaskView) -> Result<TaskView, Error> {
        let written = sqlx::query("UPDATE task_view SET shows = ? WHERE id = ? AND person = ?")
            .bind(text(&new)?)
            .bind(id)
            .bind(&person.0)
            .execute(self.store.pool())
            .await?;
        if written.rows_affected() == 0 {
            return Err(Error::NotFound);
        }
        let pinned: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM task_view_pin WHERE person = ? AND view = ?)")
                .bind(&person.0)
                .bind(id)
                .fetch_one(self.store.pool())
                .await?;
        Ok(view(id.to_owned(), new, pinned, true))
    }

    /// Removes one of the person's own.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn remove(&self, person: &PersonId, id: &str) -> Result<(), Error> {
        let gone = sqlx::query("DELETE FROM task_view WHERE id = ? AND person = ?")
            .bind(id)
            .bind(&person.0)
            .execute(self.store.pool())
            .await?;
        if gone.rows_affected() == 0 {
            return Err(Error::NotFound);
        }
        self.unpin(person, id).await
    }

    /// Puts one that the person sees beside the tabs.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn pin(&self, person: &Person, id: &str) -> Result<(), Error> {
        let is_shared = self.shared(person).any(|shared| shared.id == id);
        let written = sqlx::query(
            "INSERT INTO task_view_pin (person, view) SELECT ?1, ?2
             WHERE ?3 OR EXISTS (SELECT 1 FROM task_view WHERE id = ?2 AND person = ?1)
             ON CONFLICT DO UPDATE SET view = excluded.view",
        )
        .bind(&person.id.0)
        .bind(id)
        .bind(is_shared)
        .execute(self.store.pool())
        .await?;
        if written.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
    }

    /// Whether the person pinned any. One that is gone meanwhile may still count.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn has_pins(&self, person: &PersonId) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM task_view_pin WHERE person = ?)")
            .bind(&person.0)
            .fetch_one(self.store.pool())
            .await
    }

    /// Takes one away from there. Nothing happens when it does not stand there.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn unpin(&self, person: &PersonId, id: &str) -> Result<(), Error> {
        sqlx::query("DELETE FROM task_view_pin WHERE person = ? AND view = ?")
            .bind(&person.0)
            .bind(id)
            .execute(self.store.pool())
            .await?;
        Ok(())
    }
}
